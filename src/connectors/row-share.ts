import { SqlError } from '../common/errors.ts';

/** Which of how many readers. */
export interface Subtask {
  readonly index: number;
  readonly count: number;
}

/** Numbers of rows that are made one after the other: a run from `next` on, further runs every `step`, all below `end`. */
export interface Stride {
  readonly next: number;
  readonly step: number;
  readonly end: number;
  /** The split that its rows are of. */
  readonly split: number;
}

/** What a source's position says of it. Plain JSON. */
export interface SharePosition {
  /** The first number of the reader's own that lies behind all of `behind`. */
  readonly next: number;
  /** What other readers had left, when there was another number of them. Absent where there is nothing of it. */
  readonly behind?: readonly Stride[];
}

/**
 * The share that one of several readers has of rows 0, 1, 2, ...: of each `count` runs of `run` rows one. When the number of readers changes,
 * some are farther than others: what those behind have left to make, up to the farthest, is dealt out in the same way and comes first. Each
 * piece of it is a split of its own, because its rows are older than those of the next piece.
 */
export class RowShare {
  readonly #run: number;
  readonly #rowCount: number;
  readonly #subtask: Subtask;
  #own: Stride;
  /** The one that is farthest behind comes first. */
  #behind: Stride[] = [];
  activeSplits: ReadonlySet<number>;

  /** `rowCount` is Infinity where rows do not end. */
  constructor(run: number, rowCount: number, subtask: Subtask) {
    this.#run = run;
    this.#rowCount = rowCount;
    this.#subtask = subtask;
    this.#own = this.#ownFrom(0);
    this.activeSplits = this.#active();
  }

  /** What is to be made next. */
  get current(): Stride {
    return this.#behind[0] ?? this.#own;
  }

  /** Whether it was left by another reader, and has been due for long. */
  get isBehind(): boolean {
    return this.#behind.length > 0;
  }

  /** The next number of the reader's own. */
  get next(): number {
    return this.#own.next;
  }

  get hasEnded(): boolean {
    return !this.isBehind && this.#own.next >= this.#rowCount;
  }

  /** The current stride was made up to this number. */
  advanceTo(next: number): void {
    const [first, ...rest] = this.#behind;
    if (first === undefined) {
      this.#own = { ...this.#own, next };
      if (this.hasEnded) this.activeSplits = this.#active();
      return;
    }
    this.#behind = next >= first.end ? rest : [{ ...first, next }, ...rest].sort(byNext);
    this.activeSplits = this.#active();
  }

  position(): SharePosition {
    return { next: this.#own.next, ...(this.isBehind && { behind: this.#behind }) };
  }

  restore({ next, behind = [] }: SharePosition): void {
    this.#own = this.#ownFrom(next);
    this.#behind = [...behind];
    this.activeSplits = this.#active();
  }

  /** Takes this reader's share of what all readers before had left. */
  rescale(positions: readonly SharePosition[]): void {
    const { index, count } = this.#subtask;
    const run = this.#run;
    const base = Math.ceil(Math.max(...positions.map(({ next }) => next)) / run) * run;
    const step = run * positions.length;
    const left = positions.flatMap(({ next, behind = [] }) => [...behind, { next, step, end: Math.min(base, this.#rowCount) }]);
    this.#own = this.#ownFrom(base);
    this.#behind = left
      .map(({ next, step, end }, i) => {
        const first = index === 0 ? next : Math.floor(next / run) * run + index * step;
        return { next: first, step: step * count, end, split: count + i };
      })
      .filter(({ next, end }) => next < end)
      .sort(byNext);
    this.activeSplits = this.#active();
  }

  /** The reader's own numbers from one on. */
  #ownFrom(number: number): Stride {
    const { index, count } = this.#subtask;
    const run = Math.floor(number / this.#run);
    const ahead = (((index - run) % count) + count) % count;
    const next = ahead === 0 ? number : (run + ahead) * this.#run;
    return { next, step: this.#run * count, end: this.#rowCount, split: index };
  }

  /** What is left by others is older than all of the reader's own. */
  #active(): ReadonlySet<number> {
    if (this.isBehind) return new Set(this.#behind.map(({ split }) => split));
    return new Set(this.hasEnded ? [] : [this.#own.split]);
  }
}

const byNext = (a: Stride, b: Stride): number => a.next - b.next;

/** Reads a position whose next number is called `key`. Throws MS1304 where it is not one of a source of this connector. */
export function readShare(position: unknown, key: string, connector: string): SharePosition {
  const { [key]: next, behind = [] } = (position ?? {}) as { [key: string]: unknown };
  const isSound = Number.isSafeInteger(next) && Array.isArray(behind) && behind.every(isStride);
  if (!isSound) throw new SqlError('MS1304', `${JSON.stringify(position)} is no position of a ${connector} source`);
  return { next: next as number, behind: behind as Stride[] };
}

const isStride = (stride: unknown): boolean => {
  const { next, step, end, split } = (stride ?? {}) as Record<keyof Stride, unknown>;
  return [next, step, end, split].every(Number.isSafeInteger);
};
