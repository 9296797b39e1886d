import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/common/clock.ts';
import { GroupAggregateOperator } from '../../../src/operators/group-aggregate.ts';
import { Task } from '../../../src/runtime/task.ts';
import { readHeader } from '../../../src/state/memory/group-bytes.ts';
import { readPage } from '../../../src/state/saved-pages.ts';
import type { PageSink } from '../../../src/state/state-snapshot.ts';
import { aggregate } from '../operators/support.ts';
import { batches, GraphBuilder, ListReader, ListWriter, PAIR } from './support.ts';

const NEVER = new AbortController().signal;
const BATCH = 500;

/** Counts what the pages hold, and has no room every other time. */
class CountingSink implements PageSink {
  rows = 0n;
  #full = false;

  get hasRoom(): boolean {
    this.#full = !this.#full;
    return this.#full;
  }

  async whenRoom(): Promise<void> {}

  put(_page: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    for (const part of readPage(bytes, 0).parts) {
      const { header, body } = readHeader(part.bytes);
      const rowBytes = (part.bytes.length - body) / header.rowCount;
      const view = new DataView(part.bytes.buffer, part.bytes.byteOffset);
      for (let n = 0; n < header.rowCount; n++) this.rows += view.getBigInt64(body + n * rowBytes + 16, true);
    }
  }
}

function counting(): GroupAggregateOperator {
  const count = aggregate(PAIR, 'COUNT');
  return new GroupAggregateOperator({
    input: PAIR,
    output: { fields: [PAIR.fields[0]!, { name: 'n', type: count.type }] },
    keys: [0],
    calls: [count],
    inputInsertOnly: true,
    updateBefore: false,
    changelog: 'batch',
    timeZone: 'UTC',
  });
}

/**
 * A job that counts by many keys, of which a snapshot is taken when `when` of its batches have been written. With `isHeldUp` the sink takes no
 * more until the snapshot has ended.
 */
async function snapshotOf(steps: ConstructorParameters<typeof ListReader>[0], when: number, isHeldUp = false) {
  const graph = new GraphBuilder(systemClock);
  let rows = 0;
  const writer = Object.assign(new ListWriter(), {
    // Called at the barrier.
    prepareCommit: async (): Promise<unknown> => {
      rows = writer.rows.length;
      return undefined;
    },
  });
  graph.sink(writer, graph.node(counting(), graph.source(new ListReader(steps))));
  const task = new Task({ ...graph.graph, state: graph.state }, systemClock, NEVER, NEVER);
  const sink = new CountingSink();
  let written = 0;
  let copied: Promise<void> | undefined;
  let isCopied = false;
  writer.onWrite = () => {
    if (++written !== when) return;
    copied = task.barrier(1).then(async (capture) => {
      await capture!.state!.writeTo(sink);
      isCopied = true;
    });
    if (!isHeldUp) return;
    writer.refuses = () => !isCopied && rows > 0;
    writer.whenReady = () => copied!;
  };
  const done = task.run();
  await expect.poll(() => copied !== undefined).toBe(true);
  await copied!;
  await done;
  return { rows, sink, writer };
}

describe('a snapshot that a task copies between batches', () => {
  // Every row comes with a key of its own in its batch, and the sink gets a change for each: what it has at the barrier is what was counted.
  const many = batches(60, BATCH, 30_000);

  it('has what was counted at the barrier, not what came after', async () => {
    const { rows, sink, writer } = await snapshotOf(many, 20);
    expect(rows).toBeLessThan(60 * BATCH);
    expect(sink.rows).toBe(BigInt(rows));
    expect(writer.rows).toHaveLength(60 * BATCH);
  });

  it('ends although the sources have nothing', async () => {
    const { rows, sink } = await snapshotOf([...many.slice(0, 20), ...Array.from({ length: 5 }, () => 'idle' as const)], 20);
    expect([rows, sink.rows]).toEqual([20 * BATCH, BigInt(20 * BATCH)]);
  });

  it('ends although a sink is full', async () => {
    const { rows, sink, writer } = await snapshotOf(many, 20, true);
    expect(sink.rows).toBe(BigInt(rows));
    expect(writer.rows).toHaveLength(60 * BATCH);
  });

  it('ends after the job has', async () => {
    const { rows, sink } = await snapshotOf(many, 60);
    expect([rows, sink.rows]).toEqual([60 * BATCH, BigInt(60 * BATCH)]);
  });
});
