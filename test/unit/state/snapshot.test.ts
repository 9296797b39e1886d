import { describe, expect, it } from 'vitest';
import { BATCH_ROWS } from '../../../src/data/column.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import { readHeader } from '../../../src/state/memory/group-bytes.ts';
import { MemoryState } from '../../../src/state/memory/memory-state.ts';
import { readPage } from '../../../src/state/saved-pages.ts';
import type { PageSink } from '../../../src/state/state-snapshot.ts';
import { smallMemoryKernels } from '../../conformance/small-memory.ts';
import { KeyBatch } from '../../conformance/state-model.ts';
import { snapshotConformance } from '../../conformance/state-snapshots.ts';

snapshotConformance('memory', async () => {
  const kernels = await smallMemoryKernels(64);
  return { kernels, state: new MemoryState(kernels) };
});

describe('a snapshot of tables in linear memory', () => {
  /** A table of as many keys, and a function that adds 1 to the values of these. */
  async function counts(keys: number) {
    const kernels = await loadKernels();
    const state = new MemoryState(kernels);
    const table = state.keyedTable('t', { keyTypes: [types.bigint(false)], slots: ['i64'] });
    const batch = new KeyBatch(kernels, table.keyTypes);
    let epoch = 0;
    const add = (from: number, to: number): void => {
      for (let at = from; at < to; at += BATCH_ROWS) {
        const part = Array.from({ length: Math.min(BATCH_ROWS, to - at) }, (_, i) => [BigInt(at + i)]);
        batch.fill(part);
        table.lookup(batch.batch, batch.columns, ++epoch);
        for (let i = 0; i < part.length; i++) kernels.memory.i64[(table.rows.view[i]! + table.slotOffsets[0]!) >>> 3]! += 1n;
      }
    };
    add(0, keys);
    return { kernels, state, table, add };
  }

  /** The sum of the values that pages hold. */
  function sumOf(saved: ReadonlyMap<number, Uint8Array>): bigint {
    let sum = 0n;
    for (const bytes of saved.values()) {
      if (bytes.length === 0) continue;
      for (const part of readPage(bytes, 0).parts) {
        const { header, body } = readHeader(part.bytes);
        const view = new DataView(part.bytes.buffer, part.bytes.byteOffset);
        for (let n = 0; n < header.rowCount; n++) sum += view.getBigInt64(body + n * 24 + 16, true);
      }
    }
    return sum;
  }

  class AllPages implements PageSink {
    readonly saved = new Map<number, Uint8Array>();
    hasRoom = true;
    async whenRoom(): Promise<void> {}
    put(page: number, bytes: Uint8Array): void {
      this.saved.set(page, bytes.slice());
    }
  }

  it('gives again only pages that have changed', async () => {
    const { state, table, add } = await counts(200_000);
    const sink = new AllPages();
    const first = state.beginSnapshot([table]);
    first.writeTo(sink);
    await first.finish();
    first.keep([]);
    expect(first.changed).toEqual(first.pages);
    add(17, 18);
    const second = state.beginSnapshot([table]);
    second.writeTo(sink);
    await second.finish();
    second.keep([second.pages[0]!]);
    expect([second.pages.length > 50, second.changed.length]).toEqual([true, 1]);
    expect(sumOf(sink.saved)).toBe(200_001n);
    const third = state.beginSnapshot([table]);
    expect([...third.changed]).toEqual([third.pages[0]]);
    third.abandon(new Error('given up'));
    expect(state.beginSnapshot([table]).changed).toEqual(third.pages);
  });

  it('holds rows as they were while marks come round', { timeout: 60_000 }, async () => {
    const { state, table, add } = await counts(20_000);
    const sink = new AllPages();
    sink.hasRoom = false;
    const snapshot = state.beginSnapshot([table]);
    snapshot.writeTo(sink);
    for (let n = 0; n < 70_000; n++) add(n % 5, (n % 5) + 2);
    expect(snapshot.step()).toBe('waits');
    sink.hasRoom = true;
    await snapshot.finish();
    expect(sumOf(sink.saved)).toBe(20_000n);
  });

  it('has what a table held that is cleared or dropped meanwhile', async () => {
    const { state, table, add } = await counts(50_000);
    const sink = new AllPages();
    const first = state.beginSnapshot([table]);
    first.writeTo(sink);
    first.step();
    table.clear();
    add(0, 30_000);
    await first.finish();
    first.keep([]);
    expect(sumOf(sink.saved)).toBe(50_000n);
    const second = state.beginSnapshot([table]);
    second.writeTo(sink);
    table.drop();
    await second.finish();
    for (const page of sink.saved.keys()) if (!second.pages.includes(page)) sink.saved.delete(page);
    expect(sumOf(sink.saved)).toBe(30_000n);
  });

  it('is given up when its state is closed', async () => {
    const { state, table } = await counts(1000);
    const ended = state.beginSnapshot([table]).writeTo(new AllPages());
    state.close();
    await expect(ended).rejects.toThrow('the state is closed');
  });

  it('of two backends of one memory knows its own', async () => {
    const one = await counts(10_000);
    const other = new MemoryState(one.kernels);
    const table = other.keyedTable('o', { keyTypes: [types.bigint(false)], slots: ['i64'] });
    const [first, second] = [one.state.beginSnapshot([one.table]), other.beginSnapshot([table])];
    expect(second.pages).toEqual(new Uint32Array(0));
    const sink = new AllPages();
    first.writeTo(sink);
    other.close();
    one.add(0, 5000);
    await first.finish();
    expect(sumOf(sink.saved)).toBe(10_000n);
  });

  it('refuses rows wider than a page', async () => {
    const { state } = await counts(1);
    const keyTypes = Array.from({ length: 5000 }, () => types.string());
    expect(() => state.keyedTable('wide', { keyTypes, slots: [] })).toThrow(expect.objectContaining({ code: 'MS4006' }));
  });
});
