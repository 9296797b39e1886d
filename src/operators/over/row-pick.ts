import type { FieldTest, RowComparison } from '../../codegen/row-order.ts';
import type { FrameCursor } from './frame-cursor.ts';

/** Says which row of each frame has the value that a call gives; 0 for none. Frames only move on. */
export interface RowPick {
  begin(rows: Int32Array): void;
  pick(frame: FrameCursor): number;
}

/**
 * The least row of a frame by a comparison: a queue of places, each of a row that is less than all behind it. Rows whose value is NULL do not
 * count. Of equal rows the first is taken.
 */
export class ExtremePick implements RowPick {
  readonly #isNull: FieldTest;
  readonly #compare: RowComparison;
  #rows!: Int32Array;
  #queue = new Int32Array(64);
  #head = 0;
  #tail = 0;
  #next = 0;

  constructor(isNull: FieldTest, compare: RowComparison) {
    this.#isNull = isNull;
    this.#compare = compare;
  }

  begin(rows: Int32Array): void {
    this.#rows = rows;
    this.#head = this.#tail = this.#next = 0;
  }

  pick({ start, end }: FrameCursor): number {
    this.#next = Math.max(this.#next, start);
    for (; this.#next < end; this.#next++) if (!this.#isNull(this.#rows[this.#next]!)) this.#push(this.#next);
    while (this.#head < this.#tail && this.#queue[this.#head]! < start) this.#head++;
    return this.#head < this.#tail ? this.#rows[this.#queue[this.#head]!]! : 0;
  }

  #push(place: number): void {
    const rows = this.#rows;
    while (this.#tail > this.#head && this.#compare(rows[place]!, rows[this.#queue[this.#tail - 1]!]!) < 0) this.#tail--;
    if (this.#tail === this.#queue.length) this.#makeRoom();
    this.#queue[this.#tail++] = place;
  }

  #makeRoom(): void {
    const used = this.#queue.subarray(this.#head, this.#tail);
    const larger = used.length * 2 > this.#queue.length ? new Int32Array(this.#queue.length * 2) : this.#queue;
    larger.set(used);
    this.#queue = larger;
    this.#tail -= this.#head;
    this.#head = 0;
  }
}

/** The first or the last row of a frame whose value is not NULL. */
export class EdgePick implements RowPick {
  readonly #isNull: FieldTest;
  readonly #last: boolean;
  #rows!: Int32Array;
  #next = 0;
  /** The last place before #next that has a value. */
  #found = -1;

  constructor(isNull: FieldTest, last: boolean) {
    this.#isNull = isNull;
    this.#last = last;
  }

  begin(rows: Int32Array): void {
    this.#rows = rows;
    this.#next = 0;
    this.#found = -1;
  }

  pick({ start, end }: FrameCursor): number {
    this.#next = Math.max(this.#next, start);
    if (!this.#last) {
      while (this.#next < end && this.#isNull(this.#rows[this.#next]!)) this.#next++;
      return this.#next < end ? this.#rows[this.#next]! : 0;
    }
    for (; this.#next < end; this.#next++) if (!this.#isNull(this.#rows[this.#next]!)) this.#found = this.#next;
    return this.#found >= start ? this.#rows[this.#found]! : 0;
  }
}
