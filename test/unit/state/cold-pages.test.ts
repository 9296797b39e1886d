import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/common/random.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import { ColdPages } from '../../../src/state/spill/cold-pages.ts';
import { SEGMENT_BYTES } from '../../../src/state/spill/page-log.ts';
import type { SpillFile } from '../../../src/state/spill/spill-file.ts';

/** A file in memory. */
function memoryFile(): SpillFile & { readonly byteSize: number } {
  let bytes = new Uint8Array(0);
  return {
    get byteSize() {
      return bytes.length;
    },
    read(into, offset, length, position) {
      if (position + length > bytes.length) throw new Error('behind the end of the file');
      into.set(bytes.subarray(position, position + length), offset);
    },
    write(from, offset, length, position) {
      if (position + length > bytes.length) {
        const larger = new Uint8Array(position + length);
        larger.set(bytes);
        bytes = larger;
      }
      bytes.set(from.subarray(offset, offset + length), position);
    },
    close: () => undefined,
  };
}

describe('pages outside of memory', () => {
  it.each([
    ['rewritten at random', 1, 0],
    ['rewritten in order', 0, 0],
    ['read ahead', 1, 1],
  ])(
    'hold what was written last, in a file that stays within limits: %s',
    async (_, isRandom, next) => {
      const seed = 31;
      const random = seededRandom(seed);
      const { memory } = await loadKernels();
      const file = memoryFile();
      const depth = 9;
      const pages = new ColdPages(memory, file, depth);
      const page = memory.alloc(70_000);
      const model = new Map<number, { readonly value: number; readonly byteSize: number }>();
      const hashOf = (n: number): number => (n << (32 - depth)) >>> 0;
      for (let step = 0; step < 12_000; step++) {
        const n = isRandom === 1 ? random.below(2 ** depth) : step % 2 ** depth;
        const isGone = random.below(20) === 0;
        const byteSize = 24 + 8 * random.below(random.below(50) === 0 ? 8000 : 500);
        const at = page >>> 2;
        memory.u32[at] = isGone ? 0 : 1;
        memory.u32[at + 1] = byteSize;
        memory.u32[at + 3] = hashOf(n);
        memory.u32.fill(step, at + 4, at + byteSize / 4);
        pages.write(hashOf(n), page);
        if (isGone) model.delete(n);
        else model.set(n, { value: step, byteSize });
        const other = random.below(2 ** depth);
        const wanted = model.get(other);
        expect(pages.hasRows(hashOf(other))).toBe(wanted !== undefined);
        pages.read(hashOf(other), page, next === 1);
        expect(memory.u32[at]).toBe(wanted === undefined ? 0 : 1);
        expect(memory.u32[at + 1]).toBe(wanted?.byteSize ?? 8);
        if (wanted === undefined) continue;
        expect(memory.u32[at + 4]).toBe(wanted.value);
        expect(memory.u32[at + wanted.byteSize / 4 - 1]).toBe(wanted.value);
      }
      const live = [...model.values()].reduce((sum, { byteSize }) => sum + byteSize, 0);
      expect(file.byteSize).toBeGreaterThan(live - SEGMENT_BYTES);
      expect(file.byteSize).toBeLessThan(live * 2.5 + 12 * SEGMENT_BYTES);
      expect(pages.byteSize).toBeLessThanOrEqual(file.byteSize + SEGMENT_BYTES);
    },
    60_000,
  );

  it('divide by the bits of their hashes, but not far beyond what is usual', async () => {
    const { memory } = await loadKernels();
    const pages = new ColdPages(memory, memoryFile(), 0);
    expect(pages.rangeOf(5)).toEqual({ low: 0, high: 2 ** 32 - 1 });
    expect(pages.divide(5)).toBe(31);
    expect(pages.divide(5)).toBe(30);
    expect(pages.rangeOf(2 ** 31)).toEqual({ low: 2 ** 31, high: 2 ** 32 - 1 });
    expect(pages.rangeOf(2 ** 30)).toEqual({ low: 2 ** 30, high: 2 ** 31 - 1 });
    expect(pages.endOf(5)).toBe(2 ** 30 - 1);
    expect(pages.count).toBe(3);
    let bits = 2;
    while (pages.divide(5) !== undefined) bits++;
    expect(bits).toBeLessThan(14);
  });
});
