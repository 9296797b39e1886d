import { describe, expect, it } from 'vitest';
import { IntVector } from '../../src/data/batch.ts';
import { BATCH_ROWS, Column } from '../../src/data/column.ts';
import { type SqlType, types } from '../../src/data/types/sql-type.ts';
import { type KeyedTable, ScanCursor } from '../../src/state/keyed-table.ts';
import { RouteLists } from '../../src/state/route-lists.ts';
import type { StateBackend } from '../../src/state/state-backend.ts';
import { merged, RandomJob, rescale } from './state-job.ts';
import { type Key, KeyBatch, keySource, keyText, liveRows, type StateUnderTest, valueAt } from './state-model.ts';

const KEY_TYPES: readonly (readonly [name: string, keyTypes: readonly SqlType[]])[] = [
  ['BIGINT NOT NULL', [types.bigint(false)]],
  ['BIGINT', [types.bigint()]],
  ['INT', [types.int()]],
  ['STRING NOT NULL', [types.string(false)]],
  ['STRING', [types.string()]],
  ['two BIGINTs NOT NULL', [types.bigint(false), types.bigint(false)]],
  ['two BIGINTs', [types.bigint(), types.bigint()]],
  ['BIGINT and STRING', [types.bigint(false), types.string()]],
  ['two STRINGs', [types.string(), types.string()]],
  ['DECIMAL(38)', [types.decimal(38, 4)]],
  ['TIMESTAMP(9)', [types.timestamp(9)]],
  ['DOUBLE', [types.double()]],
  ['FLOAT and DOUBLE', [types.float(), types.double(false)]],
  ['BOOLEAN, TINYINT, SMALLINT, DATE', [types.boolean(), types.tinyint(), types.smallint(), types.date()]],
  [
    'every storage',
    [types.tinyint(), types.string(), types.decimal(30, 0), types.smallint(), types.timestamp(9), types.float(), types.bigint()],
  ],
  ['40 columns', Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? types.int() : types.string()))],
  ['no column', []],
];

/** What every implementation of StateBackend must do. `make` gives an empty backend with a memory of its own; `rowsStay`: rows do not leave memory. */
export function stateConformance(name: string, make: () => Promise<StateUnderTest>, rowsStay = true): void {
  describe(`${name}: keyed table`, () => {
    for (const [keys, keyTypes] of KEY_TYPES) {
      it(`follows a map through random work, keys ${keys}`, async () => {
        const seed = 1000 + keys.length;
        const job = new RandomJob(await make(), keyTypes, seed);
        for (let step = 0; step < (keyTypes.length > 10 ? 12 : 30); step++) {
          job.lookUp();
          job.find();
          if (step % 3 === 0) job.removeSome();
          if (step === 10) job.growMemory();
          if (step % 10 === 9) job.check();
        }
        job.check();
      });

      it(`moves by key group to 1, 3 and 2 others, keys ${keys}`, async () => {
        let jobs = [new RandomJob(await make(), keyTypes, 77)];
        for (let step = 0; step < 5; step++) jobs[0]!.lookUp();
        jobs[0]!.removeSome();
        const expected = merged(jobs);
        for (const parallelism of [3, 2, 1]) {
          jobs = await rescale(jobs, parallelism, make, keyTypes);
          for (const job of jobs) job.check();
          expect(merged(jobs)).toEqual(expected);
        }
        for (let step = 0; step < 5; step++) jobs[0]!.lookUp();
        jobs[0]!.check();
      });
    }

    it('finds rows one by one as it does in bulk', async () => {
      const { kernels, state } = await make();
      const keyTypes = [types.bigint(), types.string()];
      const source = keySource(keyTypes, 300, 5);
      const keys = Array.from({ length: 2000 }, source);
      const bulk = state.keyedTable('bulk', { keyTypes, slots: ['i64'] });
      const singly = state.keyedTable('singly', { keyTypes, slots: ['i64'] });
      const batch = new KeyBatch(kernels, keyTypes);
      bulk.lookup(batch.fill(keys), batch.columns, 1);
      keys.forEach((key, i) => {
        singly.lookup(batch.fill([key]), batch.columns, i + 1);
      });
      expect(texts(kernels, bulk)).toEqual(texts(kernels, singly));
      expect(bulk.size).toBe(new Set(keys.map(keyText)).size);
    });

    it('keeps rows while a table grows to 200,000 keys and finds them all', async () => {
      const { kernels, state } = await make();
      const table = state.keyedTable('t', { keyTypes: [types.bigint(false)], slots: ['i64'] });
      const batch = new KeyBatch(kernels, table.keyTypes);
      const count = 200_000;
      const addresses = new Uint32Array(count);
      const each = (work: (from: number, n: number) => void): void => {
        for (let from = 0; from < count; from += BATCH_ROWS) {
          const n = Math.min(BATCH_ROWS, count - from);
          batch.fill(Array.from({ length: n }, (_, i) => [BigInt(from + i)]));
          work(from, n);
        }
      };
      let epoch = 0;
      each((from, n) => {
        expect(table.lookup(batch.batch, batch.columns, ++epoch)).toBe(n);
        for (let i = 0; i < n; i++) {
          addresses[from + i] = table.rows.view[i]!;
          kernels.memory.i64[(table.rows.view[i]! + table.slotOffsets[0]!) >>> 3] = BigInt(from + i);
        }
      });
      expect(table.size).toBe(count);
      let wrong = 0;
      each((from, n) => {
        table.find(batch.batch, batch.columns);
        for (let i = 0; i < n; i++) {
          const row = table.rows.view[i]!;
          if (
            (rowsStay && row >>> 0 !== addresses[from + i]) ||
            kernels.memory.i64[(row + table.slotOffsets[0]!) >>> 3] !== BigInt(from + i)
          )
            wrong++;
        }
      });
      expect(wrong).toBe(0);
      table.removeAll(table.rows, count % BATCH_ROWS);
      expect(table.size).toBe(count - (count % BATCH_ROWS));
    });

    it('reports rows touched over several lookups of one epoch once', async () => {
      const { kernels, state } = await make();
      const table = state.keyedTable('t', { keyTypes: [types.int(false)], slots: ['i64'], saveBefore: true });
      const batch = new KeyBatch(kernels, table.keyTypes);
      expect(table.lookup(batch.fill([[1], [2], [1]]), batch.columns, 1)).toBe(2);
      expect(table.lookup(batch.fill([[3], [2]]), batch.columns, 1)).toBe(3);
      expect([...table.touchedNew.view.subarray(0, 3)]).toEqual([1, 1, 1]);
      expect(table.lookup(batch.fill([[2], [4]]), batch.columns, 2)).toBe(2);
      expect([...table.touchedNew.view.subarray(0, 2)]).toEqual([0, 1]);
      expect(table.lookup(batch.fill([[2], [4]]), batch.columns, 1)).toBe(2);
      const many = Array.from({ length: BATCH_ROWS }, (_, i) => [i]);
      expect(() => table.lookup(batch.fill(many), batch.columns, 1)).toThrow(expect.objectContaining({ code: 'MS9001' }));
    });

    it('lets siblings come and go without holding memory', async () => {
      const { kernels, state } = await make();
      const table = state.keyedTable('t', { keyTypes: [types.string(false)], slots: ['i64', 'bytes16'] });
      const batch = new KeyBatch(kernels, table.keyTypes);
      const source = keySource(table.keyTypes, 3000, 9);
      const keys = Array.from({ length: BATCH_ROWS }, source);
      const text = kernels.memory.store('some value of a slot that is long');
      const round = (epoch: number): void => {
        const windows = ['a', 'b', 'c'].map((window) => table.sibling(window));
        batch.fill(keys);
        for (const [i, window] of windows.entries()) {
          window.lookup(batch.batch, batch.columns, epoch * 3 + i);
          window.reserveByteSize(1, text.byteLength);
          window.setBytes(table.rows.view[0]!, window.slotOffsets[1]!, text.address, text.byteLength);
          window.setBytes(table.rows.view[0]!, window.slotOffsets[1]!, text.address, text.byteLength);
        }
        windows[0]!.clear();
        expect(windows[0]!.size).toBe(0);
        for (const window of windows) window.drop();
        batch.freeStrings();
      };
      for (let i = 1; i <= 3; i++) round(i);
      const top = kernels.allocatedTop();
      const { byteSize } = state;
      for (let i = 4; i <= 60; i++) round(i);
      expect(kernels.allocatedTop()).toBe(top);
      expect(state.byteSize).toBe(byteSize);
      expect(table.size).toBe(0);
    });

    it('reuses what removal frees', async () => {
      const { kernels, state } = await make();
      const table = state.keyedTable('t', { keyTypes: [types.bigint(false), types.string(false)], slots: ['i64', 'bytes16'] });
      const batch = new KeyBatch(kernels, table.keyTypes);
      const round = (epoch: number): void => {
        const keys = Array.from({ length: 1000 }, (_, i): Key => [BigInt(epoch * 1000 + i), `the long name of key ${1e6 + i}`]);
        table.lookup(batch.fill(keys), batch.columns, epoch);
        table.removeAll(table.rows, keys.length);
        batch.freeStrings();
      };
      for (let i = 1; i <= 40; i++) round(i);
      const top = kernels.allocatedTop();
      for (let i = 41; i <= 200; i++) round(i);
      expect(table.size).toBe(0);
      expect(kernels.allocatedTop() - top).toBeLessThan(65_536);
    });

    it('keeps an empty table to a few kilobytes and gives it all back', async () => {
      const { kernels, state } = await make();
      const table = state.keyedTable('t', { keyTypes: [types.string()], slots: ['i64', 'bytes16'] });
      expect(table.byteSize).toBeLessThan(8192);
      expect(state.byteSize).toBe(table.byteSize);
      table.drop();
      expect(state.byteSize).toBe(0);
      const top = kernels.allocatedTop();
      for (let i = 0; i < 50; i++)
        state.keyedTable('t', { keyTypes: [types.string()], slots: ['i64', 'bytes16'], saveBefore: true }).drop();
      expect(kernels.allocatedTop() - top).toBeLessThan(4_000_000);
      state.close();
    });

    it('scans in steps while its rows are removed', async () => {
      const { kernels, state } = await make();
      const table = state.keyedTable('t', { keyTypes: [types.int(false)], slots: [] });
      const batch = new KeyBatch(kernels, table.keyTypes);
      table.lookup(batch.fill(Array.from({ length: 1000 }, (_, i) => [i])), batch.columns, 1);
      const out = new IntVector(kernels.memory);
      const cursor = new ScanCursor();
      let seen = 0;
      for (let count = table.scan(cursor, 7, out); count > 0; count = table.scan(cursor, 7, out)) {
        seen += count;
        table.removeAll(out, count);
      }
      expect(seen).toBe(1000);
      expect(table.size).toBe(0);
      expect(table.scan(cursor, 7, out)).toBe(0);
    });

    it('reads slots of all types, of rows and of rows as they were', async () => {
      const { kernels, state } = await make();
      const slots = ['i8', 'i16', 'i32', 'i64', 'f32', 'f64', 'i128', 'ts96'] as const;
      const table = state.keyedTable('t', { keyTypes: [types.int(false)], slots, saveBefore: true });
      const slotTypes = [types.tinyint(), types.smallint(), types.int(), types.bigint(), types.float(), types.double()];
      const columns = [...slotTypes, types.decimal(38, 0), types.timestamp(9)].map((type) => new Column(kernels.memory, type));
      const batch = new KeyBatch(kernels, table.keyTypes);
      const rows = new IntVector(kernels.memory);
      table.lookup(batch.fill([[1]]), batch.columns, 1);
      const row = table.rows.view[0]!;
      const at = (slot: number): number => (row + table.slotOffsets[slot]!) >>> 0;
      const { memory } = kernels;
      memory.i8[at(0)] = -8;
      memory.i16[at(1) >>> 1] = -1600;
      memory.i32[at(2) >>> 2] = -320_000;
      memory.i64[at(3) >>> 3] = -(2n ** 40n);
      memory.f32[at(4) >>> 2] = 1.5;
      memory.f64[at(5) >>> 3] = -0.1;
      memory.i64[at(6) >>> 3] = 5n;
      memory.i64[(at(6) + 8) >>> 3] = -1n;
      memory.i64[at(7) >>> 3] = 7n;
      memory.i32[(at(7) + 8) >>> 2] = 999_999;
      table.lookup(batch.fill([[1]]), batch.columns, 2);
      memory.i64[at(3) >>> 3] = 4n;
      rows.view[0] = row;
      rows.view[1] = table.beforeAddress;
      table.readSlots(rows, 2, [0, 1, 2, 3, 4, 5, 6, 7], columns);
      const read = (i: number) => columns.map((column) => valueAt(kernels, column, i));
      const rest = [1.5, -0.1, 5n - 2n ** 64n, 7_999_999n];
      expect(read(0)).toEqual([-8, -1600, -320_000, 4n, ...rest]);
      expect(read(1)).toEqual([-8, -1600, -320_000, -(2n ** 40n), ...rest]);
    });

    it('puts rows in the key group of the stream key, whatever their other keys', async () => {
      const { kernels, state } = await make();
      const keyTypes = [types.bigint(), types.string()];
      const plain = state.keyedTable('plain', { keyTypes, slots: [] });
      const wideTypes = [types.timestamp(3), keyTypes[1]!, keyTypes[0]!, types.string()];
      const wide = state.keyedTable('wide', { keyTypes: wideTypes, slots: ['i64'], groupKeys: [2, 1] });
      const one = state.keyedTable('one', { keyTypes, slots: [], groupKeys: [] });
      const source = keySource(keyTypes, 200, 3);
      const keys = Array.from({ length: 500 }, source);
      const batch = new KeyBatch(kernels, keyTypes);
      plain.lookup(batch.fill(keys), batch.columns, 1);
      one.lookup(batch.batch, batch.columns, 1);
      const wideKeys = keys.map((key, i): Key => [BigInt(i % 7), key[1]!, key[0]!, `argument ${i % 5}`]);
      const wideBatch = new KeyBatch(kernels, wideTypes);
      wide.lookup(wideBatch.fill(wideKeys), wideBatch.columns, 1);
      expect(texts(kernels, wide)).toEqual([...new Set(wideKeys.map(keyText))].sort());
      const groupsOf = (table: KeyedTable): number[] =>
        Array.from({ length: table.maxParallelism }, (_, group) => group).filter((group) => table.snapshotGroup(group).length > 0);
      expect(groupsOf(wide)).toEqual(groupsOf(plain));
      expect(groupsOf(one)).toEqual([0]);
      expect(one.size).toBe(plain.size);
    });

    it.each(KEY_TYPES)('routes a row to the worker that has its key group, keys %s', async (_, keyTypes) => {
      const { kernels, state } = await make();
      const table = state.keyedTable('t', { keyTypes, slots: [] });
      const source = keySource(keyTypes, 30, 11);
      const keys = Array.from({ length: 300 }, source);
      const picked = keys.map((_key, i) => i).filter((i) => i % 3 !== 1);
      const batch = new KeyBatch(kernels, keyTypes);
      const groups = keys.map((key) => groupOf(state, batch, key, keyTypes));
      for (const workers of [1, 2, 3, 128]) {
        const lists = new RouteLists(kernels.memory, workers);
        table.route(batch.fill(keys, picked), batch.columns, lists);
        const rows = Array.from({ length: workers }, (_worker, worker) => [...lists.rowsOf(worker)]);
        expect(rows).toEqual(rows.map((_list, worker) => picked.filter((i) => Math.floor((groups[i]! * workers) / 128) === worker)));
        lists.free();
      }
      expect(table.size).toBe(0);
    });

    it('refuses keys that have no fixed form', async () => {
      const { state } = await make();
      expect(() => state.keyedTable('t', { keyTypes: [types.array(types.int())], slots: [] })).toThrow(
        expect.objectContaining({ code: 'MS4002' }),
      );
    });

    it('refuses bytes that are no state of this table', async () => {
      const { kernels, state } = await make();
      const keyTypes = [types.string(false)];
      const table = state.keyedTable('t', { keyTypes, slots: ['bytes16'], maxParallelism: 1 });
      const batch = new KeyBatch(kernels, keyTypes);
      table.lookup(batch.fill([['a key that does not fit inline'], ['b']]), batch.columns, 1);
      const bytes = table.snapshotGroup(0);
      const other = state.keyedTable('t', { keyTypes, slots: ['bytes16'], maxParallelism: 1 });
      for (let length = 1; length < bytes.length; length++) {
        expect(() => other.restoreGroup(0, bytes.subarray(0, length))).toThrow(expect.objectContaining({ name: 'StateError' }));
      }
      expect(() => other.restoreGroup(1, bytes)).toThrow(expect.objectContaining({ code: 'MS4004' }));
      const slots = state.keyedTable('t', { keyTypes, slots: ['i64'], maxParallelism: 1 });
      expect(() => slots.restoreGroup(0, bytes)).toThrow(expect.objectContaining({ code: 'MS4004' }));
      expect(() =>
        other.restoreGroup(
          0,
          bytes.map((byte, i) => (i === 0 ? 0 : byte)),
        ),
      ).toThrow(expect.objectContaining({ code: 'MS4003' }));
      expect(other.size).toBe(0);
    });

    it('survives any altered byte of a snapshot', async () => {
      const { kernels, state } = await make();
      const keyTypes = [types.string(false), types.bigint()];
      const table = state.keyedTable('t', { keyTypes, slots: ['bytes16', 'i64'], maxParallelism: 1 });
      const batch = new KeyBatch(kernels, keyTypes);
      table.lookup(
        batch.fill([
          ['a key that does not fit inline', 5n],
          ['b', null],
        ]),
        batch.columns,
        1,
      );
      const bytes = table.snapshotGroup(0);
      let refused = 0;
      for (let i = 0; i < bytes.length * 8; i++) {
        const altered = bytes.slice();
        altered[i >> 3]! ^= 1 << (i & 7);
        const other = state.keyedTable('t', { keyTypes, slots: ['bytes16', 'i64'], maxParallelism: 1 });
        try {
          other.restoreGroup(0, altered);
          liveRows(kernels, other);
        } catch (error) {
          expect(error).toMatchObject({ name: 'StateError' });
          refused++;
        }
        other.drop();
      }
      expect(refused).toBeGreaterThan(0);
    });
  });
}

function texts(kernels: StateUnderTest['kernels'], table: KeyedTable): string[] {
  return liveRows(kernels, table)
    .map(({ key }) => keyText(key))
    .sort();
}

/** The key group in which a table keeps a key. */
function groupOf(state: StateBackend, batch: KeyBatch, key: Key, keyTypes: readonly SqlType[]): number {
  const table = state.keyedTable('one', { keyTypes, slots: [] });
  table.lookup(batch.fill([key]), batch.columns, 1);
  let group = 0;
  while (table.snapshotGroup(group).length === 0) group++;
  table.drop();
  return group;
}
