import type { AlterAction, AlterElement, AlterStatement, ColumnPosition, PartitionDefinition } from '../../ast/statements.ts';
import { unexpected } from '../errors.ts';
import { stringLiteral } from '../literals.ts';
import { identifier, qualifiedName } from '../names.ts';
import { query } from '../queries.ts';
import type { TokenStream } from '../token-stream.ts';
import { freshnessInterval, functionLanguage, refreshModeValue } from './create.ts';
import { partitionSpec } from './partition.ts';
import { ifExists, ifNotExists, keyList, optionalWith, propertyList } from './properties.ts';
import { distribution, tableElement } from './table-elements.ts';

/** One thing that an ALTER can do: its reader takes the words from the action on. */
type ActionReader = (stream: TokenStream) => AlterAction;

const tableActions: Readonly<Record<string, ActionReader>> = {
  RENAME: rename,
  SET: setOptions,
  RESET: resetOptions,
  ADD: add,
  MODIFY: modify,
  DROP: drop,
};

/** What each kind of thing can have done to it, by the first word of the action. */
const actions: Readonly<Record<AlterStatement['object'], Readonly<Record<string, ActionReader>>>> = {
  TABLE: tableActions,
  VIEW: { RENAME: renameTo, AS: asQuery },
  FUNCTION: { AS: setFunction },
  CATALOG: { SET: setOptions, RESET: resetOptions, COMMENT: setComment },
  DATABASE: { SET: setOptions },
  MODEL: { RENAME: renameTo, SET: setOptions, RESET: resetOptions },
  CONNECTION: { RENAME: renameTo, SET: setOptions, RESET: resetOptions },
  'MATERIALIZED TABLE': {
    SUSPEND: simple('suspend'),
    RESUME: resume,
    REFRESH: refresh,
    SET: setMaterialized,
    RESET: resetOptions,
    AS: asQuery,
    ADD: addToSchema,
    MODIFY: modify,
    DROP: dropFromSchema,
  },
};

const objects = ['TABLE', 'VIEW', 'FUNCTION', 'CATALOG', 'DATABASE', 'MODEL', 'CONNECTION', 'MATERIALIZED'] as const;

/** Kinds of things that may be named with IF EXISTS. */
const optional: ReadonlySet<string> = new Set(['TABLE', 'FUNCTION', 'MODEL', 'CONNECTION']);

export function alterStatement(stream: TokenStream): AlterStatement {
  const start = stream.expect('ALTER');
  const temporary = stream.accept('TEMPORARY');
  const system = temporary && stream.accept('SYSTEM');
  const word = temporary ? stream.expectOneOf(['FUNCTION'] as const) : stream.expectOneOf(objects);
  if (word === 'MATERIALIZED') stream.expect('TABLE');
  const object = word === 'MATERIALIZED' ? 'MATERIALIZED TABLE' : word;
  const exists = optional.has(object) && ifExists(stream);
  const name = qualifiedName(stream);
  const readers = actions[object];
  const read = readers[stream.token.code];
  if (read === undefined) throw unexpected(stream, Object.keys(readers));
  return { kind: 'alter', object, temporary, system, ifExists: exists, name, action: read(stream), span: stream.spanFrom(start) };
}

function simple(kind: 'suspend' | 'dropPrimaryKey' | 'dropWatermark' | 'dropDistribution'): ActionReader {
  return (stream) => {
    const start = stream.next();
    return { kind, span: stream.spanFrom(start) };
  };
}

function rename(stream: TokenStream): AlterAction {
  if (stream.peek(1).code === 'TO') return renameTo(stream);
  const start = stream.next();
  const from = qualifiedName(stream);
  stream.expect('TO');
  return { kind: 'renameColumn', from, to: qualifiedName(stream), span: stream.spanFrom(start) };
}

function renameTo(stream: TokenStream): AlterAction {
  const start = stream.next();
  stream.expect('TO');
  return { kind: 'renameTo', name: qualifiedName(stream), span: stream.spanFrom(start) };
}

function setOptions(stream: TokenStream): AlterAction {
  const start = stream.next();
  return { kind: 'setOptions', options: propertyList(stream), span: stream.spanFrom(start) };
}

function resetOptions(stream: TokenStream): AlterAction {
  const start = stream.next();
  return { kind: 'resetOptions', keys: keyList(stream), span: stream.spanFrom(start) };
}

function setComment(stream: TokenStream): AlterAction {
  const start = stream.next();
  return { kind: 'setComment', comment: stringLiteral(stream), span: stream.spanFrom(start) };
}

function asQuery(stream: TokenStream): AlterAction {
  const start = stream.next();
  return { kind: 'asQuery', query: query(stream), span: stream.spanFrom(start) };
}

function setFunction(stream: TokenStream): AlterAction {
  const start = stream.next();
  const implementation = stringLiteral(stream, 'the class or module in single quotes');
  return { kind: 'setFunction', implementation, language: functionLanguage(stream), span: stream.spanFrom(start) };
}

function setMaterialized(stream: TokenStream): AlterAction {
  const start = stream.token;
  if (stream.acceptAll('SET', 'FRESHNESS')) {
    return { kind: 'setFreshness', freshness: freshnessInterval(stream), span: stream.spanFrom(start) };
  }
  if (stream.acceptAll('SET', 'REFRESH_MODE')) {
    return { kind: 'setRefreshMode', refreshMode: refreshModeValue(stream), span: stream.spanFrom(start) };
  }
  return setOptions(stream);
}

function resume(stream: TokenStream): AlterAction {
  const start = stream.next();
  return { kind: 'resume', options: optionalWith(stream), span: stream.spanFrom(start) };
}

function refresh(stream: TokenStream): AlterAction {
  const start = stream.next();
  const partition = stream.is('PARTITION') ? partitionSpec(stream) : undefined;
  return { kind: 'refresh', partition, span: stream.spanFrom(start) };
}

function add(stream: TokenStream): AlterAction {
  const after = stream.peek(1).code;
  if (after === 'PARTITION' || (after === 'IF' && stream.peek(2).code === 'NOT')) return addPartitions(stream);
  return addToSchema(stream);
}

function addToSchema(stream: TokenStream): AlterAction {
  const start = stream.next();
  if (stream.accept('DISTRIBUTION')) {
    return { kind: 'addDistribution', distribution: distribution(stream), span: stream.spanFrom(start) };
  }
  return { kind: 'addElements', elements: alterElements(stream), span: stream.spanFrom(start) };
}

function modify(stream: TokenStream): AlterAction {
  const start = stream.next();
  if (stream.accept('DISTRIBUTION')) {
    return { kind: 'modifyDistribution', distribution: distribution(stream), span: stream.spanFrom(start) };
  }
  return { kind: 'modifyElements', elements: alterElements(stream), span: stream.spanFrom(start) };
}

function alterElements(stream: TokenStream): AlterElement[] {
  return stream.is('(') ? stream.parenthesized(alterElement) : [alterElement(stream)];
}

function alterElement(stream: TokenStream): AlterElement {
  const start = stream.token;
  const element = tableElement(stream);
  const isColumn = element.kind !== 'watermark' && element.kind !== 'tableConstraint';
  const position = isColumn ? columnPosition(stream) : undefined;
  return { kind: 'alterElement', element, position, span: stream.spanFrom(start) };
}

function columnPosition(stream: TokenStream): ColumnPosition | undefined {
  const start = stream.token;
  const place = stream.acceptOneOf(['FIRST', 'AFTER'] as const);
  if (place === undefined) return undefined;
  const after = place === 'AFTER' ? qualifiedName(stream) : undefined;
  return { kind: 'columnPosition', place, after, span: stream.spanFrom(start) };
}

function addPartitions(stream: TokenStream): AlterAction {
  const start = stream.next();
  const exists = ifNotExists(stream);
  const partitions: PartitionDefinition[] = [];
  do {
    const first = stream.token;
    const partition = partitionSpec(stream);
    const options = optionalWith(stream) ?? [];
    partitions.push({ kind: 'partitionDefinition', partition, options, span: stream.spanFrom(first) });
  } while (stream.is('PARTITION'));
  return { kind: 'addPartitions', ifNotExists: exists, partitions, span: stream.spanFrom(start) };
}

function drop(stream: TokenStream): AlterAction {
  const after = stream.peek(1).code;
  if (after !== 'PARTITION' && !(after === 'IF' && stream.peek(2).code === 'EXISTS')) return dropFromSchema(stream);
  const start = stream.next();
  const exists = ifExists(stream);
  return { kind: 'dropPartitions', ifExists: exists, partitions: stream.list(partitionSpec), span: stream.spanFrom(start) };
}

function dropFromSchema(stream: TokenStream): AlterAction {
  const start = stream.next();
  const columns = stream.is('(') ? stream.parenthesized(qualifiedName) : undefined;
  if (columns !== undefined) return { kind: 'dropColumns', columns, span: stream.spanFrom(start) };
  if (stream.acceptAll('PRIMARY', 'KEY')) return { kind: 'dropPrimaryKey', span: stream.spanFrom(start) };
  if (stream.accept('WATERMARK')) return { kind: 'dropWatermark', span: stream.spanFrom(start) };
  if (stream.accept('DISTRIBUTION')) return { kind: 'dropDistribution', span: stream.spanFrom(start) };
  if (stream.accept('CONSTRAINT')) return { kind: 'dropConstraint', name: identifier(stream), span: stream.spanFrom(start) };
  return { kind: 'dropColumns', columns: [qualifiedName(stream)], span: stream.spanFrom(start) };
}
