import { AggregateCodegen, argumentType, type RowTable, type SlideFunction, SlideStep } from '../../codegen/aggregate.ts';
import type { CodegenContext } from '../../codegen/environment.ts';
import { Batch, IntVector } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { Schema } from '../../data/schema.ts';
import type { StringArena } from '../../data/string-arena.ts';
import { storageOf } from '../../data/types/storage.ts';
import type { SlotKind } from '../../functions/aggregate-function.ts';
import type { AggregateCall, OverCall, OverFrame } from '../../plan/nodes/node.ts';
import type { RowStore } from '../../state/row-store.ts';
import type { FrameCursor } from './frame-cursor.ts';
import type { FrameValues } from './frame-values.ts';
import { KeptFrames } from './kept-frames.ts';

/** Calls of one frame that are computed by adding rows and taking them back, and where they keep what they have added up. */
export interface SlidingGroup {
  readonly frame: OverFrame;
  /** Which calls of the node. */
  readonly calls: readonly number[];
  /** Each frame is added up anew: of floating numbers nothing can be taken away without a trace, and the order of kept values is that of their coming. */
  readonly anew: boolean;
  /** The argument whose values count once each in a frame; undefined without DISTINCT. */
  readonly distinct: number | undefined;
  readonly firstSlot: readonly number[];
}

/** Whether a call adds up, so that a frame of any length costs the same. Of frames that only grow all do, where values need not be found again. */
export const slides = ({ aggregate }: OverCall): boolean => aggregate?.retract !== undefined;
export const onlyGrows = ({ start }: OverFrame): boolean => start === Number.NEGATIVE_INFINITY;

/** Groups the calls by frame, and lays out their slots behind `own` slots of the operator. */
export function slidingGroups(
  calls: readonly OverCall[],
  input: Schema,
  isSliding: (call: OverCall) => boolean,
  exact: boolean,
  own: readonly SlotKind[] = [],
): { slots: SlotKind[]; groups: SlidingGroup[] } {
  const slots = [...own];
  const byFrame = new Map<string, number[]>();
  for (const [i, call] of calls.entries()) {
    if (!isSliding(call)) continue;
    const { unit, start, end } = call.frame;
    const key = `${unit} ${start} ${end} ${exact && isAnew(call, input)} ${call.distinct ? call.argument : ''}`;
    byFrame.set(key, [...(byFrame.get(key) ?? []), i]);
  }
  const groups = [...byFrame.values()].map((indexes): SlidingGroup => {
    const { frame, distinct, argument } = calls[indexes[0]!]!;
    const firstSlot = indexes.map((i) => {
      const first = slots.length;
      slots.push(...calls[i]!.aggregate!.slots(argumentType(asAggregate(calls[i]!), input), !onlyGrows(frame)));
      return first;
    });
    return {
      frame,
      calls: indexes,
      anew: exact && isAnew(calls[indexes[0]!]!, input),
      distinct: distinct ? argument : undefined,
      firstSlot,
    };
  });
  return { slots, groups };
}

function isAnew({ frame, argument, aggregate }: OverCall, input: Schema): boolean {
  if (aggregate!.kept !== undefined) return !onlyGrows(frame);
  if (onlyGrows(frame) || argument === undefined || aggregate!.name === 'COUNT') return false;
  const { root } = input.fields[argument]!.type;
  return root === 'FLOAT' || root === 'DOUBLE';
}

export const asAggregate = ({ aggregate, argument, type, name }: OverCall): AggregateCall => ({
  function: aggregate!,
  argument,
  distinct: false,
  filter: undefined,
  type,
  name,
});

export interface SlidingOptions {
  readonly codegen: CodegenContext;
  readonly store: RowStore;
  /** Has the slots. */
  readonly table: RowTable;
  readonly slots: readonly SlotKind[];
  readonly group: SlidingGroup;
  readonly calls: readonly OverCall[];
  readonly input: Schema;
  /** Makes room for the texts of a batch whose rows are added. */
  readonly beforeRun?: ((batch: Batch) => void) | undefined;
  /** The values of a DISTINCT argument. */
  readonly values: FrameValues | undefined;
}

/** Computes the calls of one group: gathers steps over rows of any partitions, and runs them together. */
export class SlidingCalls {
  readonly #codegen: CodegenContext;
  /** Whether values are written one by one, because the next step changes what they refer to. */
  readonly #singly: boolean;
  /** Which of the group's calls have texts of state rows. */
  readonly #texts: readonly number[];
  readonly #store: RowStore;
  readonly #group: SlidingGroup;
  readonly #slide: SlideFunction;
  readonly #kept: KeptFrames;
  readonly #values: FrameValues | undefined;
  readonly #batch: Batch;
  readonly #read: (Column | undefined)[];
  readonly #addresses: IntVector;
  readonly #rows = new Int32Array(BATCH_ROWS);
  readonly #kinds = new Uint8Array(BATCH_ROWS);
  readonly #emits = new Int32Array(BATCH_ROWS);
  readonly #beforeRun: ((batch: Batch) => void) | undefined;
  #steps = 0;
  #out: readonly Column[] = [];
  /** Of the partition in hand: its rows, its state row, and the places that are added up. */
  #partition!: Int32Array;
  #row = 0;
  #low = 0;
  #high = 0;

  constructor({ codegen, store, table, slots, group, calls, input, beforeRun, values }: SlidingOptions) {
    this.#codegen = codegen;
    this.#store = store;
    this.#group = group;
    this.#beforeRun = beforeRun;
    this.#values = values;
    const own = group.calls.map((i) => asAggregate(calls[i]!));
    const keeping = own.flatMap(({ function: { kept: results } }, position) =>
      results === undefined ? [] : [{ position, offset: table.slotOffsets[group.firstSlot[position]!]!, results }],
    );
    this.#kept = new KeptFrames(codegen, table, keeping);
    this.#texts = own.flatMap(({ function: { kept }, type }, i) => (kept === undefined && storageOf(type) === 'bytes' ? [i] : []));
    this.#singly = keeping.length > 0 || this.#texts.length > 0;
    const layout = { slots, firstSlot: group.firstSlot, rowCount: undefined };
    this.#slide = new AggregateCodegen(codegen, table, layout, own, input).slide(!onlyGrows(group.frame));
    const read = new Set([...own.flatMap(({ argument }) => (argument === undefined ? [] : [argument])), ...(values?.columns ?? [])]);
    this.#read = input.fields.map(({ type }, i) => (read.has(i) ? new Column(codegen.memory, type) : undefined));
    this.#batch = new Batch(this.#read as Column[]);
    this.#addresses = new IntVector(codegen.memory);
  }

  get frame(): OverFrame {
    return this.#group.frame;
  }

  /** The columns of the node's calls, to be filled from now on. */
  fill(columns: readonly Column[]): void {
    this.#out = this.#group.calls.map((i) => columns[i]!);
    for (const column of this.#out) column.hasNulls = false;
    this.#kept.begin(this.#out);
  }

  /** Takes up a partition, of which the rows from `low` up to `high` are in its state row. */
  begin(partition: Int32Array, row: number, low: number, high: number): void {
    this.#partition = partition;
    this.#row = row;
    this.#low = low;
    this.#high = high;
  }

  /** The frame of the row that is written at `at`. */
  move({ start, end }: FrameCursor, at: number): void {
    if (this.#group.anew) this.#addAnew(start, end);
    else this.#slideTo(start, end);
    this.#step(0, SlideStep.none, at);
  }

  /** Takes back the rows before a place, which later frames do not reach. */
  leave(start: number): void {
    for (; this.#low < Math.min(start, this.#high); this.#low++) this.#step(this.#partition[this.#low]!, SlideStep.takeBack, -1);
  }

  #slideTo(start: number, end: number): void {
    this.leave(start);
    if (this.#low < start) this.#low = this.#high = start;
    for (; this.#high < end; this.#high++) this.#step(this.#partition[this.#high]!, SlideStep.add, -1);
  }

  #addAnew(start: number, end: number): void {
    if (this.#values !== undefined)
      for (; this.#low < this.#high; this.#low++) this.#step(this.#partition[this.#low]!, SlideStep.forget, -1);
    this.#step(0, SlideStep.reset, -1);
    for (let place = start; place < end; place++) this.#step(this.#partition[place]!, SlideStep.add, -1);
    this.#low = start;
    this.#high = end;
  }

  #step(address: number, kind: number, emit: number): void {
    if (this.#steps === BATCH_ROWS) this.run();
    const n = this.#steps++;
    this.#addresses.view[n] = address;
    this.#rows[n] = this.#row;
    this.#kinds[n] = kind;
    this.#emits[n] = emit;
  }

  /** Runs the steps gathered so far. */
  run(): void {
    if (this.#steps === 0) return;
    this.#store.read(this.#addresses, this.#steps, this.#read);
    this.#batch.rowCount = this.#steps;
    this.#beforeRun?.(this.#batch);
    this.#values?.settle(this.#batch, this.#kinds, this.#steps);
    if (this.#singly) this.#runSingly();
    else this.#slideSteps(0, this.#steps);
    this.#steps = 0;
  }

  #slideSteps(from: number, to: number): void {
    this.#slide(this.#batch, this.#rows, this.#kinds, this.#emits, this.#out, from, to);
  }

  /** The text of a state row is overwritten by its next one: it is copied before. Lists are as they are for one row only. */
  #runSingly(): void {
    const { arena } = this.#codegen;
    for (let from = 0; from < this.#steps; ) {
      let to = from + 1;
      while (to < this.#steps && this.#emits[to - 1]! < 0) to++;
      this.#slideSteps(from, to);
      const at = this.#emits[to - 1]!;
      if (at >= 0) {
        for (const place of this.#texts) if (!this.#out[place]!.isNull(at)) copyText(arena, this.#out[place]!, at);
        this.#kept.write(this.#rows[to - 1]!, at);
      }
      from = to;
    }
  }

  close(): void {
    for (const column of this.#read) column?.free();
    this.#addresses.free();
  }
}

function copyText(arena: StringArena, column: Column, at: number): void {
  const byteSize = (column.aux as Int32Array)[at]!;
  const copy = arena.ensure(byteSize);
  const address = (column.values as Int32Array)[at]! >>> 0;
  arena.memory.u8.copyWithin(copy, address, address + byteSize);
  (column.values as Int32Array)[at] = arena.take(byteSize) | 0;
}
