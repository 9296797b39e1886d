import { noPartition } from '../../binder/partitions.ts';
import { simpleName, unknownTable } from '../../binder/query-binder.ts';
import type { CatalogTable } from '../../catalog/catalog.ts';
import { readTableOptions } from '../../catalog/table-options.ts';
import { SqlError, UnsupportedError } from '../../common/errors.ts';
import { types } from '../../data/types/sql-type.ts';
import type * as sql from '../../sql/ast/index.ts';
import type { Session } from '../session.ts';
import type { StatementResult } from './statement-result.ts';

/**
 * SHOW PARTITIONS t [PARTITION (column = 'text', ...)]: those that are there, a row each, as `dt=2020-01-01/hour=12`. Throws SqlError MS1360 for
 * a table without partitions, UnsupportedError MS1402 for a connector that cannot list them.
 */
export async function showPartitions(session: Session, node: sql.ShowStatement): Promise<StatementResult> {
  const table = tableOf(session, node);
  const { span } = node.name!;
  const columns = table.partitionedBy;
  if (columns.length === 0)
    throw new SqlError('MS1360', `table ${table.name} is not partitioned`, { span, hint: 'declare PARTITIONED BY (...)' });
  const { connector, options } = readTableOptions(table.options, session.descriptors, () => span);
  const list = session.connectors.get(connector.name)?.listPartitions;
  if (list === undefined) throw new UnsupportedError('MS1402', `connector '${connector.name}' does not list partitions`, { span });
  const defaultName = options.string('partition.default-name');
  const found = (await list({ options, columns })).map(({ texts }) => texts.map((text) => text ?? defaultName));
  const wanted = wantedTexts(table, node);
  const rows = found.filter((texts) => texts.every((text, i) => wanted[i] === undefined || wanted[i] === text));
  return {
    kind: 'rows',
    schema: { fields: [{ name: 'partition name', type: types.string(false) }] },
    rows: rows.map((texts) => [texts.map((text, i) => `${columns[i]}=${text}`).join('/')]),
  };
}

function tableOf(session: Session, { name }: sql.ShowStatement): CatalogTable {
  const entry = session.catalog.get(simpleName(name!));
  if (entry === undefined) throw unknownTable(session.catalog, name!);
  if (entry.kind === 'table') return entry;
  throw new SqlError('MS1360', `${entry.name} is a view and has no partitions`, { span: name!.span });
}

/** The texts that PARTITION asks for, by place; undefined where any will do. */
function wantedTexts(table: CatalogTable, { partition }: sql.ShowStatement): (string | undefined)[] {
  const texts = new Map<string, string>();
  for (const { column, value, span } of partition?.values ?? []) {
    if (!table.partitionedBy.includes(column.name)) throw noPartition(table, column);
    if (value?.kind !== 'string' && value?.kind !== 'number')
      throw new SqlError('MS1360', `the value of ${column.name} must be a text or a number`, { span });
    texts.set(column.name, value.kind === 'string' ? value.value : value.text);
  }
  return table.partitionedBy.map((column) => texts.get(column));
}
