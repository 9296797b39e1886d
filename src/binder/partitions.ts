import type { CatalogColumn, CatalogTable } from '../catalog/catalog.ts';
import type { TableOptions } from '../catalog/table-options.ts';
import { SqlError, UnsupportedError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import { printType } from '../data/types/print-type.ts';
import type { TypeRoot } from '../data/types/sql-type.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import type * as sql from '../sql/ast/index.ts';
import { castTo } from './coerce.ts';
import type { QueryBinder } from './query-binder.ts';
import { targetsOf } from './table-scan.ts';

/** Types whose values are told apart by a short text, which reads back. */
const PARTITION_TYPES: readonly TypeRoot[] = ['CHAR', 'VARCHAR', 'BOOLEAN', 'TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'DATE'];

/** Throws MS1360 where the columns of PARTITIONED BY are not what rows can be kept apart by. */
export function checkPartitionedBy(table: CatalogTable, read: TableOptions, node: sql.CreateTable): void {
  const names = table.columns.map(({ name }) => name);
  for (const [i, name] of table.partitionedBy.entries()) {
    const { span } = node.partitionedBy[i] ?? node.name;
    const column = table.columns.find((one) => one.name === name);
    if (column === undefined)
      throw new SqlError('MS1360', `there is no column ${name} to partition by`, { span, hint: didYouMean(name, names) });
    if (table.partitionedBy.indexOf(name) < i) throw new SqlError('MS1360', `PARTITIONED BY names ${name} twice`, { span });
    if (read.connector.partitions === true) checkColumn(column, span);
  }
  if (read.connector.partitions !== true || table.partitionedBy.length === 0) return;
  if (table.columns.some((column) => column.kind === 'physical' && !table.partitionedBy.includes(column.name))) return;
  throw new SqlError('MS1360', `all columns of ${table.name} are in PARTITIONED BY, and none is left for the records`, {
    span: node.partitionedBy[0]?.span ?? node.name.span,
  });
}

function checkColumn(column: CatalogColumn, span: sql.Identifier['span']): void {
  if (column.kind !== 'physical')
    throw new SqlError('MS1360', `${column.name} is no column of the records, and cannot be partitioned by`, {
      span,
      hint: 'declare it with a type',
    });
  if (PARTITION_TYPES.includes(column.type.root)) return;
  throw new UnsupportedError('MS1402', `files are not partitioned by a column of type ${printType(column.type)}`, {
    span,
    hint: 'make it a STRING: DATE_FORMAT(...) or CAST(... AS STRING)',
  });
}

/** The constants of INSERT INTO t PARTITION (column = constant, ...), by column. Throws MS1360 for other columns. */
export function fixedPartition(
  binder: QueryBinder,
  table: CatalogTable,
  { partition }: sql.InsertStatement,
): ReadonlyMap<string, Expression> {
  const fixed = new Map<string, Expression>();
  for (const { column, value, span } of partition?.values ?? []) {
    const target = targetsOf(table).find(({ name }) => name === column.name);
    if (target === undefined || !table.partitionedBy.includes(column.name)) throw noPartition(table, column);
    if (fixed.has(column.name)) throw new SqlError('MS1360', `PARTITION names ${column.name} twice`, { span: column.span });
    if (value === undefined) throw new SqlError('MS1360', `PARTITION gives ${column.name} no value`, { span });
    fixed.set(column.name, castTo(binder.expressions([]).bind(value), target.type));
  }
  return fixed;
}

/** MS1360: a table is not partitioned by a column. */
export function noPartition(table: CatalogTable, column: sql.Identifier): SqlError {
  const by = table.partitionedBy;
  return new SqlError('MS1360', `table ${table.name} is not partitioned by ${column.name}`, {
    span: column.span,
    hint:
      by.length === 0
        ? 'it has no partitions: declare PARTITIONED BY (...)'
        : (didYouMean(column.name, by) ?? `it is by (${by.join(', ')})`),
  });
}

/** INSERT OVERWRITE replaces what is there by all of a query's rows, so that they must have an end. Throws MS1402. */
export function checkOverwrite(binder: QueryBinder, { connector }: TableOptions, node: sql.InsertStatement): void {
  const { span } = node;
  if (connector.partitions !== true)
    throw new UnsupportedError('MS1402', `INSERT OVERWRITE into connector '${connector.name}' is not supported`, { span });
  if (!binder.context.batch)
    throw new UnsupportedError('MS1402', 'INSERT OVERWRITE runs in batch mode only', {
      span,
      hint: "SET 'execution.runtime-mode' = 'batch', or write INSERT INTO",
    });
}
