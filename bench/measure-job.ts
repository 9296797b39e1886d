// Runs one SQL script in this process, several times, and prints what it took as one line of JSON.
// argv[2]: {"script", "checkScript", "runs", "warmup"}; the last statement of a script is the INSERT that is measured.
import { rmSync } from 'node:fs';
import { Session } from '../src/api/session.ts';
import type { Batch } from '../src/data/batch.ts';
import { descriptorOf } from '../src/data/types/descriptors.ts';

interface Order {
  /** Statements with an INSERT at the end: measured. */
  readonly script: string;
  /** The same with a query at the end, over less data: its rows are counted and summed up. */
  readonly check?: string;
  readonly warmup?: string;
  /** A folder of results that is removed before each run. */
  readonly cleared?: string;
  readonly runs: number;
}

interface Run {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly stateBytes: number;
}

const order = JSON.parse(process.argv[2] ?? '{}') as Order;
const idleBytes = process.memoryUsage().rss;
/** One session for all runs, as a program has one: what a job leaves behind is used by the next, and counts once. */
const session = await Session.open({ modules: () => import('../src/backends/local/node/load-module.ts'), moduleBase: 'bench/nexmark' });

/** Forgets the tables, views and functions of the run before. */
function startAnew(): void {
  for (const entry of session.catalog.entries()) session.catalog.delete(entry.name);
  for (const name of session.functions.user.names()) session.functions.user.delete(name);
}

/** Runs all statements; returns figures of the last one. */
async function run(script: string): Promise<Run> {
  startAnew();
  if (order.cleared !== undefined) rmSync(order.cleared, { recursive: true, force: true });
  let last: Run | undefined;
  for (const statement of session.parse(script)) {
    const result = await session.run(statement, script);
    if (result.kind !== 'insert') continue;
    const cpu = process.cpuUsage();
    const start = performance.now();
    const job = await session.start(result.plan);
    let stateBytes = 0;
    const watch = setInterval(() => {
      stateBytes = Math.max(stateBytes, job.metrics().stateBytes);
    }, 20);
    await job.done;
    clearInterval(watch);
    const used = process.cpuUsage(cpu);
    const rows = job.operators();
    last = {
      cpuSeconds: (used.user + used.system) / 1e6,
      wallSeconds: (performance.now() - start) / 1000,
      rowsIn: rows.filter(({ name }) => name.includes('_scan_')).reduce((sum, { rowsOut }) => sum + rowsOut, 0),
      rowsOut: rows.filter(({ name }) => name.includes('_sink_')).reduce((sum, { rowsIn }) => sum + rowsIn, 0),
      stateBytes,
    };
  }
  if (last === undefined) throw new Error('the script has no INSERT');
  return last;
}

/** FNV-1a over the text of a row. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Rows and a sum over them that does not depend on their order; rows taken back are taken off. */
async function check(script: string): Promise<{ rows: number; checksum: number }> {
  startAnew();
  let rows = 0;
  let checksum = 0;
  const add = (batch: Batch): boolean => {
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      const kind = batch.kind(i);
      const sign = kind === 1 || kind === 3 ? -1 : 1;
      rows += sign;
      checksum = (checksum + sign * hashOf(batch.columns.map((column) => descriptorOf(column.type).json(column, i)).join())) % 2 ** 48;
    }
    return true;
  };
  for (const statement of session.parse(script)) {
    const result = await session.run(statement, script);
    if (result.kind === 'query') await (await session.start(result.plan, { onBatch: add })).done;
  }
  return { rows, checksum };
}

const checked = order.check === undefined ? undefined : await check(order.check);
if (order.warmup !== undefined) await run(order.warmup);
const runs: Run[] = [];
for (let i = 0; i < order.runs; i++) runs.push(await run(order.script));
console.log(JSON.stringify({ ...checked, runs, idleBytes, peakBytes: process.resourceUsage().maxRSS * 1024 }));
