import type { HashRange } from './cold-pages.ts';

const HASHES = 2 ** 32;
/** Neighbouring pages whose rows leave memory at once, at most: they have a part of the index in common, which is read once. */
const PAGES_AT_ONCE = 8;
/** A key group is divided in so many parts at least, of so many rows at least: until all groups had their turn, each has only grown. */
const PARTS = 32;
const PART_ROWS = 16;

/**
 * The order in which ranges of hashes leave memory: a part of each key group, then the next part of each. What a row leaves behind is used by
 * rows of its own key group only, so all of them must shrink alike. Neighbours leave at different times (their numbers' bits are reversed), so that
 * a part of the index, which has several of them, always has about as many rows: else it would grow to twice the size. Pages are read again in
 * the order in which they were written.
 */
export class SpillSweep {
  readonly #groups: number;
  #parts = 1;
  #part = 0;
  #group = 0;

  constructor(groups: number) {
    this.#groups = groups;
  }

  /** Ranges in one sweep through all hashes, where there are so many pages, and so many rows in memory. */
  stepsOf(pages: number, rows: number): number {
    const byPages = Math.ceil(pages / PAGES_AT_ONCE / this.#groups);
    const parts = Math.max(1, byPages, Math.min(PARTS, Math.floor(rows / PART_ROWS / this.#groups)));
    return this.#groups * 2 ** Math.ceil(Math.log2(parts));
  }

  next(pages: number, rows: number): HashRange {
    if (this.#group === 0 && this.#part === 0) this.#parts = this.stepsOf(pages, rows) / this.#groups;
    const part = reversed(this.#part, this.#parts);
    const low = this.#start(this.#group, part);
    const high = this.#start(this.#group, part + 1) - 1;
    if (++this.#group === this.#groups) {
      this.#group = 0;
      if (++this.#part === this.#parts) this.#part = 0;
    }
    return { low, high };
  }

  #start(group: number, part: number): number {
    return Math.ceil(((group + part / this.#parts) * HASHES) / this.#groups);
  }
}

/** A number below a power of two with its bits in reversed order. */
function reversed(value: number, end: number): number {
  let result = 0;
  for (let bit = 1, other = end / 2; bit < end; bit *= 2, other /= 2) if ((value & bit) !== 0) result += other;
  return result;
}
