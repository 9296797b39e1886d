import { describe, expect, it } from 'vitest';
import { types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import type { KeyedTableOptions } from '../../../src/state/keyed-table.ts';
import { convertGroup } from '../../../src/state/memory/convert-group.ts';
import { MemoryState } from '../../../src/state/memory/memory-state.ts';
import { KeyBatch } from '../../conformance/state-model.ts';

const kernels = await loadKernels();
const state = new MemoryState(kernels);
const KEYS = Array.from(
  { length: 300 },
  (_, i) => [i % 7 === 0 ? null : i - 150, i % 3 === 0 ? `a text of more than twelve bytes ${i}` : `t${i}`] as const,
);

/** A table of all keys whose slots say which key they are of. */
function filled(options: KeyedTableOptions) {
  const table = state.keyedTable('t', options);
  const batch = new KeyBatch(kernels, options.keyTypes);
  batch.fill(KEYS);
  table.lookup(batch.batch, batch.columns, 1);
  return { table, batch };
}

describe('a key group in another layout', () => {
  const from: KeyedTableOptions = {
    keyTypes: [types.int(), types.string()],
    slots: ['i8', 'i32', 'bytes16', 'i64', 'f64'],
    groupKeys: [1],
  };
  const to: KeyedTableOptions = { keyTypes: [types.bigint(), types.string()], slots: ['i64', 'i64', 'bytes16', 'i128'], groupKeys: [1] };

  it('has the same keys, wider numbers, zeroes where slots are added', () => {
    const { table } = filled(from);
    const { i32, i64, i8 } = kernels.memory;
    const [flag, number, text, long] = table.slotOffsets as [number, number, number, number];
    const encoder = new TextEncoder();
    const rows = [...table.rows.view.subarray(0, KEYS.length)];
    const scratch = kernels.memory.alloc(64);
    rows.forEach((row, i) => {
      i8[row + flag] = -1;
      i32[(row + number) >>> 2] = -i;
      i64[(row + long) >>> 3] = -BigInt(i);
      const bytes = encoder.encode(`value ${'x'.repeat(i % 30)}${i}`);
      kernels.memory.u8.set(bytes, scratch);
      table.setBytes(row, text, scratch, bytes.length);
    });
    const other = state.keyedTable('t', to);
    for (let group = 0; group < 128; group++) {
      const bytes = table.snapshotGroup(group);
      if (bytes.length > 0) other.restoreGroup(group, convertGroup(bytes, { from, to, slots: [undefined, 1, 2, 3] }));
    }
    expect(other.size).toBe(KEYS.length);
    const batch = new KeyBatch(kernels, to.keyTypes);
    batch.fill(KEYS.map(([number, text]) => [number === null ? null : BigInt(number), text]));
    other.find(batch.batch, batch.columns);
    const found = [...other.rows.view.subarray(0, KEYS.length)];
    const [added, wide, kept, widest] = other.slotOffsets as [number, number, number, number];
    const decoder = new TextDecoder();
    found.forEach((row, i) => {
      expect(row).not.toBe(0);
      const at = other.bytesAddress(row, kept) >>> 0;
      expect({
        added: kernels.memory.i64[(row + added) >>> 3],
        wide: kernels.memory.i64[(row + wide) >>> 3],
        text: decoder.decode(kernels.memory.u8.slice(at, at + other.bytesLength(row, kept))),
        widest: [kernels.memory.i64[(row + widest) >>> 3], kernels.memory.i64[(row + widest + 8) >>> 3]],
      }).toEqual({ added: 0n, wide: BigInt(-i), text: `value ${'x'.repeat(i % 30)}${i}`, widest: [-BigInt(i), i === 0 ? 0n : -1n] });
    });
  });

  it('is damaged where it is of another table, or cut off', () => {
    const { table } = filled(from);
    const group = Array.from({ length: 128 }, (_, i) => table.snapshotGroup(i)).find((bytes) => bytes.length > 0)!;
    expect(() => convertGroup(group, { from: to, to, slots: [0, 1, 2, 3] })).toThrow(expect.objectContaining({ code: 'MS4005' }));
    for (let size = 0; size < group.length; size += 5) {
      expect(() => convertGroup(group.slice(0, size), { from, to, slots: [0, 1, 2, 3] })).toThrow(
        expect.objectContaining({ code: 'MS4005' }),
      );
    }
  });
});
