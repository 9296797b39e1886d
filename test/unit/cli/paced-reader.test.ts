import { describe, expect, it } from 'vitest';
import { PacedReader } from '../../../src/cli/paced-reader.ts';
import { VirtualClock } from '../../../src/common/clock.ts';
import { Batch } from '../../../src/data/batch.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import type { PollResult, SourceReader } from '../../../src/runtime/source.ts';

/** A source of batches without columns, of so many rows each. */
function sourceOf(sizes: readonly number[]): SourceReader {
  let next = 0;
  return {
    poll(): PollResult {
      const size = sizes[next++];
      return size === undefined ? 'end' : Object.assign(new Batch([]), { rowCount: size });
    },
    wait: () => Promise.resolve(),
    split: 0,
    activeSplits: new Set([0]),
    position: () => next,
    restore: () => undefined,
    progress: () => ({ done: next, total: sizes.length }),
    bytesRead: 0,
    close: () => Promise.resolve(),
  };
}

async function open(sizes: readonly number[], rowsPerSecond: number) {
  const clock = new VirtualClock();
  const reader = new PacedReader(sourceOf(sizes), { kernels: await loadKernels(), clock }, rowsPerSecond);
  return { clock, reader };
}

describe('a source that is slowed down', () => {
  it('hands out each row once, in order, no faster than asked', async () => {
    const { clock, reader } = await open([250, 100], 1000);
    const sizes: number[] = [];
    const rows: number[] = [];
    for (let result = reader.poll(); result !== 'end'; result = reader.poll()) {
      if (result === 'idle') clock.advance(10);
      else {
        sizes.push(result.size);
        for (let n = 0; n < result.size; n++) rows.push(result.rowIndex(n));
      }
    }
    expect(rows).toEqual([...Array(250).keys(), ...Array(100).keys()]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(350);
    expect(clock.monotonic()).toBeLessThan(400);
  });

  it('hands out row by row when it is slow, even after a pause', async () => {
    const { clock, reader } = await open([3], 4);
    expect(reader.poll()).toBe('idle');
    clock.advance(10_000);
    expect((reader.poll() as Batch).size).toBe(1);
    expect(reader.poll()).toBe('idle');
    clock.advance(250);
    expect((reader.poll() as Batch).size).toBe(1);
  });

  it('is as far as the rows that it has handed out', async () => {
    const { clock, reader } = await open([100], 1000);
    clock.advance(20);
    reader.poll();
    expect(reader.progress()).toEqual({ done: 0.2, total: 1 });
  });
});
