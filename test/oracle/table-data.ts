import type { Random } from '../../src/common/random.ts';
import { TABLES } from './generate-query.ts';

/** A row as JSON; the columns are those of TABLE_KINDS. */
export interface TableRow {
  readonly id: number;
  readonly k: number | null;
  readonly v: number | null;
  readonly s: string | null;
  readonly ts: string;
}

/** A row on its way into a table; with `cut` a batch ends behind it. */
export interface Arrival {
  readonly table: string;
  readonly row: TableRow;
  readonly cut: boolean;
}

export const FLINK_TABLES: readonly string[] = TABLES.map(
  (name) =>
    `CREATE TABLE ${name} (id BIGINT, k BIGINT, v BIGINT, s STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '20' SECOND)` +
    " WITH ('connector' = 'pushed', 'format' = 'json')",
);

export const DUCKDB_TABLES: readonly string[] = TABLES.map(
  (name) => `CREATE TABLE ${name} (id BIGINT, k BIGINT, v BIGINT, s VARCHAR, ts TIMESTAMP)`,
);

const TEXTS = ['a', 'b', 'bb', 'ab', '', 'ca', 'long enough to be no short text'];
const START = Date.UTC(2024, 0, 1);

const timeText = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');

/**
 * Rows for all tables in the order in which they come: keys few and skewed, NULLs in all columns but id and time, times out of order by
 * less than the watermark's 20 seconds. Some rows are there twice but for their id.
 */
export function generateArrivals(random: Random, count: number): Arrival[] {
  const nullable = <T>(value: T): T | null => (random.next() < 0.12 ? null : value);
  const keys = 2 + random.below(12);
  const cuts = random.next() * 0.5;
  const arrivals: Arrival[] = [];
  for (let i = 0; i < count; i++) {
    const before = arrivals.at(-1 - random.below(5))?.row;
    const ts = timeText(START + i * 1500 + random.below(19_000));
    const row: TableRow =
      before !== undefined && random.next() < 0.1
        ? { ...before, id: i }
        : {
            id: i,
            k: nullable(Math.floor(random.next() ** 2 * keys)),
            v: nullable(random.below(20) - 5),
            s: nullable(TEXTS[random.below(TEXTS.length)]!),
            ts,
          };
    arrivals.push({ table: TABLES[random.below(TABLES.length)]!, row, cut: random.next() < cuts });
  }
  return arrivals;
}
