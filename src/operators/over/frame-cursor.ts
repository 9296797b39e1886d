import type { RowComparison } from '../../codegen/row-order.ts';
import type { OverFrame } from '../../plan/nodes/node.ts';
import type { OrderKey } from './order-key.ts';

/** The rows of a partition that a row is equal to by the order, from `start` up to `end`. */
export class PeerCursor {
  readonly #order: RowComparison;
  #rows!: Int32Array;
  #count = 0;
  start = 0;
  end = 0;

  constructor(order: RowComparison) {
    this.#order = order;
  }

  begin(rows: Int32Array, count: number): void {
    this.#rows = rows;
    this.#count = count;
    this.start = this.end = 0;
  }

  move(place: number): void {
    if (place >= this.start && place < this.end) return;
    const rows = this.#rows;
    const row = rows[place]!;
    const least = place >= this.end ? this.end : 0;
    let start = place;
    while (start > least && this.#order(rows[start - 1]!, row) === 0) start--;
    let end = place + 1;
    while (end < this.#count && this.#order(rows[end]!, row) === 0) end++;
    this.start = start;
    this.end = end;
  }
}

/** The frame of each row of a partition, from `start` up to `end`; both only grow from row to row. */
export class FrameCursor {
  readonly #frame: OverFrame;
  readonly #peers: PeerCursor;
  readonly #key: OrderKey | undefined;
  #rows!: Int32Array;
  #count = 0;
  start = 0;
  end = 0;

  constructor(frame: OverFrame, peers: PeerCursor, key: OrderKey | undefined) {
    this.#frame = frame;
    this.#peers = peers;
    this.#key = key;
  }

  /** The peers' cursor has begun, too. */
  begin(rows: Int32Array, count: number): void {
    this.#rows = rows;
    this.#count = count;
    this.start = this.end = 0;
  }

  move(place: number): void {
    const { unit, start, end } = this.#frame;
    const first = start === Number.NEGATIVE_INFINITY ? 0 : unit === 'rows' ? place + start : this.#rangeStart(place, start);
    const last = end === Number.POSITIVE_INFINITY ? this.#count : unit === 'rows' ? place + end + 1 : this.#rangeEnd(place, end);
    this.start = Math.min(Math.max(first, 0), this.#count);
    this.end = Math.min(Math.max(last, this.start), this.#count);
  }

  #rangeStart(place: number, distance: number): number {
    this.#peers.move(place);
    if (distance === 0 || this.#key!.isNull(this.#rows[place]!)) return this.#peers.start;
    return this.firstAt(this.#rows[place]!, distance, this.#count);
  }

  #rangeEnd(place: number, distance: number): number {
    this.#peers.move(place);
    if (distance === 0 || this.#key!.isNull(this.#rows[place]!)) return this.#peers.end;
    return this.firstAt(this.#rows[place]!, distance, this.#count, true);
  }

  /** The first place among the first `count` whose key is at least `distance` behind that of `row`, with `farther` more than that. NULLs are before or behind all others. */
  firstAt(row: number, distance: number, count: number, farther = false): number {
    const key = this.#key!;
    key.bound(row, distance);
    const least = farther ? 1 : 0;
    const nullsFirst = count > 0 && key.isNull(this.#rows[0]!);
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#rows[middle]!;
      if (key.isNull(other) ? nullsFirst : key.compare(other) < least) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
