import { describe, expect, it } from 'vitest';
import { BATCH_ROWS } from '../../../src/data/column.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { type Kernels, loadKernels } from '../../../src/kernels/kernels.ts';
import { MemoryState } from '../../../src/state/memory/memory-state.ts';
import { KeyBatch, keyText, liveRows } from '../../conformance/state-model.ts';

/** Takes all but the last kilobytes of the memory, without touching it. */
function exhaust(kernels: Kernels): void {
  for (;;) {
    const left = kernels.memory.wasm.buffer.byteLength - (kernels.allocatedTop() >>> 0);
    if (left < 4096) return;
    kernels.alloc(2 ** Math.floor(Math.log2(left)));
  }
}

const inverse = (odd: bigint): bigint => {
  let x = odd;
  for (let i = 0; i < 6; i++) x = BigInt.asUintN(64, x * (2n - odd * x));
  return x;
};

/** The BIGINT whose hash this is: the mixing function run backwards. */
function keyOfHash(hash: bigint): bigint {
  let h = hash ^ (hash >> 32n);
  h = BigInt.asUintN(64, h * inverse(0xd6e8feb86659fd93n));
  h ^= h >> 32n;
  return BigInt.asIntN(64, h * inverse(0x9e3779b97f4a7c15n));
}

describe('a table in linear memory', () => {
  it('grows the memory in the middle of a lookup and of a restore', async () => {
    const kernels = await loadKernels();
    const state = new MemoryState(kernels);
    const keyTypes = [types.bigint(false), types.string()];
    const table = state.keyedTable('t', { keyTypes, slots: ['i64'], maxParallelism: 2, saveBefore: true });
    const other = state.keyedTable('t', { keyTypes, slots: ['i64'], maxParallelism: 2 });
    const batch = new KeyBatch(kernels, keyTypes);
    const keys = Array.from({ length: BATCH_ROWS }, (_, i) => [BigInt(i % 3000), `the name of key number ${i % 3000}`] as const);
    batch.fill(keys);
    exhaust(kernels);
    const { epoch } = kernels.memory;
    expect(table.lookup(batch.batch, batch.columns, 1)).toBe(3000);
    expect(kernels.memory.epoch).toBeGreaterThan(epoch);
    expect([...table.touchedNew.view.subarray(0, 3000)].every((isNew) => isNew === 1)).toBe(true);
    const groups = [table.snapshotGroup(0), table.snapshotGroup(1)];
    exhaust(kernels);
    groups.forEach((bytes, keyGroup) => {
      other.restoreGroup(keyGroup, bytes);
    });
    const names = (rows: ReturnType<typeof liveRows>) => rows.map(({ key }) => keyText(key)).sort();
    expect(names(liveRows(kernels, other))).toEqual(names(liveRows(kernels, table)));
    expect(other.size).toBe(3000);
  });

  it('says so when the 4 GB are used up, and keeps what it has', async () => {
    const kernels = await loadKernels();
    const table = new MemoryState(kernels).keyedTable('t', { keyTypes: [types.bigint(false)], slots: [] });
    const batch = new KeyBatch(kernels, table.keyTypes);
    table.lookup(batch.fill([[1n]]), batch.columns, 1);
    batch.fill(Array.from({ length: BATCH_ROWS }, (_, i) => [BigInt(i)]));
    for (let i = 0; i < 4; i++) {
      exhaust(kernels);
      try {
        kernels.memory.ensureHeadroom(65_536);
      } catch {
        break;
      }
    }
    expect(() => table.lookup(batch.batch, batch.columns, 2)).toThrow(expect.objectContaining({ code: 'MS4001' }));
    table.find({ rowCount: 2, selection: null, selectedCount: 0 }, batch.columns);
    expect(table.rows.view[1]).not.toBe(0);
    expect(table.rows.view[0]).toBe(0);
  });

  it('copes with thousands of keys of one hash, and of hashes with the same beginning', async () => {
    const kernels = await loadKernels();
    const table = new MemoryState(kernels).keyedTable('t', { keyTypes: [types.bigint(false)], slots: ['i64'] });
    const batch = new KeyBatch(kernels, table.keyTypes);
    const same = Array.from({ length: 3000 }, (_, i) => [keyOfHash((0x1234_5678n << 32n) | BigInt(i))]);
    const near = Array.from({ length: 4000 }, (_, i) => [keyOfHash(((0xffff_0000n + BigInt(i & 0xfff)) << 32n) | BigInt(i * 977))]);
    for (const keys of [same, near]) {
      table.lookup(batch.fill(keys), batch.columns, 1 + (keys === near ? 1 : 0));
      expect(table.byteSize / table.size).toBeLessThan(200);
    }
    expect(table.size).toBe(7000);
    table.find(batch.fill(same), batch.columns);
    const rows = table.rows.view.slice(0, same.length);
    expect(new Set(rows).size).toBe(same.length);
    table.removeAll(table.rows, 2999);
    table.find(batch.fill(same), batch.columns);
    expect([...table.rows.view.subarray(0, same.length)].filter((row) => row !== 0)).toEqual([rows[2999]]);
    table.find(batch.fill(near), batch.columns);
    expect([...table.rows.view.subarray(0, near.length)].every((row) => row !== 0)).toBe(true);
  });

  it('tells rows touched before the epochs started again from those touched since', async () => {
    const kernels = await loadKernels();
    const table = new MemoryState(kernels).keyedTable('t', { keyTypes: [types.int(false)], slots: ['i64'] });
    const batch = new KeyBatch(kernels, table.keyTypes);
    expect(table.lookup(batch.fill([[1], [2]]), batch.columns, 1)).toBe(2);
    let epoch = 0x7fff_fffe;
    for (let i = 0; i < 4; i++) {
      epoch = (epoch + 1) | 0;
      expect(table.lookup(batch.fill([[2]]), batch.columns, epoch)).toBe(1);
    }
    expect(table.lookup(batch.fill([[1], [2]]), batch.columns, 1)).toBe(2);
    expect(() => table.lookup(batch.batch, batch.columns, 0)).toThrow(expect.objectContaining({ code: 'MS9001' }));
  });

  it('tells rows touched in this epoch from those touched 65,534 epochs ago, when marks come again', async () => {
    const kernels = await loadKernels();
    const table = new MemoryState(kernels).keyedTable('t', { keyTypes: [types.int(false)], slots: ['i64'] });
    const batch = new KeyBatch(kernels, table.keyTypes);
    let epoch = 1;
    for (let i = 0; i < 300; i++) table.lookup(batch.fill([[i]]), batch.columns, epoch++);
    for (let i = 0; i < 65_534 - 300; i++) table.lookup(batch.fill([[-1]]), batch.columns, epoch++);
    for (let i = 0; i < 300; i++) expect(table.lookup(batch.fill([[i]]), batch.columns, epoch++)).toBe(1);
  });

  it('keeps a row of a BIGINT key, two longs and a byte within half a cache line', async () => {
    const kernels = await loadKernels();
    const keyTypes = [types.bigint()];
    const table = new MemoryState(kernels).keyedTable('t', { keyTypes, slots: ['i64', 'i8', 'i64'], saveBefore: true });
    const batch = new KeyBatch(kernels, keyTypes);
    const keys = Array.from({ length: 1000 }, (_, i) => [i === 7 ? null : BigInt(i)]);
    table.lookup(batch.fill(keys), batch.columns, 1);
    const rows = Array.from(table.rows.view.subarray(0, 1000), (row) => row >>> 0);
    expect(rows.every((row) => row % 32 === 0)).toBe(true);
    const { i8 } = kernels.memory;
    rows.forEach((row, i) => {
      i8[row + table.slotOffsets[1]!] = i % 100;
    });
    table.lookup(batch.batch, batch.columns, 2);
    rows.forEach((row, i) => {
      expect(i8[row + table.slotOffsets[1]!]).toBe(i % 100);
      expect(i8[table.beforeAddress + i * table.beforeStride + table.slotOffsets[1]!]).toBe(i % 100);
    });
    expect(liveRows(kernels, table).filter(({ key }) => key[0] === null)).toHaveLength(1);
  });

  it('keeps a million BIGINT keys with two sums below 60 MB', async () => {
    const kernels = await loadKernels();
    const table = new MemoryState(kernels).keyedTable('t', { keyTypes: [types.bigint(false)], slots: ['i64', 'i64'] });
    const batch = new KeyBatch(kernels, table.keyTypes);
    batch.batch.rowCount = BATCH_ROWS;
    const values = batch.columns[0]!.values as BigInt64Array;
    for (let from = 0, epoch = 1; from < 1_000_000; from += BATCH_ROWS, epoch++) {
      for (let i = 0; i < BATCH_ROWS; i++) values[i] = BigInt(from + i);
      table.lookup(batch.batch, batch.columns, epoch);
    }
    expect(table.size).toBeGreaterThanOrEqual(1_000_000);
    expect(table.byteSize).toBeLessThan(60e6);
  });
});
