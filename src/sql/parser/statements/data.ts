import type { Identifier } from '../../ast/node.ts';
import type {
  AnalyzeTable,
  Assignment,
  CallStatement,
  DeleteStatement,
  InsertStatement,
  QueryStatement,
  TruncateStatement,
  UpdateStatement,
} from '../../ast/statements.ts';
import { functionCall } from '../calls.ts';
import { unexpected } from '../errors.ts';
import { expression } from '../expressions.ts';
import { optionalHints } from '../hints.ts';
import { identifier, isName, qualifiedName } from '../names.ts';
import { isQueryStart, query } from '../queries.ts';
import { optionalAlias } from '../select.ts';
import type { TokenStream } from '../token-stream.ts';
import { partitionPattern, partitionSpec } from './partition.ts';

export function queryStatement(stream: TokenStream): QueryStatement {
  const start = stream.token;
  return { kind: 'queryStatement', query: query(stream), span: stream.spanFrom(start) };
}

export function insertStatement(stream: TokenStream): InsertStatement {
  const start = stream.expect('INSERT');
  const overwrite = stream.expectOneOf(['INTO', 'OVERWRITE'] as const) === 'OVERWRITE';
  const target = qualifiedName(stream);
  const hints = optionalHints(stream);
  const partition = stream.is('PARTITION') ? partitionSpec(stream) : undefined;
  const columns = stream.is('(') && !opensQuery(stream) ? stream.parenthesized(qualifiedName) : [];
  if (!isQueryStart(stream.token) && !stream.is('(')) throw unexpected(stream, ['SELECT', 'VALUES']);
  const rows = query(stream);
  const onConflict = stream.acceptAll('ON', 'CONFLICT') ? conflictAction(stream) : undefined;
  return { kind: 'insert', overwrite, target, hints, partition, columns, query: rows, onConflict, span: stream.spanFrom(start) };
}

/** Whether the parenthesis here opens a query and not a list of columns. */
function opensQuery(stream: TokenStream): boolean {
  const after = stream.peek(1);
  return after.code === '(' || isQueryStart(after);
}

function conflictAction(stream: TokenStream): 'NOTHING' | 'ERROR' | 'DEDUPLICATE' {
  stream.expect('DO');
  return stream.expectOneOf(['NOTHING', 'ERROR', 'DEDUPLICATE'] as const);
}

export function updateStatement(stream: TokenStream): UpdateStatement {
  const start = stream.expect('UPDATE');
  const table = qualifiedName(stream);
  const hints = optionalHints(stream);
  const alias = optionalAlias(stream);
  stream.expect('SET');
  const assignments = stream.list(assignment);
  const where = stream.accept('WHERE') ? expression(stream) : undefined;
  return { kind: 'update', table, hints, alias, assignments, where, span: stream.spanFrom(start) };
}

function assignment(stream: TokenStream): Assignment {
  const start = stream.token;
  const column = identifier(stream);
  stream.expect('=');
  return { kind: 'assignment', column, value: expression(stream), span: stream.spanFrom(start) };
}

export function deleteStatement(stream: TokenStream): DeleteStatement {
  const start = stream.expect('DELETE');
  stream.expect('FROM');
  const table = qualifiedName(stream);
  const hints = optionalHints(stream);
  const alias = optionalAlias(stream);
  const where = stream.accept('WHERE') ? expression(stream) : undefined;
  return { kind: 'delete', table, hints, alias, where, span: stream.spanFrom(start) };
}

export function truncateStatement(stream: TokenStream): TruncateStatement {
  const start = stream.expect('TRUNCATE');
  stream.expect('TABLE');
  return { kind: 'truncate', table: qualifiedName(stream), span: stream.spanFrom(start) };
}

export function callStatement(stream: TokenStream): CallStatement {
  const start = stream.expect('CALL');
  const first = stream.token;
  if (!isName(first)) throw unexpected(stream, ['a name']);
  const call = functionCall(stream, first, qualifiedName(stream));
  return { kind: 'callProcedure', call, span: stream.spanFrom(start) };
}

export function analyzeStatement(stream: TokenStream): AnalyzeTable {
  const start = stream.expect('ANALYZE');
  stream.expect('TABLE');
  const table = qualifiedName(stream);
  const partition = stream.is('PARTITION') ? partitionPattern(stream) : undefined;
  stream.expectAll('COMPUTE', 'STATISTICS');
  let columns: Identifier[] | undefined;
  if (stream.accept('FOR')) {
    if (stream.acceptAll('ALL', 'COLUMNS')) columns = [];
    else {
      stream.expect('COLUMNS');
      columns = stream.list(identifier);
    }
  }
  return { kind: 'analyzeTable', table, partition, columns, span: stream.spanFrom(start) };
}
