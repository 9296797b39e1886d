import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nexmarkFolder } from './files.ts';
import { FlinkSession } from './flink-gateway.ts';
import { MillstreamEngine } from './millstream-engine.ts';
import { compareResult, type Difference, type Engines, reportDifferences } from './random/compare-statements.ts';

const QUERIES = [
  'q0',
  'q1',
  'q2',
  'q3',
  'q4',
  'q5',
  'q7',
  'q8',
  'q10',
  'q11',
  'q15',
  'q16',
  'q17',
  'q18',
  'q19',
  'q20',
  'q21',
  'q22',
  'hop',
];
const EVENTS = 10_000;

export interface NexmarkComparison {
  readonly gateway: string;
  readonly print: (line: string) => void;
  /** How many events of the generator are compared over. */
  readonly events?: number | undefined;
}

/**
 * Writes the events of our generator to a file and asks both engines the queries of NEXMark over it; what their changes come to is
 * compared. Prints what differs and resolves with how many queries do.
 */
export async function compareNexmark({ gateway, print, events = EVENTS }: NexmarkComparison): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'millstream-nexmark-'));
  const engines: Engines = { flink: await FlinkSession.open(gateway), ours: await MillstreamEngine.open() };
  try {
    const path = join(folder, 'events.ndjson');
    await writeEvents(path, events);
    for (const statement of tables(path)) {
      await engines.flink.run(statement);
      await engines.ours.execute(statement);
    }
    const differences: Difference[] = [];
    for (const name of QUERIES) {
      const difference = await compareResult(engines, query(name));
      print(`${difference === undefined ? 'same  ' : 'DIFFER'} ${name}`);
      if (difference !== undefined) differences.push(difference);
    }
    print(`${QUERIES.length} queries of NEXMark compared over ${events} events, ${differences.length} differ`);
    return reportDifferences(differences, print);
  } finally {
    await engines.flink.close();
    await engines.ours.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const fileOptions = (path: string): string => `'connector' = 'filesystem', 'path' = '${path}', 'format' = 'json'`;

async function writeEvents(path: string, events: number): Promise<void> {
  const engine = await MillstreamEngine.open();
  await engine.execute(`CREATE TABLE events WITH ('connector' = 'nexmark', 'events.num' = '${events}')`);
  await engine.execute(`CREATE TABLE file WITH (${fileOptions(path)}) AS SELECT event_type, person, auction, bid FROM events`);
  await engine.close();
}

/** The statements of a file of bench/nexmark. */
const statements = (file: string): string[] =>
  readFileSync(join(nexmarkFolder, file), 'utf8')
    .replace(/^--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');

/** NEXMark's tables, over a file instead of the generator. */
const tables = (path: string): string[] =>
  statements('tables.sql').map((statement) => statement.replace(/WITH \(\s*'connector' = 'nexmark'[^)]*\)/, `WITH (${fileOptions(path)})`));

/** A query without its sink. */
function query(name: string): string {
  const insert = statements(`${name}.sql`).find((statement) => statement.startsWith('INSERT INTO sink'));
  if (insert === undefined) throw new Error(`${name}.sql has no INSERT INTO sink`);
  return insert.slice('INSERT INTO sink'.length).trim();
}
