// Keyed state: key -> row address for whole batches, and the update of two sums through it. Prints M rows/s, the slowest batches, and
// bytes per key. npx esbuild bench/state-lookup.ts --bundle --platform=node --format=esm --outfile=build/x.mjs && node build/x.mjs
import { Batch } from '../src/data/batch.ts';
import { BATCH_ROWS, Column } from '../src/data/column.ts';
import { type SqlType, types } from '../src/data/types/sql-type.ts';
import { type Kernels, loadKernels } from '../src/kernels/kernels.ts';
import type { KeyedTable } from '../src/state/keyed-table.ts';
import { MemoryState } from '../src/state/memory/memory-state.ts';

const ROUNDS = 5;
const bigint = types.bigint(false);
const text = types.string(false);

type Filler = (column: Column, row: number, key: number) => void;

interface Case {
  readonly name: string;
  readonly keyTypes: readonly SqlType[];
  readonly fill: readonly Filler[];
  readonly keyCount: number;
  /** Whether every round starts with an empty table. */
  readonly growing: boolean;
  readonly update?: boolean;
}

const spread = (key: number): bigint => BigInt.asIntN(64, BigInt(key) * 0x9e3779b97f4a7c15n);
const long: Filler = (column, row, key) => {
  (column.values as BigInt64Array)[row] = spread(key);
};
const int: Filler = (column, row, key) => {
  (column.values as Int32Array)[row] = key;
};

/** Texts of all keys, stored once; the column refers to them in random order. */
function texts(kernels: Kernels, count: number, prefix: string): Filler {
  const stored = Array.from({ length: count }, (_, i) => kernels.memory.store(`${prefix}${i}`));
  return (column, row, key) => {
    (column.values as Int32Array)[row] = stored[key]!.address;
    (column.aux as Int32Array)[row] = stored[key]!.byteLength;
  };
}

/** xorshift32, so that runs have the same keys. */
function randomKeys(count: number, below: number): Int32Array {
  let x = 88_172_645;
  return Int32Array.from({ length: count }, () => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  });
}

function makeUpdate(kernels: Kernels, table: KeyedTable): (rowCount: number) => void {
  const [count, sum] = table.slotOffsets as [number, number];
  const body = `const I64 = memory.i64; const r = rows.view;
    for (let i = 0; i < n; i++) { const row = r[i]; I64[(row + ${count}) >>> 3] += 1n; I64[(row + ${sum}) >>> 3] += 7n; }`;
  const make = new Function('memory', 'rows', `return (n) => { ${body} }`);
  return make(kernels.memory, table.rows);
}

const quantile = (sorted: readonly number[], q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]!;

function run(kernels: Kernels, bench: Case): void {
  const state = new MemoryState(kernels);
  let table = state.keyedTable(bench.name, { keyTypes: bench.keyTypes, slots: ['i64', 'i64'] });
  const update = makeUpdate(kernels, table);
  const batchCount = 400;
  const keys = randomKeys(batchCount * BATCH_ROWS, bench.keyCount);
  // The keys of a whole round lie in columns of their own, as a source's batches would be fresh.
  const columns = bench.keyTypes.map((type) => new Column(kernels.memory, type));
  const batch = new Batch(columns);
  batch.rowCount = BATCH_ROWS;
  const rates: number[] = [];
  const pauses: number[] = [];
  let epoch = 0;
  if (!bench.growing) warm();
  const rounds = bench.growing ? ROUNDS : ROUNDS + 1;
  for (let round = 0; round < rounds; round++) {
    if (bench.growing) {
      table.clear();
    }
    let elapsed = 0;
    for (let b = 0; b < batchCount; b++) {
      fillBatch(b);
      const start = performance.now();
      table.lookup(batch, columns, ++epoch);
      if (bench.update) update(BATCH_ROWS);
      const ms = performance.now() - start;
      elapsed += ms;
      pauses.push(ms);
    }
    rates.push((batchCount * BATCH_ROWS) / elapsed / 1000);
  }
  pauses.sort((a, b) => a - b);
  rates.sort((a, b) => a - b);
  const rate = quantile(rates, 0.5).toFixed(1).padStart(6);
  const p999 = quantile(pauses, 0.999).toFixed(2);
  const perKey = (table.byteSize / table.size).toFixed(1);
  const mb = (table.byteSize / 1e6).toFixed(1);
  console.log(`${bench.name.padEnd(44)} ${rate} M rows/s  p99.9 ${p999} ms  max ${pauses.at(-1)!.toFixed(2)} ms  ${mb} MB, ${perKey} B/key`);
  state.close();
  for (const column of columns) column.free();

  function fillBatch(b: number): void {
    for (let i = 0; i < BATCH_ROWS; i++) {
      const key = keys[b * BATCH_ROWS + i]!;
      for (let k = 0; k < columns.length; k++) bench.fill[k]!(columns[k]!, i, key);
    }
  }
  function warm(): void {
    for (let from = 0; from < bench.keyCount; from += BATCH_ROWS) {
      batch.rowCount = Math.min(BATCH_ROWS, bench.keyCount - from);
      for (let i = 0; i < batch.rowCount; i++) {
        for (let k = 0; k < columns.length; k++) bench.fill[k]!(columns[k]!, i, from + i);
      }
      table.lookup(batch, columns, ++epoch);
    }
    batch.rowCount = BATCH_ROWS;
  }
}

const kernels = await loadKernels();
const short = texts(kernels, 1000, 'key-');
const longer = texts(kernels, 1000, 'a key of more than twelve bytes ');
const cases: readonly Case[] = [
  { name: 'BIGINT, 1 K keys', keyTypes: [bigint], fill: [long], keyCount: 1000, growing: false },
  { name: 'BIGINT, 1 K keys, two sums', keyTypes: [bigint], fill: [long], keyCount: 1000, growing: false, update: true },
  { name: 'BIGINT, 100 K keys', keyTypes: [bigint], fill: [long], keyCount: 100_000, growing: false },
  { name: 'BIGINT, 1 M keys', keyTypes: [bigint], fill: [long], keyCount: 1_000_000, growing: false },
  { name: 'BIGINT, 1.47 M keys', keyTypes: [bigint], fill: [long], keyCount: 1_470_000, growing: false },
  { name: 'BIGINT, 1.47 M keys, two sums', keyTypes: [bigint], fill: [long], keyCount: 1_470_000, growing: false, update: true },
  { name: 'BIGINT, 1.64 M rows of 1.47 M keys, growing', keyTypes: [bigint], fill: [long], keyCount: 1_470_000, growing: true },
  { name: 'INT, 1 K keys', keyTypes: [types.int(false)], fill: [int], keyCount: 1000, growing: false },
  { name: 'STRING <= 12 bytes, 1 K keys', keyTypes: [text], fill: [short], keyCount: 1000, growing: false },
  { name: 'STRING > 12 bytes, 1 K keys', keyTypes: [text], fill: [longer], keyCount: 1000, growing: false },
  { name: '(BIGINT, STRING), 1 K keys', keyTypes: [bigint, text], fill: [long, short], keyCount: 1000, growing: false },
];
for (const bench of cases) run(kernels, bench);
