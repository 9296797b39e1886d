import { applyChanges, comparable } from '../sql-runner/changelog.ts';
import { MillstreamEngine } from '../sql-runner/millstream-engine.ts';
import type { Oracle } from './duckdb.ts';
import type { Query } from './query.ts';
import { sqlOf } from './sql-of.ts';
import { type Arrival, FLINK_TABLES } from './table-data.ts';

/** A query, the rows in the order in which they come, and how it is run: all that is needed to run it again. */
export interface OracleCase {
  readonly query: Query;
  readonly arrivals: readonly Arrival[];
  readonly workers: number;
  /** Whether each row makes its own changes, instead of each batch. */
  readonly records: boolean;
}

export type Verdict =
  | { readonly kind: 'same'; readonly rows: number }
  /** The engine says that it does not run such queries. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'differs'; readonly found: string };

/** Results above this are no test worth its time. */
const ROWS_MAX = 20_000;
/** Codes with which a query is refused before anything runs. */
const REFUSALS = /^MS(12|14)\d\d$/;

/** Streams the rows through the query, and compares what its changes come to with what DuckDB computes of all rows at once. */
export async function checkCase(oracle: Oracle, { query, arrivals, workers, records }: OracleCase): Promise<Verdict> {
  const expected = comparable(await oracle.rows(sqlOf(query, 'duckdb'), arrivals), 'rowsort');
  if (expected.length > ROWS_MAX) return { kind: 'refused', message: 'more rows than are compared' };
  let actual: readonly string[];
  try {
    actual = comparable(applyChanges(await stream(sqlOf(query, 'flink'), arrivals, workers, records)), 'rowsort');
  } catch (error) {
    const { code, message, stack } = error as { code?: string; message: string; stack?: string };
    if (code !== undefined && REFUSALS.test(code)) return { kind: 'refused', message: `${code} ${message}` };
    return { kind: 'differs', found: stack ?? message };
  }
  if (actual.join('\n') === expected.join('\n')) return { kind: 'same', rows: actual.length };
  return { kind: 'differs', found: difference(actual, expected) };
}

async function stream(sql: string, arrivals: readonly Arrival[], workers: number, records: boolean) {
  const engine = await MillstreamEngine.open(workers);
  try {
    if (records) await engine.execute("SET 'millstream.changelog' = 'record'");
    for (const statement of FLINK_TABLES) await engine.execute(statement);
    await engine.startStream('q', sql);
    const changes = [];
    for (const { table, rows } of batchesOf(arrivals)) {
      await engine.push(table, rows);
      changes.push(...(await engine.takeChanges('q')));
    }
    for (const table of ['a', 'b', 'c']) await engine.end(table);
    changes.push(...(await engine.takeChanges('q')));
    return changes;
  } finally {
    await engine.close();
  }
}

/** Rows that come one behind the other into one table are a batch, up to a cut. */
function batchesOf(arrivals: readonly Arrival[]): { readonly table: string; readonly rows: string[] }[] {
  const batches: { table: string; rows: string[] }[] = [];
  let open = false;
  for (const { table, row, cut } of arrivals) {
    if (!open || batches.at(-1)?.table !== table) batches.push({ table, rows: [] });
    batches.at(-1)!.rows.push(JSON.stringify(row));
    open = !cut;
  }
  return batches;
}

function difference(actual: readonly string[], expected: readonly string[]): string {
  const without = (rows: readonly string[], others: readonly string[]): string[] => {
    const left = [...others];
    return rows.filter((row) => {
      const at = left.indexOf(row);
      if (at !== -1) left.splice(at, 1);
      return at === -1;
    });
  };
  const list = (rows: readonly string[]): string => rows.slice(0, 10).join(' ') || 'nothing';
  return `only here: ${list(without(actual, expected))}\nonly in DuckDB: ${list(without(expected, actual))}`;
}
