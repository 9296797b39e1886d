import { SqlError } from '../../common/errors.ts';
import { Batch } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import { StringArena } from '../../data/string-arena.ts';
import type { PollResult, Progress, SourceContext, SourceReader } from '../../runtime/source.ts';
import { RowShare, readShare } from '../row-share.ts';
import { type Fill, planFills } from './nexmark-columns.ts';
import { type NexmarkSettings, readNexmarkSettings } from './nexmark-options.ts';

/** Most bytes of text a batch may take; with very large events a batch has fewer rows. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/**
 * Generates NEXMark events. Event n is the same whoever makes it: of N subtasks, number i makes the blocks of 4,096 events
 * whose number is i modulo N, one batch a block.
 */
export class NexmarkReader implements SourceReader {
  split: number;
  readonly bytesRead = 0;
  readonly #context: SourceContext;
  readonly #settings: NexmarkSettings;
  readonly #batch: Batch;
  readonly #fills: readonly Fill[];
  readonly #arena: StringArena;
  readonly #config: number;
  readonly #batchRows: number;
  /** The split of a reader that has no more events and does not end. */
  readonly #alive: ReadonlySet<number>;
  readonly #share: RowShare;
  #baseTime: bigint;
  /** The clock's reading at which event time stood at the base time; unset until the first poll. */
  #clockStart: number | undefined;

  constructor(context: SourceContext) {
    const { kernels, schema, subtask } = context;
    this.#context = context;
    this.#settings = readNexmarkSettings(context.options, context.clock.now());
    this.#baseTime = this.#settings.baseTime;
    this.#batch = new Batch(schema.fields.map((field) => new Column(kernels.memory, field.type)));
    this.#fills = planFills(schema.fields, this.#batch.columns, this.#settings);
    this.#batchRows = this.#affordableRows();
    this.#arena = new StringArena(kernels.memory);
    this.#config = kernels.memory.alloc(kernels.nexmarkConfigSize());
    this.#writeConfig();
    kernels.nexmarkPrepare(this.#config);
    this.split = subtask.index;
    this.#alive = new Set([subtask.index]);
    this.#share = new RowShare(BATCH_ROWS, this.#settings.eventCount, subtask);
  }

  get activeSplits(): ReadonlySet<number> {
    return this.#share.hasEnded && this.#settings.keepAlive ? this.#alive : this.#share.activeSplits;
  }

  poll(): PollResult {
    if (this.#share.hasEnded) return this.#settings.keepAlive ? 'idle' : 'end';
    const { next: first, step, end, split } = this.#share.current;
    const blockEnd = first - (first % BATCH_ROWS) + BATCH_ROWS;
    const last = Math.min(blockEnd, end, first + this.#batchRows, this.#share.isBehind ? end : this.#dueEvents());
    if (last <= first) return 'idle';
    this.#fill(first, last - first);
    this.split = split;
    this.#share.advanceTo(last === blockEnd ? last - BATCH_ROWS + step : last);
    return this.#batch;
  }

  wait(signal: AbortSignal): Promise<void> {
    const { clock } = this.#context;
    if (this.#share.hasEnded) return clock.sleep(2 ** 31 - 1, signal);
    if (!this.#settings.paced || this.#share.isBehind) return Promise.resolve();
    const due = this.#startOfClock() + this.#offsetMs(this.#share.next);
    return clock.sleep(Math.max(1, due - clock.monotonic()), signal);
  }

  /** The next event's number, and the base time, which 'now' leaves to the first run. */
  position(): unknown {
    const { next, ...rest } = this.#share.position();
    return { event: next, baseTime: String(this.#baseTime), ...rest };
  }

  /** Throws MS1304 when the position is not one of this source. */
  restore(position: unknown): void {
    this.#share.restore(readShare(position, 'event', 'nexmark'));
    this.#goOnFrom(readBaseTime(position));
  }

  /** Of the base times that 'now' gave the readers before, the first counts. Throws as restore(). */
  rescale(positions: readonly unknown[]): void {
    this.#share.rescale(positions.map((position) => readShare(position, 'event', 'nexmark')));
    this.#goOnFrom(positions.map(readBaseTime).reduce((least, time) => (time < least ? time : least)));
  }

  #goOnFrom(baseTime: bigint): void {
    this.#baseTime = baseTime;
    this.#clockStart = undefined;
    this.#writeConfig();
  }

  progress(): Progress | undefined {
    const total = this.#settings.eventCount;
    return Number.isFinite(total) ? { done: Math.min(this.#share.next, total), total } : undefined;
  }

  close(): Promise<void> {
    const { kernels } = this.#context;
    for (const column of this.#batch.columns) column.free();
    this.#arena.free();
    kernels.memory.free(this.#config, kernels.nexmarkConfigSize());
    return Promise.resolve();
  }

  #fill(first: number, rowCount: number): void {
    const { kernels } = this.#context;
    const batch = this.#batch;
    this.#arena.reset();
    let textAt = this.#arena.ensure(this.#textBytes(rowCount));
    for (const { number, address, auxAddress } of this.#fills) {
      textAt = kernels.nexmarkFill(this.#config, number, first, rowCount, address, auxAddress, textAt) >>> 0;
    }
    this.#nullFields(rowCount);
    batch.rowCount = rowCount;
    batch.selection = null;
    batch.kinds = null;
  }

  /** A field of a ROW that is null is null. */
  #nullFields(rowCount: number): void {
    const { u8 } = this.#context.kernels.memory;
    for (const { nullsAddress, children } of this.#batch.columns) {
      for (const child of children) {
        u8.copyWithin(child.nullsAddress, nullsAddress, nullsAddress + rowCount);
        child.hasNulls = true;
      }
    }
  }

  #textBytes(rowCount: number): number {
    const { persons, auctions, bids } = this.#settings;
    const rounds = Math.ceil(rowCount / (persons + auctions + bids)) + 1;
    return this.#fills.reduce((sum, { textBytes, share }) => sum + textBytes * Math.min(rowCount, rounds * share), 256);
  }

  #affordableRows(): number {
    let rows = BATCH_ROWS;
    while (rows > 1 && this.#textBytes(rows) > MAX_TEXT_BYTES) rows >>= 1;
    return rows;
  }

  // ---- pacing by the clock ----

  /** Event time of an event, in milliseconds after the base time. */
  #offsetMs(event: number): number {
    return Math.floor(((event + 1) * (1e6 / this.#settings.eventsPerSecond)) / 1000);
  }

  #startOfClock(): number {
    this.#clockStart ??= this.#context.clock.monotonic() - this.#offsetMs(this.#share.next - 1);
    return this.#clockStart;
  }

  /** How many events, from the first on, are due by now. */
  #dueEvents(): number {
    if (!this.#settings.paced) return Number.POSITIVE_INFINITY;
    const elapsedMs = Math.floor(this.#context.clock.monotonic() - this.#startOfClock());
    return Math.floor(((elapsedMs + 1) * this.#settings.eventsPerSecond - 1) / 1000);
  }

  // ---- the block of settings; its layout is that of kernels/assembly/nexmark-model.ts ----

  #writeConfig(): void {
    const { memory } = this.#context.kernels;
    const settings = this.#settings;
    memory.i64[this.#config >>> 3] = settings.seed;
    memory.i64[(this.#config + 8) >>> 3] = this.#baseTime;
    memory.f64[(this.#config + 16) >>> 3] = 1e6 / settings.eventsPerSecond;
    const round = settings.persons + settings.auctions + settings.bids;
    const numbers = [settings.persons, settings.auctions, round, settings.hotAuctions, settings.hotBidders, settings.hotSellers];
    memory.i32.set([...numbers, settings.personBytes, settings.auctionBytes, settings.bidBytes], (this.#config + 24) >>> 2);
  }
}

function readBaseTime(position: unknown): bigint {
  const { baseTime } = (position ?? {}) as { baseTime?: unknown };
  if (typeof baseTime === 'string' && /^-?\d+$/.test(baseTime)) return BigInt(baseTime);
  throw new SqlError('MS1304', `${JSON.stringify(position)} is no position of a nexmark source`);
}
