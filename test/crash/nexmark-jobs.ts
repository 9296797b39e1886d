import { readFileSync } from 'node:fs';
import type { CrashJob } from './jobs.ts';

const PK = (columns: string): string => `PRIMARY KEY (${columns}) NOT ENFORCED`;

/**
 * How the results of a query of bench/nexmark are written and compared: into files where they are inserts only, into a topic of the log,
 * by primary key, where they are updated.
 */
interface Written {
  readonly name: string;
  /** The primary key of the sink, where the query's own has none. */
  readonly key?: string;
  /** Whether the sink's own primary key serves. */
  readonly keyed?: boolean;
  /** What is compared, where that is not all columns: rows may tie, and which of them comes first depends on the workers. */
  readonly compared?: string;
}

/** Windows end with the clock: how many bids of a bidder come into one is chance, but not how many come into all of them. */
const BY_CLOCK = `SELECT bidder, SUM(bid_count), MIN(bid_count) > 0, MIN(TIMESTAMPDIFF(SECOND, starttime, endtime)) = 10,
  MAX(TIMESTAMPDIFF(SECOND, starttime, endtime)) = 10, COUNT(*) = COUNT(DISTINCT starttime) FROM sink GROUP BY bidder`;

const WRITTEN: readonly Written[] = [
  { name: 'q3' },
  { name: 'q4', keyed: true },
  { name: 'q5' },
  { name: 'q6', keyed: true },
  { name: 'q7' },
  { name: 'q8' },
  { name: 'q9', keyed: true },
  { name: 'q11' },
  { name: 'q12', compared: BY_CLOCK },
  { name: 'q15', keyed: true },
  { name: 'q16', keyed: true },
  { name: 'q18', key: 'bidder, auction' },
  { name: 'q19', key: 'auction, rank_number', compared: 'SELECT auction, rank_number, price FROM sink' },
  { name: 'q20' },
];

/** The stateful queries of NEXMark, as the benchmark has them, over `events` events, one for each millisecond. `folder` is bench/nexmark. */
export const nexmarkJobs = (events: number, folder: string): readonly CrashJob[] => {
  const text = (file: string): string => readFileSync(`${folder}/${file}`, 'utf8');
  const tables = text('tables.sql').replaceAll('${events}', String(events)).replaceAll('${rate}', '1000');
  return WRITTEN.map((written) => jobOf(written, tables, text(`${written.name}.sql`)));
};

function jobOf({ name, key, keyed = key !== undefined, compared }: Written, tables: string, query: string): CrashJob {
  const job = `nexmark-${name}`;
  const path = keyed ? `${job}.log` : job;
  const options = keyed
    ? `'connector' = 'log', 'path' = '${path}', 'topic' = '${name}', 'format' = 'json', 'key.format' = 'json'`
    : `'connector' = 'filesystem', 'path' = '${path}', 'format' = 'json'`;
  const sink = (more: string): string => `WITH (${options}${more})`;
  const [declared] = /CREATE TABLE sink [\s\S]*?;/.exec(query) ?? [];
  if (declared === undefined) throw new Error(`${name}.sql has no sink`);
  const withKey = key === undefined ? declared : declared.replace(/\n?\) WITH/, `, ${PK(key)}) WITH`);
  const table = (more: string): string => withKey.replace(/WITH \('connector' = 'blackhole'\)/, () => sink(more));
  const written = query.replace(declared, () => table(keyed ? `, 'sink.delivery-guarantee' = 'exactly-once'` : ''));
  const read = `SET 'execution.runtime-mode' = 'batch'; ${table(keyed ? `, 'scan.bounded.mode' = 'latest-offset'` : '')}
${compared ?? 'SELECT * FROM sink'};`;
  const settled = keyed || compared !== undefined;
  return { name: job, sql: `${tables}\n${written}`, outputs: settled ? [] : [path], removed: [path], ...(settled && { results: read }) };
}
