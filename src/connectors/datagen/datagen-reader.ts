import { SqlError } from '../../common/errors.ts';
import { freshSeed } from '../../common/random.ts';
import { Batch } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import { clearNullsDeep } from '../../data/nulls.ts';
import { StringArena } from '../../data/string-arena.ts';
import type { PollResult, Progress, SourceContext, SourceReader } from '../../runtime/source.ts';
import { RateSchedule } from '../rate/rate-schedule.ts';
import { RowShare, readShare } from '../row-share.ts';
import { FieldOptions } from './field-options.ts';
import type { Generator } from './generator.ts';
import { createGenerators, pathsOf } from './generators.ts';

const MAX_TEXT_BYTES = 64 * 1024 * 1024;
const TWO_32 = 4_294_967_296;

/** Generates rows at the asked rate. Of N subtasks, number i makes the rows whose number is i modulo N. */
export class DatagenReader implements SourceReader {
  split: number;
  readonly bytesRead = 0;
  readonly #context: SourceContext;
  readonly #schedule: RateSchedule;
  readonly #batch: Batch;
  readonly #generators: readonly Generator[];
  readonly #arena: StringArena;
  readonly #batchRows: number;
  readonly #rowCount: number;
  readonly #share: RowShare;
  #seed: bigint;
  /** The clock's reading at which the first row was due; unset until the first poll. */
  #clockStart: number | undefined;

  constructor(context: SourceContext) {
    const { options, schema, kernels, subtask } = context;
    this.#context = context;
    this.#schedule = new RateSchedule(readRate(context), 0);
    this.#rowCount = readRowCount(context);
    this.#seed = options.get('seed') === undefined ? BigInt(freshSeed()) : options.bigint('seed');
    const generators = createGenerators(schema.fields, new FieldOptions(options));
    this.#generators = schema.fields.map((field) => generators.get(field.name)!);
    this.#batch = new Batch(schema.fields.map((field) => new Column(kernels.memory, field.type)));
    this.#arena = new StringArena(kernels.memory);
    const textBytes = this.#generators.reduce((sum, generator) => sum + generator.textBytes, 0);
    this.#batchRows = Math.max(1, Math.min(BATCH_ROWS, Math.floor(MAX_TEXT_BYTES / Math.max(1, textBytes))));
    this.split = subtask.index;
    this.#share = new RowShare(1, this.#rowCount, subtask);
  }

  get activeSplits(): ReadonlySet<number> {
    return this.#share.activeSplits;
  }

  poll(): PollResult {
    if (this.#share.hasEnded) return 'end';
    const { next, step, end, split } = this.#share.current;
    const due = this.#share.isBehind ? end : Math.min(end, this.#dueRows());
    const rowCount = Math.min(this.#batchRows, rowsBefore(Math.min(due, nextCrossing(next)), next, step));
    if (rowCount <= 0) return 'idle';
    this.#fill(next, rowCount, step);
    this.split = split;
    this.#share.advanceTo(next + rowCount * step);
    return this.#batch;
  }

  #dueRows(): number {
    return this.#schedule.dueWithin(this.#context.clock.monotonic() - this.#startOfClock());
  }

  wait(signal: AbortSignal): Promise<void> {
    if (this.#share.hasEnded || this.#share.isBehind) return Promise.resolve();
    const { clock } = this.#context;
    const dueMs = this.#startOfClock() + this.#schedule.dueMs(this.#share.next);
    return clock.sleep(Math.max(1, dueMs - clock.monotonic()), signal);
  }

  position(): unknown {
    const { next, ...rest } = this.#share.position();
    return { row: next, seed: String(this.#seed), ...rest };
  }

  /** Throws MS1304 when the position is not one of this source. */
  restore(position: unknown): void {
    this.#seed = readSeed(position);
    this.#share.restore(readShare(position, 'row', 'datagen'));
    this.#clockStart = undefined;
  }

  /** Without the option each reader before had a seed of its own: one of them is that of all now. Throws as restore(). */
  rescale(positions: readonly unknown[]): void {
    this.#seed = readSeed(positions[0]);
    this.#share.rescale(positions.map((position) => readShare(position, 'row', 'datagen')));
    this.#clockStart = undefined;
  }

  progress(): Progress | undefined {
    if (!Number.isFinite(this.#rowCount)) return undefined;
    return { done: Math.min(this.#share.next, this.#rowCount), total: this.#rowCount };
  }

  close(): Promise<void> {
    for (const column of this.#batch.columns) column.free();
    this.#arena.free();
    return Promise.resolve();
  }

  #startOfClock(): number {
    this.#clockStart ??=
      this.#context.clock.monotonic() - this.#schedule.dueMs(Math.max(0, this.#share.next - this.#context.subtask.index));
    return this.#clockStart;
  }

  #fill(first: number, rowCount: number, step: number): void {
    const batch = this.#batch;
    this.#arena.reset();
    const { clock, kernels } = this.#context;
    const range = { seed: this.#seed, first, step, rowCount, nowMs: clock.now(), arena: this.#arena, kernels };
    for (const [i, generator] of this.#generators.entries()) {
      clearNullsDeep(batch.columns[i]!);
      generator.fill(batch.columns[i]!, range);
    }
    batch.rowCount = rowCount;
    batch.selection = null;
    batch.kinds = null;
  }
}

function readSeed(position: unknown): bigint {
  const { seed } = (position ?? {}) as { seed?: unknown };
  if (typeof seed === 'string' && /^-?\d{1,20}$/.test(seed)) return BigInt(seed);
  throw new SqlError('MS1304', `${JSON.stringify(position)} is no position of a datagen source`);
}

/** How many of the rows `next`, `next + step`, ... lie before `end`. */
const rowsBefore = (end: number, next: number, step: number): number => Math.ceil((end - next) / step);

/** Rows of a batch share all but the low 32 bits of their numbers. */
const nextCrossing = (row: number): number => (Math.floor(row / TWO_32) + 1) * TWO_32;

function readRate({ options }: SourceContext): number {
  const rate = options.bigint('rows-per-second');
  if (rate >= 1n) return Number(rate);
  throw new SqlError('MS1304', `'rows-per-second' is ${rate}, but must be at least 1`);
}

/** Rows until the end: number-of-rows, or what the shortest sequence has, read or not. Checks all options of the table's columns. */
function readRowCount({ options, tableSchema }: SourceContext): number {
  const fieldOptions = new FieldOptions(options);
  const generators = createGenerators(tableSchema.fields, fieldOptions);
  fieldOptions.checkAllUsed(pathsOf(tableSchema.fields));
  const limits = [...generators.values()].map((generator) => generator.rowLimit);
  const asked = options.get('number-of-rows');
  if (asked !== undefined && (asked as bigint) < 0n) throw new SqlError('MS1304', `'number-of-rows' is ${asked}, but must be at least 0`);
  return Math.min(asked === undefined ? Number.POSITIVE_INFINITY : Number(asked), ...limits);
}
