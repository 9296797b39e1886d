import type { Batch } from '../data/batch.ts';
import type { ChannelReader } from './exchange/channel-reader.ts';
import { END_OF_TIME, type OperatorNode } from './operator-node.ts';
import { RowSkip } from './row-skip.ts';
import type { PollResult, SourceReader } from './source.ts';
import type { ChannelNode, SourceNode, SourceStart } from './task-graph.ts';

/** What an entry has read and not sent on. */
type Pending =
  | { readonly kind: 'batch'; readonly batch: Batch }
  | { readonly kind: 'watermark'; readonly time: bigint }
  | { readonly kind: 'idle'; readonly isIdle: boolean }
  | { readonly kind: 'end' };

/** Where rows enter a worker's graph. */
export abstract class Entry {
  /** Number of exchanges that its rows have passed. */
  readonly level: number;
  readonly node: OperatorNode;
  /** All that it has was sent on. */
  hasEnded = false;
  protected pending: Pending | undefined;

  constructor(node: OperatorNode, level: number) {
    this.node = node;
    this.level = level;
  }

  get isEmpty(): boolean {
    return this.pending === undefined;
  }

  /** Whether it is not read from once the run is to halt. */
  abstract readonly pauses: boolean;

  /** Nothing comes from it any more before a checkpoint at which all workers halt. Of entries that are empty. */
  abstract isDrained(checkpoint: number): boolean;

  /** Reads, unless something read before was not sent on. False when there is nothing. */
  poll(): boolean {
    if (this.hasEnded) return false;
    this.pending ??= this.read();
    return this.pending !== undefined;
  }

  protected abstract read(): Pending | undefined;

  /** Sends on what was read. False when it was refused: called again then. */
  push(): boolean {
    const { pending, node } = this;
    switch (pending?.kind) {
      case 'batch':
        if (this.isWanted && !node.offer(pending.batch)) return false;
        break;
      case 'watermark':
        if (!node.advance(pending.time)) return false;
        break;
      case 'idle':
        if (!node.idle(pending.isIdle)) return false;
        break;
      case 'end':
        if (!node.forwardEnd()) return false;
        this.hasEnded = true;
    }
    this.pending = undefined;
    return true;
  }

  /** Whether anybody looks at its rows. */
  protected get isWanted(): boolean {
    return true;
  }

  /** Resolves when poll() may have something. */
  abstract wait(signal: AbortSignal): Promise<void>;
}

/** The entry of a source's rows. */
export class SourceEntry extends Entry {
  readonly source: SourceNode;
  readonly #skip: RowSkip;
  readonly #drain: AbortSignal;
  /** Whether a reader is still at work, for sources that follow others. */
  readonly #isReading: (reader: SourceReader) => boolean;
  /** Whether a batch that was handed out in part before a restart comes to its end before the source stands still. */
  readonly #finishesBatch: boolean;
  /** Event time has been told to be at its end: the end itself is next. */
  #isEnding = false;

  constructor(
    source: SourceNode,
    start: SourceStart | undefined,
    drain: AbortSignal,
    isReading: (reader: SourceReader) => boolean,
    finishesBatch = false,
  ) {
    super(source.node, 0);
    this.#finishesBatch = finishesBatch;
    this.source = source;
    this.#skip = new RowSkip(source.reader, start?.rowsAhead ?? 0);
    this.#drain = drain;
    this.#isReading = isReading;
    this.hasEnded = start?.ended ?? false;
  }

  /** Rows to pass over that were handed out before a restart. */
  get rowsAhead(): number {
    return this.#skip.left;
  }

  /** What comes of other sources' rows has to go on. */
  get pauses(): boolean {
    return this.source.follows === undefined && this.isDrained();
  }

  isDrained(): boolean {
    return this.isEmpty && !(this.#finishesBatch && this.rowsAhead > 0);
  }

  /** It may have more to read. */
  get isReading(): boolean {
    return !this.hasEnded && !this.#isEnding && this.pending?.kind !== 'watermark';
  }

  /** What comes of its rows beside them piles up: it is not read from for now. */
  get isHeldBack(): boolean {
    return this.source.isHeldBack?.() === true;
  }

  protected read(): Pending | undefined {
    if (this.#isEnding) return { kind: 'end' };
    const { source } = this;
    const result = source.follows === undefined ? this.#pollSource() : this.#pollFollower(source.follows);
    if (result === 'end') {
      this.#isEnding = true;
      return { kind: 'watermark', time: END_OF_TIME };
    }
    if (source.splits.active !== source.reader.activeSplits) source.splits.active = source.reader.activeSplits;
    if (result === 'idle') return undefined;
    source.splits.current = source.reader.split;
    return { kind: 'batch', batch: result };
  }

  #pollSource(): PollResult {
    if (this.#drain.aborted || !this.isWanted) return 'end';
    return this.isHeldBack ? 'idle' : this.#skip.poll();
  }

  #pollFollower(follows: readonly SourceReader[]): PollResult {
    const result = this.source.reader.poll();
    return result === 'idle' && !follows.some(this.#isReading) ? 'end' : result;
  }

  /** Once all that its rows can reach is satisfied, nobody looks at the rest of them. */
  protected override get isWanted(): boolean {
    const { limits } = this.source;
    return limits.length === 0 || limits.some((limit) => !limit.done);
  }

  wait(signal: AbortSignal): Promise<void> {
    return this.source.reader.wait(signal);
  }

  free(): void {
    this.#skip.free();
  }
}

/** The entry of what another worker sends. */
export class ChannelEntry extends Entry {
  readonly reader: ChannelReader;
  readonly pauses = false;

  constructor({ node, level, reader }: ChannelNode) {
    super(node, level);
    this.reader = reader;
    // It had ended before the checkpoint that the job goes on from.
    this.hasEnded = reader.hasEnded;
  }

  protected read(): Pending | undefined {
    const result = this.reader.poll();
    if (result === 'nothing') return undefined;
    if (result === 'end') return { kind: 'end' };
    return 'kind' in result && typeof result.kind === 'string' ? result : { kind: 'batch', batch: result as Batch };
  }

  isDrained(checkpoint: number): boolean {
    return this.isEmpty && this.reader.isMarked(checkpoint);
  }

  wait(): Promise<void> {
    return this.reader.wait();
  }
}
