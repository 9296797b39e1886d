import { VirtualClock } from '../../src/common/clock.ts';
import { type Random, seededRandom } from '../../src/common/random.ts';
import { type Batch, ByteVector, type RowKindCode } from '../../src/data/batch.ts';
import { BATCH_ROWS } from '../../src/data/column.ts';
import type { Schema } from '../../src/data/schema.ts';
import type { SqlType } from '../../src/data/types/sql-type.ts';
import type { Kernels } from '../../src/kernels/kernels.ts';
import type { Operator, OperatorMetrics, Outlet } from '../../src/operators/operator.ts';
import { MemoryState } from '../../src/state/memory/memory-state.ts';
import { growMemory, smallMemoryKernels } from './small-memory.ts';
import { type Key, KeyBatch, keyText, valueAt } from './state-model.ts';

/** A row as its raw values: text for bytes, unscaled integers for decimals, the stored integer for times, 0 or 1 for BOOLEAN. */
export type Row = Key;

/** A row of an operator's output. */
export interface Change {
  readonly kind: RowKindCode;
  readonly row: Row;
}

/** What an operator is sent, in order. The end of all ports follows the last item by itself. */
export type InputItem =
  | { readonly kind: 'row'; readonly row: Row; readonly change: RowKindCode; readonly port: number; readonly split: number }
  | { readonly kind: 'watermark'; readonly time: bigint };

/** How the items reach the operator. */
export interface Delivery {
  readonly name: string;
  readonly cut: 'singly' | 'all at once' | 'randomly';
  /** Rows that do not count lie among those that do. */
  readonly selected?: boolean;
  /** How often of 10 the outlet refuses. */
  readonly refusals?: number;
  /** Snapshot and restore into a fresh operator, now and then. */
  readonly restores?: boolean;
  /** How many operators share the keys after each restore, in turn. */
  readonly parallelism?: readonly number[];
  /** The memory grows between the calls. */
  readonly grows?: boolean;
}

/** One call's worth of input, and what came out because of it. */
export interface Step {
  readonly items: readonly InputItem[];
  readonly changes: readonly Change[];
  /** Watermarks the operator made, in order. */
  readonly advances: readonly bigint[];
}

export interface RunResult {
  readonly steps: readonly Step[];
  /** What came at the end of the input. */
  readonly last: readonly Change[];
  readonly lateRows: number;
}

export interface RunSubject {
  readonly make: () => Operator;
  readonly input: Schema;
  readonly ports?: number;
  readonly keys?: readonly number[] | undefined;
}

interface Instance {
  readonly operator: Operator;
  readonly state: MemoryState;
}

interface Snapshot {
  readonly groups: Map<string, Map<number, Uint8Array>>;
  readonly values: Map<string, unknown[]>;
}

let shared: Promise<Kernels> | undefined;
/** One memory for many runs: what an operator leaves behind does not harm the next. */
const kernelsOfTheFile = (): Promise<Kernels> => (shared ??= smallMemoryKernels(3000));

/** Sends items to an operator as a delivery says, and keeps the runtime's side of the contract while doing so. */
export class OperatorRun {
  readonly #subject: RunSubject;
  readonly #delivery: Delivery;
  readonly #random: Random;
  readonly #kernels: Kernels;
  readonly #batch: KeyBatch;
  readonly #kinds: ByteVector;
  readonly #outlet: RefusingOutlet;
  readonly #metrics: OperatorMetrics = { lateRows: 0 };
  readonly #clock = new VirtualClock(1_000_000);
  readonly #splits = { current: 0, active: new Set<number>() };
  readonly #routes = new Map<string, number>();
  #instances: Instance[] = [];
  #restores = 0;
  #growths = 0;

  private constructor(subject: RunSubject, delivery: Delivery, seed: number, kernels: Kernels) {
    this.#subject = subject;
    this.#delivery = delivery;
    this.#random = seededRandom(seed);
    this.#kernels = kernels;
    this.#batch = new KeyBatch(kernels, typesOf(subject.input));
    this.#kinds = new ByteVector(kernels.memory);
    this.#outlet = new RefusingOutlet(kernels, this.#random, delivery.refusals ?? 0);
    this.#instances = [this.#open()];
  }

  static async run(subject: RunSubject, delivery: Delivery, items: readonly InputItem[], seed: number): Promise<RunResult> {
    const run = new OperatorRun(subject, delivery, seed, await kernelsOfTheFile());
    for (const item of items) if (item.kind === 'row') run.#splits.active.add(item.split);
    const steps: Step[] = [];
    for (let at = 0; at < items.length; ) {
      const step = run.#take(items, at);
      run.#send(step);
      at += step.length;
      steps.push({ items: step, ...run.#outlet.take() });
      run.#disturb();
    }
    for (let port = 0; port < (subject.ports ?? 1); port++) run.#toAll(({ operator }) => operator.endOfInput(port));
    const { changes } = run.#outlet.take();
    run.#close();
    run.#batch.free();
    run.#kinds.free();
    return { steps, last: changes, lateRows: run.#metrics.lateRows };
  }

  /** The next items that go in one call: a watermark alone, or rows of one port and split. */
  #take(items: readonly InputItem[], at: number): readonly InputItem[] {
    const first = items[at]!;
    if (first.kind === 'watermark') return [first];
    const { cut } = this.#delivery;
    const most = cut === 'singly' ? 1 : cut === 'all at once' ? BATCH_ROWS : 1 + this.#random.below(this.#random.below(2) === 0 ? 5 : 150);
    let end = at + 1;
    for (; end < items.length && end - at < most; end++) {
      const item = items[end]!;
      if (item.kind !== 'row' || item.port !== first.port || item.split !== first.split) break;
    }
    return items.slice(at, end);
  }

  #send(step: readonly InputItem[]): void {
    const first = step[0]!;
    if (first.kind === 'watermark') return this.#toAll(({ operator }) => operator.watermark(first.time));
    this.#splits.current = first.split;
    const rows = step as readonly Extract<InputItem, { kind: 'row' }>[];
    this.#instances.forEach((instance, i) => {
      const own = this.#instances.length === 1 ? rows : rows.filter(({ row }) => this.#route(row) % this.#instances.length === i);
      if (own.length === 0 && rows.length > 0 && this.#instances.length > 1) return;
      const batch = this.#fill(own);
      this.#untilTaken(() => instance.operator.process(first.port, batch));
      this.#spoil();
    });
  }

  /** Fills the batch, with rows between that do not count where the delivery wants a selection. */
  #fill(rows: readonly Extract<InputItem, { kind: 'row' }>[]): Batch {
    const all: Row[] = [];
    const kinds: number[] = [];
    const picked: number[] = [];
    const room = BATCH_ROWS - rows.length;
    for (const { row, change } of rows) {
      while (this.#delivery.selected && this.#random.below(3) === 0 && all.length - picked.length < room) {
        all.push(rows[this.#random.below(rows.length)]!.row);
        kinds.push(this.#random.below(4));
      }
      picked.push(all.length);
      all.push(row);
      kinds.push(change);
    }
    const batch = this.#batch.fill(all, this.#delivery.selected ? picked : undefined);
    const inserts = rows.every(({ change }) => change === 0);
    batch.kinds = inserts ? null : this.#kinds;
    this.#kinds.view.set(kinds);
    return batch;
  }

  /** The batch is over: what an operator did not copy is gone. */
  #spoil(): void {
    const { columns, rowCount } = this.#batch.batch;
    this.#batch.freeStrings();
    for (const column of columns) for (const array of [column.values, column.aux]) spoilArray(array, rowCount);
  }

  #toAll(call: (instance: Instance) => boolean): void {
    for (const instance of this.#instances) this.#untilTaken(() => call(instance));
  }

  #untilTaken(call: () => boolean): void {
    for (let tries = 0; tries < 10_000; tries++) {
      const done = call();
      if (done !== !this.#outlet.refused)
        throw new Error(`the operator returned ${done} after the outlet ${done ? 'refused' : 'took all'}`);
      if (done) return;
      this.#outlet.refused = false;
      this.#grow(8);
    }
    throw new Error('the operator never comes to an end');
  }

  /** Makes every view of the memory stale, one time in `chance`; not often, because it takes a while. */
  #grow(chance: number): void {
    if (!this.#delivery.grows || this.#growths === 5 || this.#random.below(chance) !== 0) return;
    growMemory(this.#kernels);
    this.#growths++;
  }

  #disturb(): void {
    const { restores, parallelism } = this.#delivery;
    this.#grow(3);
    // Opening an operator compiles its loops: a few restores per run show as much as many.
    if (!restores || this.#restores === 6 || this.#random.below(this.#delivery.cut === 'singly' ? 10 : 3) !== 0) return;
    const wanted = this.#subject.keys === undefined ? [1] : (parallelism ?? [1]);
    this.#restore(wanted[this.#restores++ % wanted.length]!);
  }

  #restore(parallelism: number): void {
    const snapshot: Snapshot = { groups: new Map(), values: new Map() };
    for (const { operator } of this.#instances) writeTo(operator, snapshot);
    this.#close();
    this.#instances = Array.from({ length: parallelism }, () => this.#open());
    this.#instances.forEach(({ operator }, i) => {
      operator.restore({
        readGroups: (name, take) => {
          for (const [group, bytes] of snapshot.groups.get(name) ?? []) if (group % parallelism === i) take(group, bytes);
        },
        readOperator: (name) => snapshot.values.get(name) ?? [],
      });
    });
  }

  #open(): Instance {
    const operator = this.#subject.make();
    const state = new MemoryState(this.#kernels);
    operator.open({
      kernels: this.#kernels,
      clock: this.#clock,
      out: this.#outlet,
      state,
      name: 'test/operator',
      metrics: this.#metrics,
      splits: this.#splits,
    });
    return { operator, state };
  }

  #close(): void {
    for (const { operator, state } of this.#instances) {
      operator.close();
      state.close();
    }
  }

  /** The key group of a row: where a table puts its key. */
  #route(row: Row): number {
    const keys = this.#subject.keys!;
    const key = keys.map((column) => row[column]!);
    const text = keyText(key);
    let group = this.#routes.get(text);
    if (group === undefined) {
      group = this.#groupOf(
        key,
        keys.map((column) => this.#subject.input.fields[column]!.type),
      );
      this.#routes.set(text, group);
    }
    return group;
  }

  #groupOf(key: Row, keyTypes: readonly SqlType[]): number {
    const state = new MemoryState(this.#kernels);
    const table = state.keyedTable('route', { keyTypes, slots: [] });
    const batch = new KeyBatch(this.#kernels, keyTypes);
    table.lookup(batch.fill([key]), batch.columns, 1);
    let group = 0;
    while (table.snapshotGroup(group).length === 0) group++;
    batch.free();
    state.close();
    return group;
  }
}

function writeTo(operator: Operator, { groups, values }: Snapshot): void {
  operator.snapshot({
    writeGroup: (name, group, bytes) => {
      const known = groups.get(name) ?? new Map<number, Uint8Array>();
      groups.set(name, known);
      if (known.has(group)) throw new Error(`two operators wrote key group ${group} of ${name}`);
      known.set(group, bytes.slice());
    },
    writeOperator: (name, value) => {
      values.set(name, [...(values.get(name) ?? []), JSON.parse(JSON.stringify(value))]);
    },
  });
}

function spoilArray(array: ArrayBufferView & { readonly BYTES_PER_ELEMENT: number }, length: number): void {
  const bytes = Math.min(array.byteLength, array.BYTES_PER_ELEMENT * length);
  new Uint8Array(array.buffer, array.byteOffset, bytes).fill(0x5a);
}

const typesOf = ({ fields }: Schema): SqlType[] => fields.map(({ type }) => type);

/** Takes batches or refuses them at random, and checks that what it refused is what it is offered next. */
class RefusingOutlet implements Outlet {
  refused = false;
  readonly #kernels: Kernels;
  readonly #random: Random;
  readonly #refusals: number;
  #changes: Change[] = [];
  #advances: bigint[] = [];
  #expected: string | undefined;

  constructor(kernels: Kernels, random: Random, refusals: number) {
    this.#kernels = kernels;
    this.#random = random;
    this.#refusals = refusals;
  }

  offer(batch: Batch): boolean {
    const changes = this.#read(batch);
    if (!this.#accepts(() => changes.map(changeText).join('\n'))) return false;
    this.#changes.push(...changes);
    return true;
  }

  advance(time: bigint): boolean {
    if (!this.#accepts(() => `watermark ${time}`)) return false;
    this.#advances.push(time);
    return true;
  }

  idle(isIdle: boolean): boolean {
    return this.#accepts(() => `idle ${isIdle}`);
  }

  take(): { changes: readonly Change[]; advances: readonly bigint[] } {
    const taken = { changes: this.#changes, advances: this.#advances };
    this.#changes = [];
    this.#advances = [];
    return taken;
  }

  #accepts(text: () => string): boolean {
    if (this.refused) throw new Error('the operator went on after the outlet had refused');
    if (this.#expected !== undefined && text() !== this.#expected)
      throw new Error(`offered\n${text()}\nafter the outlet refused\n${this.#expected}`);
    this.refused = this.#random.below(10) < this.#refusals;
    this.#expected = this.refused ? text() : undefined;
    return !this.refused;
  }

  #read(batch: Batch): Change[] {
    if (batch.size > BATCH_ROWS) throw new Error(`a batch of ${batch.size} rows`);
    return Array.from({ length: batch.size }, (_, n) => {
      const i = batch.rowIndex(n);
      return { kind: batch.kind(i), row: batch.columns.map((column) => valueAt(this.#kernels, column, i)) };
    });
  }
}

const KINDS = ['+I', '-U', '+U', '-D'];
export const changeText = ({ kind, row }: Change): string => `${KINDS[kind]}[${keyText(row)}]`;
