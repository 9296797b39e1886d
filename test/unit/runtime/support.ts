import type { Clock } from '../../../src/common/clock.ts';
import { Batch, ROW_KIND_TEXT } from '../../../src/data/batch.ts';
import { Column } from '../../../src/data/column.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import type { LimitOperator } from '../../../src/operators/limit.ts';
import type { Operator, SplitTracker } from '../../../src/operators/operator.ts';
import { PassThroughOperator } from '../../../src/operators/pass-through.ts';
import { OperatorNode } from '../../../src/runtime/operator-node.ts';
import type { SinkWriter } from '../../../src/runtime/sink.ts';
import { SinkOperator } from '../../../src/runtime/sink-operator.ts';
import type { PollResult, SourceReader } from '../../../src/runtime/source.ts';
import type { SourceNode, TaskGraph } from '../../../src/runtime/task-graph.ts';
import { MemoryState } from '../../../src/state/memory/memory-state.ts';
import type { Row } from '../../conformance/operator-run.ts';
import { KeyBatch, valueAt } from '../../conformance/state-model.ts';

export const kernels = await loadKernels();

/** A key and a value: what the sources of these tests deliver. */
export const PAIR: Schema = {
  fields: [
    { name: 'key', type: types.bigint() },
    { name: 'value', type: types.bigint() },
  ],
};

/** Rows that come in one batch, or nothing just now. */
type Item = readonly Row[] | 'idle';

/** A source that hands out what it is told to. An 'idle' is over when someone has waited for it. */
export class ListReader implements SourceReader {
  readonly bytesRead = 0;
  readonly #items: Item[];
  readonly #batch: KeyBatch;
  readonly #isEndless: boolean;
  readonly onPoll: () => void;
  split = 0;
  activeSplits: ReadonlySet<number> = new Set([0]);
  polls = 0;
  closed = 0;

  constructor(items: readonly Item[], { endless = false, onPoll = () => {} }: { endless?: boolean; onPoll?: () => void } = {}) {
    this.#items = [...items];
    this.#isEndless = endless;
    this.onPoll = onPoll;
    this.#batch = new KeyBatch(
      kernels,
      PAIR.fields.map(({ type }) => type),
    );
  }

  poll(): PollResult {
    this.polls++;
    this.onPoll();
    const item = this.#isEndless ? this.#items[0] : this.#items[0] === 'idle' ? 'idle' : this.#items.shift();
    if (item === undefined) return 'end';
    return item === 'idle' ? 'idle' : this.#batch.fill(item);
  }

  async wait(): Promise<void> {
    if (this.#items[0] === 'idle') this.#items.shift();
  }

  position(): unknown {
    return undefined;
  }

  restore(): void {}

  progress(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

/** A sink that keeps rows as texts, and refuses when it is told to. */
export class ListWriter implements SinkWriter {
  readonly bytesWritten = 0;
  readonly rows: string[] = [];
  readonly closedWith: unknown[] = [];
  readonly watermarks: bigint[] = [];
  refuses: () => boolean = () => false;
  onWrite: () => void = () => {};
  whenReady: () => Promise<void> = async () => {};
  flushes = 0;
  /** A write came although ready() had not resolved. */
  rushed = false;
  #waiting = false;

  write(batch: Batch): boolean {
    this.rushed ||= this.#waiting;
    this.onWrite();
    if (this.refuses()) {
      this.#waiting = true;
      return false;
    }
    for (let n = 0; n < batch.size; n++) {
      const i = batch.rowIndex(n);
      this.rows.push(`${ROW_KIND_TEXT[batch.kind(i)]}${batch.columns.map((column) => String(valueAt(kernels, column, i)))}`);
    }
    return true;
  }

  watermark(time: bigint): void {
    this.watermarks.push(time);
  }

  async ready(): Promise<void> {
    await this.whenReady();
    this.#waiting = false;
  }

  async flush(): Promise<void> {
    this.flushes++;
  }

  async close(cause?: unknown): Promise<void> {
    this.closedWith.push(cause);
  }
}

const SPLITS = { current: 0, active: new Set([0]) };

/** Puts nodes together as the local back end does. */
export class GraphBuilder {
  readonly nodes: OperatorNode[] = [];
  readonly sources: SourceNode[] = [];
  readonly sinks: SinkOperator[] = [];
  readonly #clock: Clock;
  readonly state = new MemoryState(kernels);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  node(operator: Operator, ...inputs: readonly OperatorNode[]): OperatorNode {
    const name = `${this.nodes.length}_node`;
    const node = new OperatorNode(name, operator);
    const splits: SplitTracker = SPLITS;
    operator.open({ kernels, clock: this.#clock, out: node, state: this.state, name: `test/${name}`, metrics: node.metrics, splits });
    this.nodes.push(node);
    for (const input of inputs) input.connect(node);
    return node;
  }

  source(reader: SourceReader, limits: readonly LimitOperator[] = []): OperatorNode {
    const node = this.node(new PassThroughOperator());
    this.sources.push({ name: node.name, reader, node, splits: { current: 0, active: new Set([0]) }, limits });
    return node;
  }

  sink(writer: SinkWriter, ...inputs: readonly OperatorNode[]): OperatorNode {
    const operator = new SinkOperator(writer, 'sink');
    this.sinks.push(operator);
    return this.node(operator, ...inputs);
  }

  get graph(): TaskGraph {
    const { sources, nodes, sinks } = this;
    return {
      sources,
      nodes,
      sinks,
      channels: [],
      exchanges: [],
      refusals: { exchange: undefined },
      singleIds: new Set(),
      markers: { onMarker: () => undefined },
    };
  }
}

/** A clock that work moves on, and nothing else. */
export class WorkClock implements Clock {
  ms = 0;

  now(): number {
    return this.ms;
  }

  monotonic(): number {
    return this.ms;
  }

  async sleep(delayMs: number): Promise<void> {
    this.ms += delayMs;
  }

  /** Something that takes so long. */
  work(ms: number): () => void {
    return () => {
      this.ms += ms;
    };
  }
}

/** Batches of `size` rows: key i modulo `keys`, value 1. */
export function batches(count: number, size: number, keys = 7): Row[][] {
  return Array.from({ length: count }, (_, b) => Array.from({ length: size }, (_, i): Row => [BigInt((b * size + i) % keys), 1n]));
}

/** An empty batch of PAIR. */
export const emptyBatch = (): Batch => new Batch(PAIR.fields.map(({ type }) => new Column(kernels.memory, type)));
