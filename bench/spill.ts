// State larger than its budget: COUNT and SUM by random BIGINT keys, with four times as many rows as the budget holds. Says updates per
// second of the wall clock and of the process, and what the process takes of memory. Figures, with the load: docs/design/state.md.
// npx esbuild bench/spill.ts --bundle --platform=node --format=esm --outfile=build/x.mjs && node build/x.mjs [MB of the budget, 64 by default] [times, 4 by default]
import { readFileSync } from 'node:fs';
import { openSpillFile } from '../src/backends/local/node/node-spill-file.ts';
import { Batch } from '../src/data/batch.ts';
import { BATCH_ROWS, Column } from '../src/data/column.ts';
import { types } from '../src/data/types/sql-type.ts';
import { loadKernels } from '../src/kernels/kernels.ts';
import { MemoryState } from '../src/state/memory/memory-state.ts';
import { SpillTable } from '../src/state/spill/spill-table.ts';
import { spillingTables } from '../src/state/spill/spilling-tables.ts';

/** What a row and its share of the index take in memory: 32 bytes, and 50 to 53 as measured (docs/design/state.md). */
const BYTES_PER_KEY = 50;
const [megabytes = 64, times = 4] = process.argv.slice(2).map(Number);
const budgetBytes = megabytes * 1e6;
const keyCount = Math.floor((budgetBytes * times) / BYTES_PER_KEY);
const MEASURED_BATCHES = 600;

function residentMegabytes(): { readonly rss: number; readonly anonymous: number } {
  const status = readFileSync('/proc/self/status', 'utf8');
  const of = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1000;
  return { rss: of('VmRSS'), anonymous: of('RssAnon') };
}

const kernels = await loadKernels();
const before = residentMegabytes();
const state = new MemoryState(kernels, spillingTables({ budgetBytes, openFile: () => openSpillFile() }));
const table = state.keyedTable('t', { keyTypes: [types.bigint(false)], slots: ['i64', 'i64'], saveBefore: true, spills: true });
const batch = new Batch([new Column(kernels.memory, types.bigint(false))]);
batch.rowCount = BATCH_ROWS;
const [count, sum] = table.slotOffsets as [number, number];
const update = new Function(
  'memory',
  'rows',
  `return (from, to) => { const I64 = memory.i64; const r = rows.view;
    for (let i = from; i < to; i++) { const row = r[i]; I64[(row + ${count}) >>> 3] += 1n; I64[(row + ${sum}) >>> 3] += 7n; } }`,
)(kernels.memory, table.rows) as (from: number, to: number) => void;

let epoch = 0;
/** In parts of 512 rows, as operators do it. */
function step(): void {
  epoch++;
  for (let from = 0; from < BATCH_ROWS; from += 512) {
    table.lookup(batch, batch.columns, epoch, from, from + 512);
    update(from, from + 512);
  }
}

let x = 88_172_645;
function fill(key: (i: number) => number): void {
  const values = batch.columns[0]!.values as BigInt64Array;
  for (let i = 0; i < BATCH_ROWS; i++) values[i] = BigInt.asIntN(64, BigInt(key(i)) * 0x9e3779b97f4a7c15n);
}
const random = (): number => {
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  return (x >>> 0) % keyCount;
};

const loading = performance.now();
for (let from = 0; from < keyCount; from += BATCH_ROWS) {
  fill((i) => (from + i) % keyCount);
  step();
}
const loaded = performance.now() - loading;
for (let n = 0; n < 200; n++) {
  fill(random);
  step();
}
let wallMs = 0;
const slowest: number[] = [];
const cpu = process.cpuUsage();
const begun = performance.now();
for (let n = 0; n < MEASURED_BATCHES; n++) {
  fill(random);
  const start = performance.now();
  step();
  slowest.push(performance.now() - start);
  wallMs += slowest.at(-1)!;
}
const spent = process.cpuUsage(cpu);
const total = performance.now() - begun;
const cpuMs = ((spent.user + spent.system) / 1000) * (wallMs / total);
slowest.sort((a, b) => a - b);
const rows = MEASURED_BATCHES * BATCH_ROWS;
const { rss, anonymous } = residentMegabytes();
const fileMegabytes = table instanceof SpillTable ? table.fileBytes / 1e6 : 0;
console.log(
  `${table.size} keys, budget ${megabytes} MB, table ${(table.byteSize / 1e6).toFixed(1)} MB in memory, ${fileMegabytes.toFixed(1)} MB in the file`,
);
console.log(`filled at ${(keyCount / loaded).toFixed(0)} k rows/s`);
console.log(
  `${(rows / wallMs).toFixed(0)} k updates/s, ${(rows / cpuMs).toFixed(0)} k per CPU-second; batch median ${slowest[rows / BATCH_ROWS / 2]!.toFixed(1)} ms, slowest ${slowest.at(-1)!.toFixed(1)} ms`,
);
console.log(
  `resident set ${rss.toFixed(0)} MB, ${(rss - before.rss).toFixed(0)} over the idle process (anonymous ${anonymous.toFixed(0)})`,
);
