import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../../src/common/random.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { type Kernels, loadKernels } from '../../../src/kernels/kernels.ts';
import type { KeyedTable } from '../../../src/state/keyed-table.ts';
import { MemoryState } from '../../../src/state/memory/memory-state.ts';
import { KeyBatch } from '../../conformance/state-model.ts';

const KEYS = 200;

function someValue(random: Random): Uint8Array {
  const length = random.below(10) === 0 ? random.below(5000) : random.below(200);
  return Uint8Array.from({ length }, () => random.below(256));
}

class Values {
  readonly #kernels: Kernels;
  readonly #table: KeyedTable;
  readonly #batch: KeyBatch;
  #epoch = 0;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    this.#table = new MemoryState(kernels).keyedTable('t', { keyTypes: [types.bigint(false)], slots: ['bytes16'] });
    this.#batch = new KeyBatch(kernels, this.#table.keyTypes);
  }

  #rowOf(key: number): number {
    this.#table.lookup(this.#batch.fill([[BigInt(key)]]), this.#batch.columns, ++this.#epoch);
    return this.#table.rows.view[0]!;
  }

  set(key: number, value: Uint8Array): void {
    const { memory } = this.#kernels;
    const { address } = memory.store(value);
    const row = this.#rowOf(key);
    this.#table.reserveByteSize(1, value.length);
    this.#table.setBytes(row, this.#table.slotOffsets[0]!, address, value.length);
    memory.free(address, Math.max(value.length, 1));
  }

  get(key: number): Uint8Array {
    const row = this.#rowOf(key);
    const offset = this.#table.slotOffsets[0]!;
    return this.#kernels.memory.bytes(this.#table.bytesAddress(row, offset), this.#table.bytesLength(row, offset));
  }

  remove(key: number): void {
    this.#table.remove(this.#rowOf(key));
  }

  clear(): void {
    this.#table.clear();
  }
}

describe('values of any length in a table', () => {
  it.each([1, 2, 3])('are what was stored last, seed %i', async (seed) => {
    const random = seededRandom(seed);
    const kernels = await loadKernels();
    const values = new Values(kernels);
    for (let round = 0; round < 3; round++) {
      const model = new Map<number, Uint8Array>();
      for (let step = 0; step < 2000; step++) {
        const key = random.below(KEYS);
        if (random.below(6) === 0) {
          values.remove(key);
          model.delete(key);
          continue;
        }
        model.set(key, someValue(random));
        values.set(key, model.get(key)!);
      }
      for (const [key, value] of model) expect(values.get(key)).toEqual(value);
      values.clear();
    }
  });

  it('take no more memory when they are replaced, or the table is cleared and filled again', async () => {
    const kernels = await loadKernels();
    const values = new Values(kernels);
    const long = new Uint8Array(100).fill(7);
    const fill = (): void => {
      for (let key = 0; key < 2000; key++) values.set(key, long);
    };
    fill();
    fill();
    const top = kernels.allocatedTop();
    for (let round = 0; round < 20; round++) {
      fill();
      if (round % 5 === 0) values.clear();
    }
    // One more region while the first ones grow again.
    expect(kernels.allocatedTop() - top).toBeLessThan(4 * 65_536);
  });
});
