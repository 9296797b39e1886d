// Keyed state: key -> row address for whole batches, and the update of two sums through it.
//
// Every round does the same work on the same batches; a batch's time is its best over the rounds, so that what other programs do on
// the machine at the same time counts little. Growing tables start each round in a fresh memory, so that page faults count.
// npx esbuild bench/state-lookup.ts --bundle --platform=node --format=esm --outfile=build/x.mjs && node build/x.mjs
import { Batch } from '../src/data/batch.ts';
import { BATCH_ROWS, Column } from '../src/data/column.ts';
import { type SqlType, types } from '../src/data/types/sql-type.ts';
import { type Kernels, loadKernels } from '../src/kernels/kernels.ts';
import type { KeyedTable } from '../src/state/keyed-table.ts';
import { MemoryState } from '../src/state/memory/memory-state.ts';

const ROUNDS = 9;
const BATCHES = 400;
const bigint = types.bigint(false);
const text = types.string(false);

type Fill = (column: Column, row: number, key: number) => void;

interface Case {
  readonly name: string;
  readonly keyTypes: readonly SqlType[];
  readonly fills: (kernels: Kernels) => readonly Fill[];
  readonly keyCount: number;
  /** Whether every round starts with an empty table. */
  readonly growing?: boolean;
  readonly update?: boolean;
}

const long: Fill = (column, row, key) => {
  (column.values as BigInt64Array)[row] = BigInt.asIntN(64, BigInt(key) * 0x9e3779b97f4a7c15n);
};
const int: Fill = (column, row, key) => {
  (column.values as Int32Array)[row] = key;
};

/** Refers to the texts of all keys, each stored once. */
function texts(kernels: Kernels, count: number, prefix: string): Fill {
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

function makeBatches(kernels: Kernels, bench: Case, keys: Int32Array): Batch[] {
  const fills = bench.fills(kernels);
  const batches: Batch[] = [];
  for (let from = 0; from < keys.length; from += BATCH_ROWS) {
    const batch = new Batch(bench.keyTypes.map((type) => new Column(kernels.memory, type)));
    batch.rowCount = Math.min(BATCH_ROWS, keys.length - from);
    batch.columns.forEach((column, c) => {
      for (let i = 0; i < batch.rowCount; i++) fills[c]!(column, i, keys[from + i]!);
    });
    batches.push(batch);
  }
  return batches;
}

function makeUpdate(kernels: Kernels, table: KeyedTable): (rowCount: number) => void {
  const [count, sum] = table.slotOffsets as [number, number];
  const body = `const I64 = memory.i64; const r = rows.view;
    for (let i = 0; i < n; i++) { const row = r[i]; I64[(row + ${count}) >>> 3] += 1n; I64[(row + ${sum}) >>> 3] += 7n; }`;
  return new Function('memory', 'rows', `return (n) => { ${body} }`)(kernels.memory, table.rows);
}

/** Best milliseconds of each batch, and the table's size at the end. */
async function measure(bench: Case): Promise<{ best: number[]; byteSize: number; size: number }> {
  const keys = randomKeys(BATCHES * BATCH_ROWS, bench.keyCount);
  const best = new Array<number>(BATCHES).fill(Number.POSITIVE_INFINITY);
  let figures = { byteSize: 0, size: 0 };
  const rounds = async (count: number): Promise<void> => {
    const kernels = await loadKernels();
    const table = new MemoryState(kernels).keyedTable(bench.name, { keyTypes: bench.keyTypes, slots: ['i64', 'i64'] });
    const update = makeUpdate(kernels, table);
    const batches = makeBatches(kernels, bench, keys);
    let epoch = 0;
    if (!bench.growing) {
      for (const batch of makeBatches(
        kernels,
        bench,
        Int32Array.from({ length: bench.keyCount }, (_, i) => i),
      )) {
        table.lookup(batch, batch.columns, ++epoch);
        for (const column of batch.columns) column.free();
      }
    }
    for (let round = 0; round < count; round++) {
      batches.forEach((batch, b) => {
        const start = performance.now();
        table.lookup(batch, batch.columns, ++epoch);
        if (bench.update) update(BATCH_ROWS);
        best[b] = Math.min(best[b]!, performance.now() - start);
      });
    }
    figures = { byteSize: table.byteSize, size: table.size };
  };
  if (bench.growing) for (let round = 0; round < ROUNDS; round++) await rounds(1);
  else await rounds(ROUNDS);
  return { best, ...figures };
}

async function report(bench: Case): Promise<void> {
  const { best, byteSize, size } = await measure(bench);
  best.sort((a, b) => a - b);
  const total = best.reduce((sum, ms) => sum + ms, 0);
  const rate = ((BATCHES * BATCH_ROWS) / total / 1000).toFixed(1).padStart(6);
  const slow = (q: number): string => best[Math.floor((BATCHES - 1) * q)]!.toFixed(2);
  const bytes = `${(byteSize / 1e6).toFixed(1)} MB, ${(byteSize / size).toFixed(1)} B/key`;
  console.log(`${bench.name.padEnd(44)} ${rate} M rows/s  batch median ${slow(0.5)} p99 ${slow(0.99)} max ${slow(1)} ms  ${bytes}`);
}

const longs = (): readonly Fill[] => [long];
const cases: readonly Case[] = [
  { name: 'BIGINT, 1 K keys', keyTypes: [bigint], fills: longs, keyCount: 1000 },
  { name: 'BIGINT, 1 K keys, two sums', keyTypes: [bigint], fills: longs, keyCount: 1000, update: true },
  { name: 'BIGINT, 100 K keys', keyTypes: [bigint], fills: longs, keyCount: 100_000 },
  { name: 'BIGINT, 1 M keys', keyTypes: [bigint], fills: longs, keyCount: 1_000_000 },
  { name: 'BIGINT, 1.47 M keys', keyTypes: [bigint], fills: longs, keyCount: 1_470_000 },
  { name: 'BIGINT, 1.47 M keys, two sums', keyTypes: [bigint], fills: longs, keyCount: 1_470_000, update: true },
  { name: 'BIGINT, 1.64 M rows of 1.47 M keys, growing', keyTypes: [bigint], fills: longs, keyCount: 1_470_000, growing: true },
  { name: 'INT, 1 K keys', keyTypes: [types.int(false)], fills: () => [int], keyCount: 1000 },
  { name: 'STRING <= 12 bytes, 1 K keys', keyTypes: [text], fills: (k) => [texts(k, 1000, 'key-')], keyCount: 1000 },
  {
    name: 'STRING of 32 bytes, 1 K keys',
    keyTypes: [text],
    fills: (k) => [texts(k, 1000, 'a key of more than 12 bytes: ')],
    keyCount: 1000,
  },
  { name: '(BIGINT, STRING), 1 K keys', keyTypes: [bigint, text], fills: (k) => [long, texts(k, 1000, 'key-')], keyCount: 1000 },
];
const only = process.argv[2];
for (const bench of cases) if (only === undefined || bench.name.includes(only)) await report(bench);
