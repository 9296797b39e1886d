import type { Batch } from '../../data/batch.ts';
import { applyBatch, splitLines } from '../output/apply-batch.ts';
import type { LineEncoder } from '../output/line-encoder.ts';
import { RowBag } from '../output/row-bag.ts';

/** The rows of a result as far as a terminal shows them, as lines of the encoder. */
export interface ResultRows {
  apply(batch: Batch): void;
  /** What fits in `limit` rows: the last ones of a result that only grows, else the first ones. */
  shown(limit: number): string[];
  /** How many rows there are, shown or not. */
  readonly size: number;
}

/** A result that is updated: the rows that its changes come to. */
export class UpdatedRows implements ResultRows {
  readonly #bag = new RowBag();
  readonly #encoder: LineEncoder;

  constructor(encoder: LineEncoder) {
    this.#encoder = encoder;
  }

  get size(): number {
    return this.#bag.size;
  }

  apply(batch: Batch): void {
    applyBatch(this.#bag, this.#encoder.encode(batch), batch);
  }

  shown(limit: number): string[] {
    return this.#bag.first(limit);
  }
}

/** A result that only grows: its last rows. */
export class LastRows implements ResultRows {
  readonly #encoder: LineEncoder;
  readonly #kept: number;
  #lines: string[] = [];
  size = 0;

  /** Keeps the last `kept` rows. */
  constructor(encoder: LineEncoder, kept: number) {
    this.#encoder = encoder;
    this.#kept = kept;
  }

  apply(batch: Batch): void {
    this.size += batch.size;
    const lines = splitLines(this.#encoder.encode(batch, Math.max(0, batch.size - this.#kept)));
    for (const line of lines) this.#lines.push(line);
    if (this.#lines.length > this.#kept * 2) this.#lines = this.#lines.slice(-this.#kept);
  }

  shown(limit: number): string[] {
    return limit <= 0 ? [] : this.#lines.slice(-Math.min(limit, this.#kept));
  }
}
