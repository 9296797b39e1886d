import type { FlinkSession } from './flink-gateway.ts';
import { convertFlinkValue, printFlinkType } from './flink-types.ts';
import { printJson } from './json-text.ts';
import type { RowKind } from './slt-record.ts';
import type { StatementResult } from './sql-engine.ts';

const KINDS: Readonly<Record<string, RowKind>> = { INSERT: '+I', UPDATE_BEFORE: '-U', UPDATE_AFTER: '+U', DELETE: '-D' };

/** Runs a statement on Flink; the result is printed as our engine's would be. */
export async function executeOnFlink(session: FlinkSession, sql: string): Promise<StatementResult> {
  const { columns, rows } = await session.run(sql);
  const timeZone = await session.timeZone();
  return {
    columns: columns.map(({ name, type }) => ({ name, type: printFlinkType(type) })),
    rows: rows.map(({ kind, fields }) => ({
      op: KINDS[kind] ?? '+I',
      row: printJson(fields.map((value, index) => (columns[index] ? convertFlinkValue(value, columns[index].type, timeZone) : value))),
    })),
  };
}
