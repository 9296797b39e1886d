import type { CatalogTable } from '../catalog/catalog.ts';
import { readTableOptions, type TableOptions } from '../catalog/table-options.ts';
import { SqlError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import { printType } from '../data/types/print-type.ts';
import { isBinary, isNumeric, isText, isTimestamp, type SqlType, withNullable } from '../data/types/sql-type.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { literal } from '../plan/expressions/visit.ts';
import { calc, columnsOfNode, sink, upsertMaterialize } from '../plan/make.ts';
import type { PlanNode, SinkNode } from '../plan/nodes/node.ts';
import { uniqueKeysOf } from '../plan/unique-keys.ts';
import type * as sql from '../sql/ast/index.ts';
import { castTo, sameType } from './coerce.ts';
import { checkOverwrite, fixedPartition } from './partitions.ts';
import { type QueryBinder, simpleName, unknownTable } from './query-binder.ts';
import { planTable, targetsOf } from './table-scan.ts';

/** INSERT INTO: the query's columns, cast to the table's, into its sink. */
export function bindInsert(binder: QueryBinder, node: sql.InsertStatement): SinkNode {
  const { catalog, descriptors } = binder.context;
  const table = catalog.get(simpleName(node.target));
  if (table === undefined) throw unknownTable(catalog, node.target);
  if (table.kind === 'view') throw new SqlError('MS1307', `${table.name} is a view and cannot be written to`, { span: node.target.span });
  const read = readTableOptions(table.options, descriptors, () => node.target.span);
  if (read.connector.sink === undefined) {
    throw new SqlError('MS1307', `connector '${read.connector.name}' of table ${table.name} cannot be written to`, {
      span: node.target.span,
    });
  }
  const fixed = fixedPartition(binder, table, node);
  const overwrite = node.overwrite ? { partition: fixed } : undefined;
  if (overwrite !== undefined) checkOverwrite(binder, read, node);
  const query = binder.bindQuery(node.query).node;
  const written = writtenTo(table, query, node, fixed);
  const hint = insertsOnly(read, table.primaryKey.length > 0);
  if (!written.insertOnly && hint !== undefined) {
    throw new SqlError('MS1215', `table ${table.name} takes inserts only, but the query updates its rows`, {
      span: node.target.span,
      hint,
    });
  }
  return { ...sink(byPrimaryKey(written, table.primaryKey, read), planTable(table)), ...(overwrite && { overwrite }) };
}

/** For a sink that knows rows by a key, changes by that key: those of another one would update and delete the wrong rows. */
function byPrimaryKey(written: PlanNode, primaryKey: readonly string[], { connector }: TableOptions): PlanNode {
  if (written.insertOnly || primaryKey.length === 0 || connector.sink?.changelog !== 'upsert') return written;
  const keys = primaryKey.map((name) => written.schema.fields.findIndex((field) => field.name === name));
  const isSame = (key: readonly number[]): boolean => key.length === keys.length && key.every((column) => keys.includes(column));
  return uniqueKeysOf(written).some(isSame) ? written : upsertMaterialize(written, keys);
}

/** What to do when a query updates rows, for a sink that takes inserts only; undefined for one that takes more. */
function insertsOnly({ connector, options }: TableOptions, hasPrimaryKey: boolean): string | undefined {
  if (connector.sink?.changelog !== 'insert') return connector.sink?.insertsOnly?.(options, hasPrimaryKey);
  return `connector '${connector.name}' cannot take back a row: aggregate in a window, or write to a sink that takes updates`;
}

/** The query's columns as the table's, with the constants of `fixed` in theirs. */
function writtenTo(table: CatalogTable, query: PlanNode, node: sql.InsertStatement, fixed: ReadonlyMap<string, Expression>): PlanNode {
  const targets = targetsOf(table);
  const columns = columnsOfNode(query);
  const named = node.columns.map((name) => name.parts.at(-1)!);
  const open = targets.filter(({ name }) => !fixed.has(name));
  const wanted = named.length === 0 ? open.length : named.length;
  if (columns.length !== wanted) {
    throw new SqlError('MS1206', `the query has ${columns.length} columns, table ${table.name} takes ${wanted}`, {
      span: node.query.span,
      hint: `it takes (${open.map(({ name }) => name).join(', ')})`,
    });
  }
  for (const name of named) {
    if (targets.some((target) => target.name === name.name)) continue;
    const names = targets.map((target) => target.name);
    throw new SqlError('MS1103', `table ${table.name} has no column ${name.name} to write`, {
      span: name.span,
      hint: didYouMean(name.name, names),
    });
  }
  const projections = targets.map((target): Expression => {
    const constant = fixed.get(target.name);
    if (constant !== undefined) return constant;
    const position = named.length === 0 ? open.indexOf(target) : named.findIndex((name) => name.name === target.name);
    const source = columns[position];
    return source === undefined ? missing(target, node) : assigned(source, target, node);
  });
  return calc(
    query,
    undefined,
    projections,
    targets.map(({ name }) => name),
  );
}

function missing(target: { name: string; type: SqlType }, node: sql.InsertStatement): Expression {
  if (target.type.nullable) return literal(null, target.type);
  throw new SqlError('MS1214', `column ${target.name} is NOT NULL and is not among those written`, { span: node.span });
}

/** Casts that happen without being asked for: within numbers, text, bytes and times. Others need a CAST. */
function assigned(source: Expression, target: { name: string; type: SqlType }, node: sql.InsertStatement): Expression {
  const { type } = target;
  if (sameType(source.type, type)) return source;
  if (isAssignable(source.type, type)) return castTo(source, withNullable(type, source.type.nullable));
  throw new SqlError(
    'MS1214',
    `column ${target.name} is ${printType(withNullable(type, true))}, the query gives ${printType(withNullable(source.type, true))}`,
    {
      span: node.query.span,
      hint: `write CAST(... AS ${printType(withNullable(type, true))})`,
    },
  );
}

function isAssignable(from: SqlType, to: SqlType): boolean {
  if (from.root === 'NULL') return true;
  if (isNumeric(from) && isNumeric(to)) return true;
  if (isText(from) && isText(to)) return true;
  if (isBinary(from) && isBinary(to)) return true;
  if (isTimestamp(from) && isTimestamp(to)) return true;
  return (
    from.root === to.root || (from.root === 'DATE' && isTimestamp(to)) || (isTimestamp(from) && (to.root === 'DATE' || to.root === 'TIME'))
  );
}
