import type { CatalogTable } from '../catalog/catalog.ts';
import type { TableOptions } from '../catalog/table-options.ts';
import { assert } from '../common/assert.ts';
import { SqlError, UnsupportedError } from '../common/errors.ts';
import type { Field } from '../data/schema.ts';
import { isTimestamp, withoutTimeAttribute } from '../data/types/sql-type.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { calc, changelogNormalize, columnsOfNode } from '../plan/make.ts';
import type { PlanNode, PlanTable, ScanNode } from '../plan/nodes/node.ts';
import { castTo } from './coerce.ts';
import type { QueryBinder } from './query-binder.ts';

/** The table as plans know it: what is read from or written to the connector, without computed columns. */
export function planTable(table: CatalogTable): PlanTable {
  const stored = table.columns.filter((column) => column.kind !== 'computed');
  const metadata = new Map(table.columns.flatMap((column) => (column.kind === 'metadata' ? [[column.name, column.key] as const] : [])));
  return {
    name: table.name,
    connector: table.options.get('connector') ?? '',
    options: table.options,
    schema: { fields: stored.map(({ name, type }) => ({ name, type })) },
    metadata,
    primaryKey: table.primaryKey,
    ...(table.partitionedBy.length > 0 && { partitionedBy: table.partitionedBy }),
  };
}

/** The columns a writer gets: physical ones and metadata that can be written, in the table's order. */
export function targetsOf(table: CatalogTable): Field[] {
  return table.columns
    .filter((column) => column.kind === 'physical' || (column.kind === 'metadata' && !column.virtual))
    .map(({ name, type }) => ({ name, type }));
}

/** Scan, then computed columns, then the watermark: the table's columns in their declared order. `deadLetters` gets its bad records. */
export function planTableScan(binder: QueryBinder, table: CatalogTable, read: TableOptions, deadLetters?: PlanTable): PlanNode {
  assert(read.connector.source !== undefined, 'only tables that can be read are scanned');
  const source = planTable(table);
  const mode = read.connector.source.changelog?.(read.options, table.primaryKey.length > 0) ?? 'insert';
  const scan: ScanNode = {
    kind: 'scan',
    table: source,
    bounded: read.connector.source.bounded(read.options),
    schema: source.schema,
    insertOnly: mode === 'insert',
    ...(deadLetters && { deadLetters }),
  };
  const rows = mode === 'upsert' ? changelogNormalize(scan, keysOf(table, source)) : scan;
  const withComputed = table.columns.some((column) => column.kind === 'computed') ? computedColumns(binder, table, rows) : rows;
  const idle = read.options.get('scan.watermark.idle-timeout');
  return table.watermark === undefined
    ? withComputed
    : withWatermark(binder, table, withComputed, idle === undefined ? undefined : Number(idle));
}

/** The columns by which a source updates its rows. Throws MS1216 where the table does not say. */
function keysOf(table: CatalogTable, { schema, primaryKey }: PlanTable): number[] {
  if (primaryKey.length > 0) return primaryKey.map((name) => schema.fields.findIndex((field) => field.name === name));
  throw new SqlError('MS1216', `table ${table.name} updates its rows by key, and has no primary key`, {
    hint: 'declare PRIMARY KEY (...) NOT ENFORCED',
  });
}

function computedColumns(binder: QueryBinder, table: CatalogTable, scan: PlanNode): PlanNode {
  const columns = scan.schema.fields.map(({ name, type }) => ({ name, type, table: undefined }));
  const expressions = binder.expressions(columns);
  const stored = columnsOfNode(scan);
  let next = 0;
  const projections = table.columns.map(
    (column): Expression => (column.kind === 'computed' ? expressions.bind(column.expression) : stored[next++]!),
  );
  return calc(
    scan,
    undefined,
    projections,
    table.columns.map(({ name }) => name),
  );
}

/** Marks the time attribute and keeps its watermark. Throws MS1208 where the column cannot be a time attribute. */
function withWatermark(binder: QueryBinder, table: CatalogTable, input: PlanNode, idleTimeoutMs: number | undefined): PlanNode {
  const { column: name, expression } = table.watermark!;
  const column = input.schema.fields.findIndex((field) => field.name === name);
  const type = input.schema.fields[column]?.type;
  if (type === undefined) throw new SqlError('MS1103', `there is no column ${name} for the watermark`, { span: expression.span });
  if (!isTimestamp(type) || type.precision > 3) {
    throw new SqlError('MS1208', `the watermark column ${name} must be TIMESTAMP(p) or TIMESTAMP_LTZ(p) with p <= 3`, {
      span: expression.span,
    });
  }
  const scope = input.schema.fields.map((field) => ({ name: field.name, type: field.type, table: undefined }));
  const bound = binder.expressions(scope).bind(expression);
  if (!isTimestamp(bound.type)) throw new SqlError('MS1208', 'a watermark must be a timestamp', { span: expression.span });
  if (bound.type.root !== type.root)
    throw new UnsupportedError('MS1402', 'a watermark of another type than its column is not supported', { span: expression.span });
  const fields = input.schema.fields.map(
    (field, i): Field => (i === column ? { name, type: { ...type, timeAttribute: 'rowtime' } } : field),
  );
  // All rows are there before time moves on: none is late, so that the end of the input is the only watermark.
  if (binder.context.batch) {
    const columns = columnsOfNode({ ...input, schema: { fields } });
    return calc(
      input,
      undefined,
      columns,
      fields.map((field) => field.name),
    );
  }
  return {
    kind: 'watermark',
    input,
    column,
    expression: castTo(bound, { ...withoutTimeAttribute(type), nullable: true }),
    idleTimeoutMs,
    schema: { fields },
    insertOnly: input.insertOnly,
  };
}
