import { afterAll, describe, expect, it } from 'vitest';
import { openSpillFile } from '../../../src/backends/local/node/node-spill-file.ts';
import { seededRandom } from '../../../src/common/random.ts';
import { IntVector } from '../../../src/data/batch.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import { ScanCursor } from '../../../src/state/keyed-table.ts';
import { MemoryState } from '../../../src/state/memory/memory-state.ts';
import type { SpillFile } from '../../../src/state/spill/spill-file.ts';
import { SpillTable } from '../../../src/state/spill/spill-table.ts';
import { spillingTables } from '../../../src/state/spill/spilling-tables.ts';
import type { StateBackend } from '../../../src/state/state-backend.ts';
import { stateConformance } from '../../conformance/state.ts';
import { type Key, KeyBatch, type StateUnderTest } from '../../conformance/state-model.ts';

const files: SpillFile[] = [];
const openFile = (): SpillFile => {
  const file = openSpillFile();
  files.push(file);
  return file;
};
afterAll(() => {
  // Those that a test has not closed with its table.
  for (const file of files) {
    try {
      file.close();
    } catch {}
  }
});

/** A backend all of whose keyed tables have to keep rows in a file, nearly from the beginning. */
async function make(budgetBytes = 1): Promise<StateUnderTest> {
  const kernels = await loadKernels();
  const state = new MemoryState(kernels, spillingTables({ budgetBytes, openFile }));
  const spilling: StateBackend = {
    keyedTable: (name, options) => state.keyedTable(name, { ...options, spills: true }),
    valueState: (name, options) => state.valueState(name, options),
    rowStore: (name, options) => state.rowStore(name, options),
    timers: (name, options) => state.timers(name, options),
    beginSnapshot: (tables) => state.beginSnapshot(tables),
    get byteSize() {
      return state.byteSize;
    },
    close: () => state.close(),
  };
  return { kernels, state: spilling };
}

stateConformance('memory with a budget', () => make(), false);

const BUDGET = 3_000_000;
/** What the rows of one batch may take beyond it. */
const BATCH = 4000 * 75;

describe('tables with a budget', () => {
  it('share it', async () => {
    const { kernels, state } = await make(2 * BUDGET);
    const options = { keyTypes: [types.bigint(false)], slots: ['i64'] as const };
    const tables = ['a', 'b'].map((name) => state.keyedTable(name, options));
    const batch = new KeyBatch(kernels, options.keyTypes);
    for (let epoch = 1; epoch <= 40; epoch++) {
      batch.fill(Array.from({ length: 4000 }, (_, i) => [BigInt(epoch * 4000 + i)]));
      for (const table of tables) table.lookup(batch.batch, batch.columns, epoch);
    }
    for (const table of tables) expect(table.size).toBe(160_000);
    expect(state.byteSize).toBeLessThan(2 * (BUDGET + BATCH));
  });
});

describe('a table with a budget', () => {
  it.each([
    ['its key group', undefined],
    ['a part of its key', [0]],
  ])(
    'keeps texts of any length within it, where the hash tells %s',
    async (_, groupKeys) => {
      const { kernels, state } = await make(BUDGET);
      const options = { keyTypes: [types.bigint(false), types.string(false)], slots: ['i64', 'bytes16'] as const };
      const table = state.keyedTable('t', { ...options, ...(groupKeys && { groupKeys }) });
      const batch = new KeyBatch(kernels, table.keyTypes);
      const { memory } = kernels;
      const textOf = (i: number, round: number): string => `${round} of ${i} `.padEnd((i * 37) % 600, 'text ');
      const keyOf = (i: number): Key => [BigInt(i % 100), `key ${i}`.padEnd(4 + ((i * 7) % 60), '.')];
      let epoch = 0;
      for (let round = 0; round < 2; round++) {
        for (let from = 0; from < 30_000; from += 1000) {
          const numbers = Array.from({ length: 1000 }, (_, n) => ((from + n) * 7919) % 30_000);
          table.lookup(batch.fill(numbers.map(keyOf)), batch.columns, ++epoch);
          for (const [n, i] of numbers.entries()) {
            const row = table.rows.view[n]!;
            const was = kernels.memory.text(table.bytesAddress(row, table.slotOffsets[1]!), table.bytesLength(row, table.slotOffsets[1]!));
            if (was !== (round === 0 ? '' : textOf(i, 0))) throw new Error(`${i} has ${was}`);
            const text = memory.store(textOf(i, round));
            table.reserveByteSize(1, text.byteLength);
            table.setBytes(row, table.slotOffsets[1]!, text.address, text.byteLength);
            memory.free(text.address, text.byteLength);
          }
          batch.freeStrings();
          expect(table.byteSize).toBeLessThan(BUDGET + 1_500_000);
        }
      }
      expect(table.size).toBe(30_000);
      expect((table as SpillTable).fileBytes).toBeGreaterThan(4_000_000);
      const again = (await make(BUDGET)).state.keyedTable('t', { ...options, ...(groupKeys && { groupKeys }) });
      for (let keyGroup = 0; keyGroup < 128; keyGroup++) again.restoreGroup(keyGroup, table.snapshotGroup(keyGroup));
      expect(again.size).toBe(30_000);
      expect(again.byteSize).toBeLessThan(BUDGET + 1_500_000);
    },
    60_000,
  );

  it('counts right with several times as many keys as fit, is scanned whole, and takes the same snapshot as one without', async () => {
    const { kernels, state } = await make(BUDGET);
    const options = { keyTypes: [types.bigint(false)], slots: ['i64', 'i64', 'i8'] as const, saveBefore: true };
    const table = state.keyedTable('t', options);
    const plain = new MemoryState(kernels).keyedTable('t', options);
    const batch = new KeyBatch(kernels, table.keyTypes);
    const random = seededRandom(11);
    const keyCount = 200_000;
    const counts = new Map<number, bigint>();
    for (let epoch = 1; epoch <= 100; epoch++) {
      const keys = Array.from({ length: 4000 }, () => random.below(keyCount));
      batch.fill(keys.map((key) => [BigInt(key)]));
      for (const one of [table, plain]) {
        const touched = one.lookup(batch.batch, batch.columns, epoch);
        for (let i = 0; i < keys.length; i++) kernels.memory.i64[(one.rows.view[i]! + one.slotOffsets[0]!) >>> 3]! += 1n;
        let fresh = 0;
        for (let t = 0; t < touched; t++) fresh += one.touchedNew.view[t]!;
        if (one === table) expect(fresh).toBe(new Set(keys.filter((key) => !counts.has(key))).size);
        if (epoch % 10 === 9) one.removeAll(one.touched, 100);
      }
      for (const key of keys) counts.set(key, (counts.get(key) ?? 0n) + 1n);
      if (epoch % 10 === 9) for (const key of [...new Set(keys)].slice(0, 100)) counts.delete(key);
    }
    expect(table).toBeInstanceOf(SpillTable);
    expect((table as SpillTable).fileBytes).toBeGreaterThan(2_000_000);
    expect(table.byteSize).toBeLessThan(BUDGET + BATCH);
    expect(table.size).toBe(plain.size);
    expect(table.size).toBe(counts.size);
    for (let keyGroup = 0; keyGroup < 128; keyGroup += 31) {
      expect(rowsOf(table.snapshotGroup(keyGroup)), `group ${keyGroup}`).toEqual(rowsOf(plain.snapshotGroup(keyGroup)));
    }
    const seen = new Map<number, bigint>();
    const rows = new IntVector(kernels.memory);
    const cursor = new ScanCursor();
    const column = batch.columns[0]!;
    for (let n = table.scan(cursor, 500, rows); n > 0; n = table.scan(cursor, 500, rows)) {
      table.readKeys(rows, n, [column]);
      for (let i = 0; i < n; i++) {
        const key = Number((column.values as BigInt64Array)[i]);
        expect(seen.has(key)).toBe(false);
        seen.set(key, kernels.memory.i64[(rows.view[i]! + table.slotOffsets[0]!) >>> 3]!);
      }
    }
    expect(seen).toEqual(counts);
    expect(table.byteSize).toBeLessThan(BUDGET + BATCH);
    const again = (await make(BUDGET)).state.keyedTable('t', options);
    for (let keyGroup = 0; keyGroup < 128; keyGroup++) again.restoreGroup(keyGroup, table.snapshotGroup(keyGroup));
    expect(again.size).toBe(counts.size);
    expect(again.byteSize).toBeLessThan(BUDGET + BATCH);
  }, 60_000);

  it('says so when the file takes no more', async () => {
    const kernels = await loadKernels();
    const full: SpillFile = {
      read: () => undefined,
      write: () => {
        throw new Error('no space left');
      },
      close: () => undefined,
    };
    const state = new MemoryState(kernels, spillingTables({ budgetBytes: 1, openFile: () => full }));
    const table = state.keyedTable('t', { keyTypes: [types.bigint(false)], slots: ['i64'], spills: true });
    const batch = new KeyBatch(kernels, table.keyTypes);
    const fill = (from: number) => batch.fill(Array.from({ length: 1000 }, (_, i) => [BigInt(from + i)]));
    const fillUp = (): void => {
      for (let epoch = 1; epoch < 40; epoch++) table.lookup(fill(epoch * 1000), batch.columns, epoch);
    };
    expect(fillUp).toThrow('no space left');
  });
});

/** The rows of a key group in saved form, whatever their order: 40 bytes each, behind the header. */
function rowsOf(bytes: Uint8Array): string[] {
  if (bytes.length === 0) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rowCount = view.getUint32(16, true);
  const body = Math.ceil((28 + view.getUint32(24, true)) / 8) * 8;
  const rowBytes = (bytes.length - body) / rowCount;
  return Array.from({ length: rowCount }, (_, n) => bytes.slice(body + n * rowBytes, body + (n + 1) * rowBytes).join()).sort();
}
