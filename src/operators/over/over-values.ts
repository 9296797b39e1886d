import type { CodegenContext } from '../../codegen/environment.ts';
import { compileRowOrder, fieldIsNull, type RowComparison } from '../../codegen/row-order.ts';
import type { Batch } from '../../data/batch.ts';
import { IntVector } from '../../data/batch.ts';
import { Column } from '../../data/column.ts';
import type { Schema } from '../../data/schema.ts';
import type { SlotKind } from '../../functions/aggregate-function.ts';
import type { OverCall, SortKey } from '../../plan/nodes/node.ts';
import type { KeyedTable } from '../../state/keyed-table.ts';
import type { RowStore } from '../../state/row-store.ts';
import { FrameCursor, PeerCursor } from './frame-cursor.ts';
import type { FrameValues } from './frame-values.ts';
import { orderKey } from './order-key.ts';
import { EdgePick, ExtremePick, type RowPick } from './row-pick.ts';
import { SlidingCalls, type SlidingGroup } from './sliding-calls.ts';

export interface OverValuesOptions {
  readonly codegen: CodegenContext;
  readonly store: RowStore;
  readonly input: Schema;
  readonly order: readonly SortKey[];
  readonly calls: readonly OverCall[];
  readonly groups: readonly SlidingGroup[];
  readonly slots: readonly SlotKind[];
  /** Has the slots. */
  readonly table: KeyedTable;
  readonly beforeRun?: (batch: Batch) => void;
  /** Of the groups with DISTINCT. */
  readonly distinct: ReadonlyMap<SlidingGroup, FrameValues>;
}

/** A call whose value is that of a row of the store, or 0 for NULL. */
interface Picked {
  readonly call: number;
  readonly argument: number;
  readonly addresses: IntVector;
  readonly cursor: FrameCursor | undefined;
  readonly pick: RowPick | undefined;
  readonly read: (Column | undefined)[];
}

/** What was counted of a partition before the rows in hand. */
export interface CountedBefore {
  readonly rows: bigint;
  readonly peerGroups: bigint;
}

const NOTHING_BEFORE: CountedBefore = { rows: 0n, peerGroups: 0n };

/**
 * Computes the calls of an OVER node for rows of partitions, each partition a list of addresses in order. Aggregates that can take rows back slide
 * from frame to frame; MIN, MAX, first and last values, LAG and LEAD pick the row whose value they are; the others count places.
 */
export class OverValues {
  /** A column for each call. */
  readonly columns: readonly Column[];
  readonly #options: OverValuesOptions;
  readonly #peers: PeerCursor;
  readonly #sliding: readonly { readonly calls: SlidingCalls; readonly cursor: FrameCursor }[];
  readonly #picked: readonly Picked[];
  readonly #counting: readonly { readonly call: OverCall; readonly values: () => Column['values'] }[];
  #rows!: Int32Array;
  #count = 0;
  /** Counting goes on from this place. */
  #first = 0;
  #before = NOTHING_BEFORE;

  constructor(options: OverValuesOptions) {
    const { codegen, store, input, order, calls, groups, slots, table, beforeRun, distinct } = options;
    const { memory } = codegen;
    this.#options = options;
    this.columns = calls.map(({ type }) => new Column(memory, type));
    const { fields } = store;
    const compare = compileRowOrder(
      codegen,
      order.map((key) => ({ ...key, field: fields[key.column]! })),
    ).compare;
    this.#peers = new PeerCursor(compare);
    const key = order.length === 1 ? orderKey(codegen, fields[order[0]!.column]!, order[0]!.descending) : undefined;
    const cursorOf = ({ frame }: Pick<OverCall, 'frame'>): FrameCursor => new FrameCursor(frame, this.#peers, key);
    this.#sliding = groups.map((group) => ({
      calls: new SlidingCalls({ codegen, store, table, slots, group, calls, input, beforeRun, values: distinct.get(group) }),
      cursor: cursorOf(group),
    }));
    const sliding = new Set(groups.flatMap((group) => group.calls));
    this.#picked = calls.flatMap((call, i): Picked[] => {
      if (sliding.has(i) || call.argument === undefined) return [];
      const { argument } = call;
      const read = input.fields.map((_, column) => (column === argument ? this.columns[i] : undefined));
      const isAt = call.what === 'row-at';
      const cursor = isAt ? undefined : cursorOf(call);
      const pick = isAt ? undefined : this.#pickOf(call, argument);
      return [{ call: i, argument, addresses: new IntVector(memory), cursor, pick, read }];
    });
    this.#counting = calls.flatMap((call, i) =>
      sliding.has(i) || call.argument !== undefined ? [] : [{ call, values: () => this.columns[i]!.values }],
    );
  }

  #pickOf({ what, aggregate }: OverCall, argument: number): RowPick {
    const { codegen, store } = this.#options;
    const field = store.fields[argument]!;
    const isNull = fieldIsNull(codegen, field);
    if (what !== 'aggregate') return new EdgePick(isNull, what === 'last-value');
    const descending = aggregate!.name === 'MAX';
    const compare: RowComparison = compileRowOrder(codegen, [{ field, column: argument, descending, nullsFirst: false }]).compare;
    return new ExtremePick(isNull, compare);
  }

  /** Begins new values at 0. */
  fill(): void {
    for (const { calls } of this.#sliding) calls.fill(this.columns);
    for (const { call } of this.#picked) this.columns[call]!.hasNulls = false;
  }

  /**
   * Takes up the first `count` of a partition's rows, whose slots lie at `row`. The first `added` of them have been added up there, as far as
   * frames behind them reach back; where they are `split` from those equal to them, these have been added up with them.
   */
  begin(rows: Int32Array, count: number, row: number, added = 0, before = NOTHING_BEFORE, split = false): void {
    this.#rows = rows;
    this.#count = count;
    this.#first = added;
    this.#before = before;
    this.#peers.begin(rows, count);
    const isWithin = split && this.#isWithinPeers(added);
    for (const { calls, cursor } of this.#sliding) {
      cursor.begin(rows, count);
      const high = isWithin && calls.frame.unit === 'range' ? this.#peers.end : added;
      calls.begin(rows, row, this.#reachOf(cursor, calls.frame, added, isWithin), high);
    }
    for (const { cursor, pick } of this.#picked) {
      cursor?.begin(rows, count);
      pick?.begin(rows);
    }
  }

  /** Whether the row at a place is equal to the one before. */
  #isWithinPeers(place: number): boolean {
    if (place === 0 || place >= this.#count) return false;
    this.#peers.move(place);
    return this.#peers.start < place;
  }

  /** The first place that a frame of rows behind the first `passed` can reach back to; `isWithin`: the next one is equal to the last that passed. */
  #reachOf(cursor: FrameCursor, { unit, start }: OverCall['frame'], passed: number, isWithin: boolean): number {
    if (start === Number.NEGATIVE_INFINITY || passed === 0) return 0;
    if (unit === 'rows') return Math.max(0, passed + start);
    return cursor.firstAt(this.#rows[passed - 1]!, start, passed, !isWithin);
  }

  /** The first place that anything needs when the first `passed` rows are done for good, and none that is equal comes. After begin() with these rows. */
  neededFrom(passed: number): number {
    let first = passed;
    for (const { calls, cursor } of this.#sliding)
      if (Number.isFinite(calls.frame.start)) first = Math.min(first, this.#reachOf(cursor, calls.frame, passed, false));
    for (const { call, cursor } of this.#picked) {
      const { offset, frame } = this.#options.calls[call]!;
      first = Math.min(first, cursor === undefined ? Math.max(0, passed + offset) : this.#reachOf(cursor, frame, passed, false));
    }
    return first;
  }

  /** Values of the rows at `from` up to `to`, written to the columns from `at` on; they are there after finish(). */
  evaluate(from: number, to: number, at: number): void {
    for (const { calls, cursor } of this.#sliding) {
      for (let place = from; place < to; place++) {
        cursor.move(place);
        calls.move(cursor, at + place - from);
      }
    }
    for (const picked of this.#picked) this.#pick(picked, from, to, at);
    for (const counting of this.#counting) this.#countPlaces(counting.call, counting.values(), from, to, at);
  }

  /** Takes back from the state row what frames behind the first `passed` rows do not reach. */
  leave(passed: number): void {
    const isWithin = this.#isWithinPeers(passed);
    for (const { calls, cursor } of this.#sliding)
      if (Number.isFinite(calls.frame.start)) calls.leave(this.#reachOf(cursor, calls.frame, passed, isWithin));
  }

  /** How many rows and peer groups there are before the place `passed`. */
  countedUpTo(passed: number): CountedBefore {
    let { peerGroups } = this.#before;
    if (this.#counting.some(({ call }) => call.what === 'dense-rank')) {
      for (let place = this.#first; place < passed; place = this.#peers.end) if (this.#isNewGroup(place)) peerGroups++;
    }
    return { rows: this.#before.rows + BigInt(passed - this.#first), peerGroups };
  }

  #pick({ call, addresses, cursor, pick }: Picked, from: number, to: number, at: number): void {
    const { view } = addresses;
    const { offset } = this.#options.calls[call]!;
    for (let place = from; place < to; place++) {
      if (cursor === undefined) {
        const other = place + offset;
        view[at + place - from] = other < 0 || other >= this.#count ? 0 : this.#rows[other]!;
      } else {
        cursor.move(place);
        view[at + place - from] = pick!.pick(cursor);
      }
    }
  }

  #countPlaces({ what, offset }: OverCall, values: Column['values'], from: number, to: number, at: number): void {
    const rows = this.#before.rows - BigInt(this.#first);
    if (what === 'dense-rank') return this.#countGroups(values as BigInt64Array, from, to, at);
    for (let place = from; place < to; place++) {
      const n = at + place - from;
      if (what === 'row-number') (values as BigInt64Array)[n] = rows + BigInt(place + 1);
      else if (what === 'ntile') (values as BigInt64Array)[n] = BigInt(partOf(place, this.#count, offset));
      else {
        this.#peers.move(place);
        const { start, end } = this.#peers;
        if (what === 'rank') (values as BigInt64Array)[n] = rows + BigInt(start + 1);
        else (values as Float64Array)[n] = what === 'cume-dist' ? end / this.#count : this.#count === 1 ? 0 : start / (this.#count - 1);
      }
    }
  }

  /** Groups are counted from the first place on. */
  #countGroups(values: BigInt64Array, from: number, to: number, at: number): void {
    let group = this.#before.peerGroups;
    for (let place = this.#first; place < to; place = this.#peers.end) {
      if (this.#isNewGroup(place)) group++;
      for (let n = Math.max(place, from); n < Math.min(this.#peers.end, to); n++) values[at + n - from] = group;
    }
  }

  /** Whether the rows equal to the one at a place are not counted yet. */
  #isNewGroup(place: number): boolean {
    this.#peers.move(place);
    return this.#peers.start >= this.#first;
  }

  /** Makes the values of the first `count` rows complete. */
  finish(count: number): void {
    for (const { calls } of this.#sliding) calls.run();
    for (const { addresses, read } of this.#picked) this.#options.store.read(addresses, count, read);
  }

  close(): void {
    for (const column of this.columns) column.free();
    for (const { calls } of this.#sliding) calls.close();
    for (const { addresses } of this.#picked) addresses.free();
  }
}

/** The part, counted from 1, of a place where `count` rows are dealt into parts of sizes that differ by one at most, larger ones first. */
function partOf(place: number, count: number, parts: number): number {
  const size = Math.floor(count / parts);
  const larger = count % parts;
  const inLarger = larger * (size + 1);
  return place < inLarger ? Math.floor(place / (size + 1)) + 1 : larger + Math.floor((place - inLarger) / size) + 1;
}
