import { describe, expect, it } from 'vitest';
import { IntVector } from '../../../src/data/batch.ts';
import { Column } from '../../../src/data/column.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import { MemoryState } from '../../../src/state/memory/memory-state.ts';
import { KeyBatch, valueAt } from '../../conformance/state-model.ts';

const KEYS = [[1n], [null], [1n], [3n], [null], [4n]];

describe('a batch looked up in parts', () => {
  it('touches what the whole batch touches, and says which row did so first', async () => {
    const kernels = await loadKernels();
    const table = new MemoryState(kernels).keyedTable('t', { keyTypes: [types.bigint()], slots: ['i64'] });
    const batch = new KeyBatch(kernels, table.keyTypes);
    batch.fill(KEYS);
    expect(table.lookup(batch.batch, batch.columns, 1, 0, 3)).toBe(2);
    expect(table.lookup(batch.batch, batch.columns, 1, 3, 6)).toBe(4);
    expect([...table.touchedFirst.view.subarray(0, 4)]).toEqual([0, 1, 3, 5]);
    const rows = [...table.rows.view.subarray(0, 6)];
    expect(rows[2]).toBe(rows[0]);
    expect(rows[4]).toBe(rows[1]);
    expect([...table.touched.view.subarray(0, 4)]).toEqual([rows[0], rows[1], rows[3], rows[5]]);
  });

  for (const type of [
    types.tinyint(),
    types.smallint(),
    types.int(),
    types.bigint(),
    types.decimal(38, 0),
    types.timestamp(9),
    types.double(),
    types.string(),
  ]) {
    it(`reads ${type.root} keys of touched rows as it reads them from the state`, async () => {
      const kernels = await loadKernels();
      const table = new MemoryState(kernels).keyedTable('t', { keyTypes: [type], slots: [] });
      const batch = new KeyBatch(kernels, table.keyTypes);
      const value = (i: number) => {
        if (type.root === 'VARCHAR') return `key ${i}`;
        return ['BIGINT', 'DECIMAL', 'TIMESTAMP'].includes(type.root) ? BigInt(i) * 1_000_003n : i;
      };
      batch.fill([[value(1)], [null], [value(1)], [value(3)], [null], [value(4)]]);
      const count = table.lookup(batch.batch, batch.columns, 1);
      const [given, stored] = [new Column(kernels.memory, type), new Column(kernels.memory, type)];
      table.readTouchedKeys(table.touched, table.touchedFirst, count, batch.columns, [given]);
      const rows = new IntVector(kernels.memory);
      rows.view.set(table.touched.view.subarray(0, count));
      table.readKeys(rows, count, [stored]);
      expect(count).toBe(4);
      for (let i = 0; i < count; i++) expect(valueAt(kernels, given, i)).toEqual(valueAt(kernels, stored, i));
    });
  }
});
