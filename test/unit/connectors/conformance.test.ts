import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { Session } from '../../../src/api/session.ts';
import type { JobState } from '../../../src/backends/local/job-state.ts';
import { openScan, openSink } from '../../../src/backends/local/open-table.ts';
import { QueryBinder } from '../../../src/binder/query-binder.ts';
import { planTable } from '../../../src/binder/table-scan.ts';
import type { CatalogTable } from '../../../src/catalog/catalog.ts';
import { VirtualClock } from '../../../src/common/clock.ts';
import type { Connector } from '../../../src/connectors/connector.ts';
import { filesystemConnector } from '../../../src/connectors/filesystem/filesystem.ts';
import { memoryConnector } from '../../../src/connectors/memory/memory-connector.ts';
import { MemoryTable } from '../../../src/connectors/memory/memory-table.ts';
import { Decimal } from '../../../src/data/values/decimal.ts';
import type { PlanNode, ScanNode } from '../../../src/plan/nodes/node.ts';
import { inputsOf } from '../../../src/plan/visit.ts';
import {
  exactlyOnceConformance,
  fillBatch,
  type Opening,
  rowTexts,
  type SinkUnderTest,
  type SourceUnderTest,
  sinkConformance,
  sourceConformance,
} from '../../conformance/connector.ts';
import { smallMemoryKernels } from '../../conformance/small-memory.ts';

const folder = mkdtempSync(join(tmpdir(), 'millstream-connectors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tables = new Map<string, MemoryTable>();

async function sessionWith(create: string, clock: VirtualClock, print: (text: string) => void = () => {}): Promise<Session> {
  const session = await Session.open({ clock, print, connectors: [memoryConnector(tables)] });
  for (const statement of session.parse(create)) await session.run(statement, create);
  return session;
}

function scanOf(session: Session): ScanNode {
  const [statement] = session.parse('SELECT * FROM t');
  if (statement?.kind !== 'queryStatement') throw new Error('no query');
  let node: PlanNode = new QueryBinder(session.binderContext).bindQuery(statement.query).node;
  while (node.kind !== 'scan') node = inputsOf(node)[0]!;
  return node;
}

/** The source of a table `t`, opened as the local back end does, with another schema or as one of several subtasks. */
async function source(create: string, rowCount: number, more: Partial<SourceUnderTest> = {}): Promise<SourceUnderTest> {
  const clock = new VirtualClock(1_700_000_000_000);
  const session = await sessionWith(create, clock);
  const scan = scanOf(session);
  const kernels = await smallMemoryKernels();
  const env = { ...session.environment(), kernels };
  const open = ({ schema = scan.schema, subtask = { index: 0, count: 1 } }: Opening) => {
    const connectors = new Map([...env.connectors].map(([name, connector]) => [name, asSubtask(connector, subtask)]));
    return openScan({ ...scan, schema }, { ...env, connectors }, { index: 0, count: 1 }, () => {});
  };
  return { kernels, schema: scan.schema, rowCount, open, pass: () => clock.advance(50), ...more };
}

const asSubtask = (connector: Connector, subtask: { index: number; count: number }): Connector => ({
  ...connector,
  ...(connector.openSource && { openSource: (context) => connector.openSource!({ ...context, subtask }) }),
});

const COLUMNS = 'id BIGINT, name STRING, price DECIMAL(10, 2), ok BOOLEAN';
const values = (i: number) => [
  BigInt(i),
  i % 5 === 0 ? null : `name ${'é'.repeat(i % 9)} ${i}`,
  i % 4 === 0 ? null : `${i}.25`,
  i % 3 === 0,
];

function writeFiles(name: string, fileCount: number, rows: number): string {
  const target = join(folder, name);
  mkdirSync(target);
  for (let file = 0; file < fileCount; file++) {
    const lines = Array.from({ length: rows }, (_, i) => {
      const [id, text, price, ok] = values(file * rows + i);
      return JSON.stringify({ id: Number(id), name: text, price, ok });
    });
    writeFileSync(join(target, `${file}.json`), `${lines.join('\n')}\n`);
  }
  return target;
}

const one = writeFiles('one', 1, 9000);
const several = writeFiles('several', 5, 700);

sourceConformance('filesystem, one file', () =>
  source(`CREATE TABLE t (${COLUMNS}) WITH ('connector' = 'filesystem', 'path' = '${one}/0.json', 'format' = 'json')`, 9000),
);
sourceConformance('filesystem, several files', () =>
  source(`CREATE TABLE t (${COLUMNS}) WITH ('connector' = 'filesystem', 'path' = '${several}', 'format' = 'json')`, 3500),
);
sourceConformance('datagen', () =>
  source(
    `CREATE TABLE t (id BIGINT, twice BIGINT, fixed INT) WITH ('connector' = 'datagen', 'number-of-rows' = '9000', 'fields.id.kind' = 'sequence',
      'fields.id.start' = '1', 'fields.id.end' = '9000', 'fields.twice.kind' = 'sequence', 'fields.twice.start' = '5', 'fields.twice.end' = '9004',
      'fields.fixed.min' = '7', 'fields.fixed.max' = '7')`,
    9000,
  ),
);
sourceConformance('rate', () =>
  source(`CREATE TABLE t (\`value\` BIGINT) WITH ('connector' = 'rate', 'number-of-rows' = '9000', 'rows-per-second' = '100000')`, 9000),
);
sourceConformance('nexmark', () => source(`CREATE TABLE t WITH ('connector' = 'nexmark', 'events.num' = '9000')`, 9000));
sourceConformance('memory', () => {
  tables.set(
    'rows',
    MemoryTable.of(Array.from({ length: 9000 }, (_, i) => ({ id: BigInt(i), ok: i % 3 === 0, name: i % 5 === 0 ? null : `name ${i}` }))),
  );
  return source(`CREATE TABLE t (id BIGINT, name STRING, ok BOOLEAN) WITH ('connector' = 'memory', 'name' = 'rows')`, 9000);
});

/** The sink of a table `t`. */
async function sink(
  create: string,
  rows: readonly (readonly unknown[])[],
  written: SinkUnderTest['written'],
  more: Partial<SinkUnderTest> & { print?: (text: string) => void; checkpointed?: boolean } = {},
): Promise<SinkUnderTest> {
  const session = await sessionWith(create, new VirtualClock(), more.print);
  const target = planTable(session.catalog.get('t') as CatalogTable);
  const { schema } = target;
  const input: PlanNode = { kind: 'values', rows: [], schema, insertOnly: true };
  const insertOnly = more.updates !== true;
  const kernels = await smallMemoryKernels();
  // Of the state only the name is used.
  const state = { uid: 'job', settings: { intervalMs: 1000 } } as JobState;
  const env = { ...session.environment(), kernels, ...(more.checkpointed && { state }) };
  // What connectors remember of a session is not known to the one that takes its place.
  const connectors = () => new Map([...env.connectors, ['filesystem', filesystemConnector()]]);
  const open = () =>
    openSink({ kind: 'sink', input, target, schema, insertOnly }, { ...env, connectors: connectors() }, 'sink', { index: 0, count: 1 });
  return { kernels, schema, rows, open, written, ...more };
}

const ROWS = Array.from({ length: 200 }, (_, i) => [BigInt(i), i % 5 === 0 ? null : `name ${'é'.repeat(i % 30)}`, i % 3 === 0]);
const text = (row: readonly unknown[]): string =>
  `[${row.map((value) => (typeof value === 'bigint' ? String(value) : JSON.stringify(value))).join()}]`;
let made = 0;

function fileSink(name: string, more: Partial<SinkUnderTest> & { checkpointed?: boolean }): Promise<SinkUnderTest> {
  const target = join(folder, name);
  const written = async (): Promise<string[]> =>
    filesBelow(target)
      .sort()
      .flatMap((path) => readFileSync(path, 'utf8').split('\n').slice(0, -1))
      .map((line) => `+I${text(Object.values(JSON.parse(line) as object))}`);
  const create = `CREATE TABLE t (id BIGINT, name STRING, ok BOOLEAN) WITH ('connector' = 'filesystem', 'path' = '${target}', 'format' = 'json')`;
  return sink(create, ROWS, written, more);
}

sinkConformance('filesystem', () => fileSink(`sink-${++made}`, { hidesUnfinished: true }));
exactlyOnceConformance('filesystem, a folder', () => fileSink(`sink-${++made}`, { checkpointed: true }));
exactlyOnceConformance('filesystem, one file', async () => ({
  ...(await fileSink(`sink-${++made}.json`, { checkpointed: true })),
  atEnd: true,
}));

const topicOf = (path: string, more = ''): string =>
  `CREATE TABLE t (${COLUMNS}) WITH ('connector' = 'log', 'path' = '${path}', 'topic' = 't', 'format' = 'json'${more})`;

/** A topic of three partitions with 9,000 rows, in blocks of several sizes. */
async function writeTopic(): Promise<string> {
  const path = join(folder, `log-${++made}`);
  const subject = await sink(topicOf(path, ", 'partitions' = '3', 'sink.block-size' = '20 kb'"), [], async () => []);
  const writer = await subject.open();
  for (let first = 0; first < 9000; first += 1500) {
    const rows = Array.from({ length: 1500 }, (_, i) => {
      const [id, text, price, ok] = values(first + i);
      return [id, text, price === null ? null : Decimal.from(price as string), ok];
    });
    if (!writer.write(fillBatch(subject, rows))) throw new Error('the sink does not take so little');
    if (first % 3000 === 0) await writer.flush();
  }
  await writer.close();
  return path;
}

sourceConformance('log', async () => source(topicOf(await writeTopic(), ", 'scan.bounded.mode' = 'latest-offset'"), 9000));

/** The rows of a topic of one partition that can be seen. */
async function rowsOfTopic(path: string): Promise<string[]> {
  if (!existsSync(path)) return [];
  const columns = 'id BIGINT, name STRING, ok BOOLEAN';
  const options = `'connector' = 'log', 'path' = '${path}', 'topic' = 't', 'format' = 'json', 'scan.bounded.mode' = 'latest-offset'`;
  const { open } = await source(`CREATE TABLE t (${columns}) WITH (${options})`, 0);
  const reader = await open({});
  const rows: string[] = [];
  for (let polled = reader.poll(); polled !== 'end'; polled = reader.poll())
    if (polled !== 'idle') rows.push(...rowTexts(polled).map((row) => `+I${row}`));
  await reader.close();
  return rows;
}

function logSink(more: Partial<SinkUnderTest> & { checkpointed?: boolean }, delivery: string): Promise<SinkUnderTest> {
  const path = join(folder, `log-${++made}`);
  const options = `'connector' = 'log', 'path' = '${path}', 'topic' = 't', 'format' = 'json', 'sink.delivery-guarantee' = '${delivery}'`;
  return sink(`CREATE TABLE t (id BIGINT, name STRING, ok BOOLEAN) WITH (${options})`, ROWS, () => rowsOfTopic(path), more);
}

sinkConformance('log', () => logSink({}, 'at-least-once'));
sinkConformance('log, exactly once', () => logSink({ hidesUnfinished: true }, 'exactly-once'));
exactlyOnceConformance('log', () => logSink({ checkpointed: true }, 'exactly-once'));

/** Parts that can be seen: names that begin with a point or an underscore are not there yet. */
function filesBelow(path: string): string[] {
  if (path.endsWith('.json')) return existsSync(path) ? [path] : [];
  try {
    return readdirSync(path).flatMap((name) => (/^[._]/.test(name) ? [] : [join(path, name)]));
  } catch {
    return [];
  }
}

sinkConformance('memory', () => {
  const name = `sink ${++made}`;
  const table = new MemoryTable({ retain: true });
  tables.set(name, table);
  const create = `CREATE TABLE t (id BIGINT, name STRING, ok BOOLEAN) WITH ('connector' = 'memory', 'name' = '${name}')`;
  return sink(create, ROWS, async () => table.changes.map(({ kind, values: row }) => kind + text(row)), { updates: true });
});

sinkConformance('print', () => {
  let printed = '';
  const print = (more: string): void => {
    printed += more;
  };
  const lines = async (): Promise<string[]> =>
    printed
      .split('\n')
      .slice(0, -1)
      .map((line) => {
        const [id, name, ok] = line.slice(3, -1).split(', ');
        return line.slice(0, 2) + text([BigInt(id!), name === 'null' ? null : name, ok === 'true']);
      });
  const create = "CREATE TABLE t (id BIGINT, name STRING, ok BOOLEAN) WITH ('connector' = 'print')";
  return sink(create, ROWS, lines, { updates: true, print });
});
