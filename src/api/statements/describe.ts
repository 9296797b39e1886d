import { QueryBinder, simpleName, unknownTable } from '../../binder/query-binder.ts';
import type { CatalogColumn, CatalogEntry, CatalogTable } from '../../catalog/catalog.ts';
import { UnsupportedError } from '../../common/errors.ts';
import type { Schema } from '../../data/schema.ts';
import { printType } from '../../data/types/print-type.ts';
import { types, withNullable } from '../../data/types/sql-type.ts';
import type * as sql from '../../sql/ast/index.ts';
import { printExpression } from '../../sql/print.ts';
import type { Session } from '../session.ts';
import type { StatementResult } from './statement-result.ts';

const SCHEMA: Schema = {
  fields: [
    { name: 'name', type: types.string(false) },
    { name: 'type', type: types.string(false) },
    { name: 'null', type: types.boolean(false) },
    { name: 'key', type: types.string() },
    { name: 'extras', type: types.string() },
    { name: 'watermark', type: types.string() },
  ],
};

/** DESCRIBE t: Flink's table of columns. */
export function describeTable(session: Session, node: sql.DescribeStatement): StatementResult {
  if (node.object !== 'TABLE' || node.name === undefined)
    throw new UnsupportedError('MS1402', `DESCRIBE ${node.object} is not supported`, { span: node.span });
  const entry = session.catalog.get(simpleName(node.name));
  if (entry === undefined) throw unknownTable(session.catalog, node.name);
  return { kind: 'rows', schema: SCHEMA, rows: columnRows(session, entry) };
}

/** name, type, null, key, extras, watermark of each column. */
export function columnRows(session: Session, entry: CatalogEntry): unknown[][] {
  if (entry.kind === 'table') return entry.columns.map((column) => tableColumn(entry, column));
  const { node } = new QueryBinder(session.binderContext).bindQuery(entry.query);
  return node.schema.fields.map(({ name, type }, i) => [
    entry.columns[i] ?? name,
    printType(withNullable(type, true)),
    type.nullable,
    null,
    null,
    null,
  ]);
}

function tableColumn(table: CatalogTable, column: CatalogColumn): unknown[] {
  const { watermark, primaryKey } = table;
  const isTime = watermark?.column === column.name;
  const type = printType(withNullable(column.type, true)) + (isTime ? ' *ROWTIME*' : '');
  const key = primaryKey.includes(column.name) ? `PRI(${primaryKey.join(', ')})` : null;
  const extras =
    column.kind === 'computed'
      ? `AS ${printExpression(column.expression)}`
      : column.kind === 'metadata'
        ? `METADATA${column.key === column.name ? '' : ` FROM '${column.key}'`}${column.virtual ? ' VIRTUAL' : ''}`
        : null;
  return [column.name, type, column.type.nullable, key, extras, isTime ? printExpression(watermark.expression) : null];
}
