import type { Identifier } from '../../ast/node.ts';
import type {
  ColumnConstraint,
  ColumnDefinition,
  ComputedColumn,
  Distribution,
  LikeClause,
  LikeOption,
  TableConstraint,
  TableElement,
  Watermark,
} from '../../ast/statements.ts';
import { syntaxError } from '../errors.ts';
import { expression } from '../expressions.ts';
import { integerLiteral, stringLiteral } from '../literals.ts';
import { identifier, identifierList, isName, qualifiedName } from '../names.ts';
import type { TokenStream } from '../token-stream.ts';
import { typeName } from '../types.ts';
import { optionalComment } from './properties.ts';

/** The columns, constraints and watermark of a table, with their parentheses, or the bare names of CREATE TABLE t (a, b) AS. */
export function tableElements(stream: TokenStream): TableElement[] {
  const after = stream.peek(2).code;
  if (isName(stream.peek(1)) && (after === ',' || after === ')')) return columnNames(stream);
  return stream.parenthesized(tableElement);
}

function columnNames(stream: TokenStream): TableElement[] {
  return identifierList(stream).map((name) => ({ kind: 'columnName', name, span: name.span }));
}

export function tableElement(stream: TokenStream): TableElement {
  switch (stream.token.code) {
    case 'WATERMARK':
      return watermark(stream);
    case 'CONSTRAINT':
    case 'PRIMARY':
    case 'UNIQUE':
      return tableConstraint(stream);
    default:
      return columnDefinition(stream);
  }
}

function watermark(stream: TokenStream): Watermark {
  const start = stream.expect('WATERMARK');
  stream.expect('FOR');
  const column = qualifiedName(stream);
  stream.expect('AS');
  return { kind: 'watermark', column, expression: expression(stream), span: stream.spanFrom(start) };
}

function constraintName(stream: TokenStream): Identifier | undefined {
  return stream.accept('CONSTRAINT') ? identifier(stream) : undefined;
}

function constraintType(stream: TokenStream): 'PRIMARY KEY' | 'UNIQUE' {
  if (stream.expectOneOf(['PRIMARY', 'UNIQUE'] as const) === 'UNIQUE') return 'UNIQUE';
  stream.expect('KEY');
  return 'PRIMARY KEY';
}

function enforcement(stream: TokenStream): boolean | undefined {
  if (stream.accept('ENFORCED')) return true;
  return stream.acceptAll('NOT', 'ENFORCED') ? false : undefined;
}

function tableConstraint(stream: TokenStream): TableConstraint {
  const start = stream.token;
  const name = constraintName(stream);
  const type = constraintType(stream);
  const columns = identifierList(stream);
  return { kind: 'tableConstraint', name, type, columns, enforced: enforcement(stream), span: stream.spanFrom(start) };
}

function columnDefinition(stream: TokenStream): ColumnDefinition {
  const start = stream.token;
  const name = identifier(stream);
  if (stream.is('.'))
    throw syntaxError(stream, stream.token, 'a column of a table has a plain name', 'a field of a row is part of its type');
  if (stream.accept('AS')) return computedColumn(stream, start, name);
  const type = typeName(stream);
  const constraint = stream.is('CONSTRAINT') || stream.is('PRIMARY') || stream.is('UNIQUE') ? columnConstraint(stream) : undefined;
  if (constraint === undefined && stream.accept('METADATA')) {
    const from = stream.accept('FROM') ? stringLiteral(stream) : undefined;
    const virtual = stream.accept('VIRTUAL');
    return { kind: 'metadataColumn', name, type, from, virtual, comment: optionalComment(stream), span: stream.spanFrom(start) };
  }
  return { kind: 'physicalColumn', name, type, constraint, comment: optionalComment(stream), span: stream.spanFrom(start) };
}

function computedColumn(stream: TokenStream, start: TokenStream['token'], name: Identifier): ComputedColumn {
  const value = expression(stream);
  return { kind: 'computedColumn', name, expression: value, comment: optionalComment(stream), span: stream.spanFrom(start) };
}

function columnConstraint(stream: TokenStream): ColumnConstraint {
  const start = stream.token;
  const name = constraintName(stream);
  const type = constraintType(stream);
  return { kind: 'columnConstraint', name, type, enforced: enforcement(stream), span: stream.spanFrom(start) };
}

/** `[BY [HASH | RANGE] (columns)] [INTO n BUCKETS]`; the word before it is consumed. */
export function distribution(stream: TokenStream): Distribution {
  const start = stream.token;
  const by = stream.accept('BY');
  const method = by ? stream.acceptOneOf(['HASH', 'RANGE'] as const) : undefined;
  const columns = by ? identifierList(stream) : [];
  if (!by && !stream.is('INTO')) stream.expectOneOf(['BY', 'INTO']);
  const buckets = stream.accept('INTO') ? integerLiteral(stream) : undefined;
  if (buckets !== undefined) stream.expect('BUCKETS');
  return { kind: 'distribution', method, columns, buckets, span: stream.spanFrom(start) };
}

export function optionalPartitionedBy(stream: TokenStream): Identifier[] {
  if (!stream.accept('PARTITIONED')) return [];
  stream.expect('BY');
  return stream.acceptAll('(', ')') ? [] : identifierList(stream);
}

const features = ['ALL', 'CONSTRAINTS', 'DISTRIBUTION', 'GENERATED', 'METADATA', 'OPTIONS', 'PARTITIONS', 'WATERMARKS'] as const;

export function likeClause(stream: TokenStream): LikeClause {
  const start = stream.expect('LIKE');
  const source = qualifiedName(stream);
  const options: LikeOption[] = [];
  if (stream.accept('(')) {
    do options.push(likeOption(stream));
    while (!stream.is(')'));
    stream.next();
  }
  return { kind: 'likeClause', source, options, span: stream.spanFrom(start) };
}

function likeOption(stream: TokenStream): LikeOption {
  const start = stream.token;
  const merging = stream.expectOneOf(['INCLUDING', 'EXCLUDING', 'OVERWRITING'] as const);
  const feature = stream.expectOneOf(features);
  return { kind: 'likeOption', merging, feature, span: stream.spanFrom(start) };
}
