import { setImmediate as hostTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../src/common/clock.ts';
import { seededRandom } from '../../../src/common/random.ts';
import type { Batch } from '../../../src/data/batch.ts';
import { BaseOperator } from '../../../src/operators/base-operator.ts';
import { GroupAggregateOperator } from '../../../src/operators/group-aggregate.ts';
import { LimitOperator } from '../../../src/operators/limit.ts';
import type { OperatorContext } from '../../../src/operators/operator.ts';
import { PassThroughOperator } from '../../../src/operators/pass-through.ts';
import { Task } from '../../../src/runtime/task.ts';
import type { Row } from '../../conformance/operator-run.ts';
import { aggregate } from '../operators/support.ts';
import { batches, emptyBatch, GraphBuilder, ListReader, ListWriter, PAIR, WorkClock } from './support.ts';

const NEVER = new AbortController().signal;
const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

function counting(): GroupAggregateOperator {
  const count = aggregate(PAIR, 'COUNT');
  const output = { fields: [PAIR.fields[0]!, { name: 'n', type: count.type }] };
  return new GroupAggregateOperator({
    input: PAIR,
    output,
    keys: [0],
    calls: [count],
    inputInsertOnly: true,
    updateBefore: false,
    changelog: 'record',
    timeZone: 'UTC',
  });
}

const run = (graph: GraphBuilder, clock: Clock = systemClock, signal = NEVER, drain = NEVER): Promise<void> =>
  new Task(graph.graph, clock, signal, drain).run();

describe('task', () => {
  it('runs sources to their end and delivers all rows and the end of time', async () => {
    const graph = new GraphBuilder(systemClock);
    const writer = new ListWriter();
    graph.sink(writer, graph.source(new ListReader(batches(20, 10))));
    await run(graph);
    expect(writer.rows).toHaveLength(200);
    expect(writer.watermarks).toEqual([2n ** 63n - 1n]);
  });

  it('repeats what was refused before anything else: two sources into one aggregation into a sink that refuses', async () => {
    for (let seed = 1; seed <= 25; seed++) {
      const random = seededRandom(seed);
      const graph = new GraphBuilder(systemClock);
      const writer = new ListWriter();
      writer.refuses = () => random.below(3) === 0;
      const readers = [1, 2, 3].map(
        (source) =>
          new ListReader(batches(12, 5 * source, 4).flatMap((batch) => (random.below(3) === 0 ? ['idle', batch] : [batch])) as Row[][]),
      );
      const union = graph.node(new PassThroughOperator(), ...readers.map((reader) => graph.source(reader)));
      graph.sink(writer, graph.node(counting(), union));
      await run(graph);
      const rowCount = 12 * (5 + 10 + 15);
      expect(writer.rows, `seed ${seed}`).toHaveLength(rowCount);
      const final = new Map(writer.rows.map((row) => row.slice(2).split(',') as [string, string]));
      expect(
        [...final.values()].reduce((sum, n) => sum + Number(n), 0),
        `seed ${seed}`,
      ).toBe(rowCount);
      expect(writer.rushed).toBe(false);
    }
  });

  it('takes turns: a source that never ends does not hold up another', async () => {
    const graph = new GraphBuilder(systemClock);
    const writer = new ListWriter();
    const cancel = new AbortController();
    const endless = new ListReader(batches(1, 1), { endless: true });
    const other = new ListReader([[[77n, 1n]], [[78n, 1n]]]);
    writer.refuses = () => writer.rows.length % 2 === 1 && endless.polls % 3 === 0;
    graph.sink(writer, graph.source(endless), graph.source(other));
    writer.onWrite = () => {
      if (writer.rows.some((row) => row.includes('78'))) cancel.abort();
    };
    await run(graph, systemClock, cancel.signal);
    expect(writer.rows.filter((row) => row.includes('7'))).toEqual(['+I77,1', '+I78,1']);
  });

  it('flushes sinks and waits while all sources are idle', async () => {
    const graph = new GraphBuilder(systemClock);
    const writer = new ListWriter();
    const reader = new ListReader([[[1n, 1n]], 'idle', [[2n, 1n]], 'idle', 'idle']);
    graph.sink(writer, graph.source(reader));
    await run(graph);
    expect(writer.rows).toEqual(['+I1,1', '+I2,1']);
    expect(writer.flushes).toBe(3);
    expect(reader.polls).toBeLessThan(12);
  });

  it('ends an endless source when the limit is reached', async () => {
    const graph = new GraphBuilder(systemClock);
    const writer = new ListWriter();
    const limit = new LimitOperator(2, 5);
    const endless = new ListReader(batches(1, 3), { endless: true });
    graph.sink(writer, graph.node(limit, graph.source(endless, [limit])));
    await run(graph);
    expect(writer.rows).toHaveLength(5);
    expect(endless.polls).toBe(3);
  });

  it('ends at once when it is cancelled: idle, busy, or with a sink that never takes another row', async () => {
    for (const what of ['idle', 'busy', 'blocked', 'flushing'] as const) {
      const graph = new GraphBuilder(systemClock);
      const writer = new ListWriter();
      const cancel = new AbortController();
      const idle = Object.assign(new ListReader(['idle']), { wait: () => new Promise<void>(() => {}) });
      if (what === 'blocked') writer.refuses = () => writer.rows.length > 2;
      if (what === 'blocked') writer.whenReady = () => new Promise(() => {});
      if (what === 'flushing') writer.flush = () => new Promise(() => {});
      graph.sink(writer, graph.source(what === 'idle' || what === 'flushing' ? idle : new ListReader(batches(1, 3), { endless: true })));
      const done = run(graph, systemClock, cancel.signal);
      await pause(15);
      cancel.abort();
      await expect(done, what).resolves.toBeUndefined();
    }
  });

  it('drains: ends the sources, and what was read reaches the sinks', async () => {
    const graph = new GraphBuilder(systemClock);
    const writer = new ListWriter();
    const drain = new AbortController();
    const endless = new ListReader(batches(1, 3), { endless: true });
    const idle = Object.assign(new ListReader(['idle']), {
      wait: (signal: AbortSignal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
    });
    const total = graph.node(counting(), graph.node(new PassThroughOperator(), graph.source(endless), graph.source(idle as never)));
    graph.sink(writer, total);
    const done = run(graph, systemClock, NEVER, drain.signal);
    await pause(10);
    drain.abort();
    await done;
    expect(writer.rows.length).toBe(total.metrics.rowsIn);
    expect(writer.watermarks).toEqual([2n ** 63n - 1n]);
  });

  it('wakes from idleness when it is drained', async () => {
    const graph = new GraphBuilder(systemClock);
    const writer = new ListWriter();
    const drain = new AbortController();
    const idle = Object.assign(new ListReader(['idle']), {
      wait: (signal: AbortSignal) => new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
    });
    graph.sink(writer, graph.source(idle as never));
    const done = run(graph, systemClock, NEVER, drain.signal);
    await pause(5);
    drain.abort();
    await done;
    expect(writer.watermarks).toHaveLength(1);
  });

  it.each([
    ['poll', (reader: ListReader) => Object.assign(reader, { poll: () => fail('poll') })],
    ['wait', (reader: ListReader) => Object.assign(reader, { wait: () => Promise.reject(new Error('wait')) })],
  ])('fails with what a source fails with: %s', async (message, breakIt) => {
    const graph = new GraphBuilder(systemClock);
    const other = new ListReader(['idle']);
    other.wait = async () => fail('too late to matter');
    graph.sink(new ListWriter(), graph.source(breakIt(new ListReader(['idle']))), graph.source(other));
    await expect(run(graph)).rejects.toThrow(message);
    await hostTurn();
  });

  it.each(['write', 'ready', 'flush'] as const)('fails with what a sink fails with: %s', async (method) => {
    const graph = new GraphBuilder(systemClock);
    const writer = new ListWriter();
    if (method === 'ready') writer.refuses = () => true;
    if (method === 'write') writer.write = () => fail(method);
    else writer[method] = () => Promise.reject(new Error(method));
    graph.sink(writer, graph.source(new ListReader([...batches(2, 2), 'idle'])));
    await expect(run(graph)).rejects.toThrow(method);
  });
});

function fail(message: string): never {
  throw new Error(message);
}

/** Longest stretch of a clock between two turns of the host, while a task runs. */
async function longestTurn(clock: WorkClock, work: () => Promise<void>): Promise<number> {
  let running = true;
  let longest = 0;
  const watching = (async () => {
    for (let last = clock.ms; running; last = clock.ms) {
      await hostTurn();
      longest = Math.max(longest, clock.ms - last);
    }
  })();
  await work();
  running = false;
  await watching;
  return longest;
}

/** Sends many batches from one call of watermark(), as a window that closes for a million keys. */
class Burst extends BaseOperator {
  readonly #batch: Batch = Object.assign(emptyBatch(), { rowCount: 1 });
  #left = 300;

  process(): boolean {
    return true;
  }

  override watermark(): boolean {
    for (; this.#left > 0; this.#left--) if (!this.context.out.offer(this.#batch)) return false;
    return true;
  }
}

/** Wants to be called every so often. */
class Ticker extends BaseOperator {
  readonly calls: number[] = [];
  #next = 0;

  override open(context: OperatorContext): void {
    super.open(context);
    this.#next = context.clock.now() + 10;
  }

  process(_port: number, batch: Batch): boolean {
    return this.context.out.offer(batch);
  }

  override nextTimer(): number | undefined {
    return this.calls.length < 3 ? this.#next : undefined;
  }

  override timer(nowMs: number): boolean {
    this.calls.push(nowMs);
    this.#next += 10;
    return true;
  }
}

describe("the host's turns", () => {
  it('come at least every 5 ms of work, however many batches there are', async () => {
    const clock = new WorkClock();
    const graph = new GraphBuilder(clock);
    const writer = new ListWriter();
    writer.onWrite = clock.work(1);
    graph.sink(writer, graph.source(new ListReader(batches(100, 1), { onPoll: clock.work(0.5) })));
    expect(await longestTurn(clock, () => run(graph, clock))).toBeLessThanOrEqual(5.5);
    expect(writer.rows).toHaveLength(100);
  });

  it('come while one operator sends hundreds of batches', async () => {
    const clock = new WorkClock();
    const graph = new GraphBuilder(clock);
    const writer = new ListWriter();
    writer.onWrite = clock.work(1);
    graph.sink(writer, graph.node(new Burst(), graph.source(new ListReader(batches(1, 1)))));
    expect(await longestTurn(clock, () => run(graph, clock))).toBeLessThanOrEqual(5);
    expect(writer.rows).toHaveLength(300);
  });

  it('come although the clock stands still', async () => {
    const clock: Clock = { now: () => 0, monotonic: () => 0, sleep: async () => {} };
    const graph = new GraphBuilder(clock);
    const cancel = new AbortController();
    graph.sink(new ListWriter(), graph.source(new ListReader(batches(1, 1), { endless: true })));
    setImmediate(() => cancel.abort());
    await expect(run(graph, clock, cancel.signal)).resolves.toBeUndefined();
  });

  it('come in real time', async () => {
    const graph = new GraphBuilder(systemClock);
    const cancel = new AbortController();
    graph.sink(new ListWriter(), graph.node(counting(), graph.source(new ListReader(batches(1, 1000), { endless: true }))));
    let ticks = 0;
    const timer = setInterval(() => ++ticks === 10 && cancel.abort(), 1);
    await run(graph, systemClock, cancel.signal);
    clearInterval(timer);
    expect(ticks).toBe(10);
  });

  it('busyMs counts work, not waiting', async () => {
    const clock = new WorkClock();
    const graph = new GraphBuilder(clock);
    const writer = new ListWriter();
    writer.onWrite = clock.work(2);
    const reader = Object.assign(new ListReader([[[1n, 1n]], 'idle', [[2n, 1n]]]));
    const wait = reader.wait.bind(reader);
    reader.wait = async () => {
      clock.ms += 1000;
      await wait();
    };
    graph.sink(writer, graph.source(reader));
    const task = new Task(graph.graph, clock, NEVER, NEVER);
    await task.run();
    expect(task.busyMs).toBe(4);
  });
});

/** Works longer than a turn before it hands a batch on. */
class SlowOperator extends BaseOperator {
  readonly #work: () => void;
  #hasWorked = false;

  constructor(work: () => void) {
    super();
    this.#work = work;
  }

  process(_port: number, batch: Batch): boolean {
    if (!this.#hasWorked) this.#work();
    this.#hasWorked = !this.context.out.offer(batch);
    return !this.#hasWorked;
  }
}

describe('a barrier', () => {
  it('comes through between two batches, however long each of them takes', async () => {
    const clock = new WorkClock();
    const graph = new GraphBuilder(clock);
    const writer = new ListWriter();
    const rows = 20n;
    let captured: number | undefined;
    let task: Task;
    let written = 0;
    writer.onWrite = () => {
      if (++written === 2) void task.barrier(1).then((capture) => (captured = capture === undefined ? undefined : written));
    };
    const source = graph.source(new ListReader(Array.from({ length: Number(rows) }, (_, i) => [[BigInt(i), 1n]])));
    graph.sink(writer, graph.node(new SlowOperator(clock.work(10)), source));
    task = new Task(graph.graph, clock, NEVER, NEVER);
    await task.run();
    expect(written).toBe(Number(rows));
    expect(captured).toBeLessThan(10);
  });
});

describe('timers of operators', () => {
  it('fire when they are due, although no source has anything', async () => {
    const clock = new WorkClock();
    const graph = new GraphBuilder(clock);
    const ticker = new Ticker();
    const reader = new ListReader(['idle']);
    let waits = 0;
    reader.wait = (signal?: AbortSignal) =>
      ++waits > 6
        ? reader.poll.call(reader) && Promise.resolve()
        : new Promise((resolve) => signal?.addEventListener('abort', () => resolve()));
    const cancel = new AbortController();
    graph.sink(new ListWriter(), graph.node(ticker, graph.source(reader)));
    const done = run(graph, clock, cancel.signal);
    await pause(20);
    cancel.abort();
    await done;
    expect(ticker.calls).toEqual([10, 20, 30]);
  });
});
