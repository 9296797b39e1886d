import { SqlError } from '../../common/errors.ts';
import { freshSeed } from '../../common/random.ts';
import { Batch } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import { clearNullsDeep } from '../../data/nulls.ts';
import { StringArena } from '../../data/string-arena.ts';
import type { PollResult, Progress, SourceContext, SourceReader } from '../../runtime/source.ts';
import { RateSchedule } from '../rate/rate-schedule.ts';
import { FieldOptions } from './field-options.ts';
import type { Generator } from './generator.ts';
import { createGenerators, pathsOf } from './generators.ts';

const MAX_TEXT_BYTES = 64 * 1024 * 1024;
const TWO_32 = 4_294_967_296;

/** Generates rows at the asked rate. Of N subtasks, number i makes the rows whose number is i modulo N. */
export class DatagenReader implements SourceReader {
  readonly split: number;
  readonly bytesRead = 0;
  readonly #context: SourceContext;
  readonly #schedule: RateSchedule;
  readonly #batch: Batch;
  readonly #generators: readonly Generator[];
  readonly #arena: StringArena;
  readonly #batchRows: number;
  readonly #rowCount: number;
  #seed: bigint;
  #next: number;
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
    this.#next = subtask.index;
  }

  get activeSplits(): ReadonlySet<number> {
    return new Set(this.#ended ? [] : [this.split]);
  }

  poll(): PollResult {
    if (this.#ended) return 'end';
    const { clock, subtask } = this.#context;
    const due = Math.min(this.#rowCount, this.#schedule.dueWithin(clock.monotonic() - this.#startOfClock()));
    const rowCount = Math.min(this.#batchRows, rowsBefore(Math.min(due, nextCrossing(this.#next)), this.#next, subtask.count));
    if (rowCount <= 0) return 'idle';
    this.#fill(rowCount, subtask.count);
    this.#next += rowCount * subtask.count;
    return this.#batch;
  }

  wait(signal: AbortSignal): Promise<void> {
    if (this.#ended) return Promise.resolve();
    const { clock } = this.#context;
    const dueMs = this.#startOfClock() + this.#schedule.dueMs(this.#next);
    return clock.sleep(Math.max(1, dueMs - clock.monotonic()), signal);
  }

  position(): unknown {
    return { row: this.#next, seed: String(this.#seed) };
  }

  /** Throws MS1304 when the position is not one of this source. */
  restore(position: unknown): void {
    const { row, seed } = (position ?? {}) as { row?: unknown; seed?: unknown };
    if (!Number.isSafeInteger(row) || typeof seed !== 'string' || !/^-?\d{1,20}$/.test(seed)) {
      throw new SqlError('MS1304', `${JSON.stringify(position)} is no position of a datagen source`);
    }
    this.#next = row as number;
    this.#seed = BigInt(seed);
    this.#clockStart = undefined;
  }

  progress(): Progress | undefined {
    if (!Number.isFinite(this.#rowCount)) return undefined;
    return { done: Math.min(this.#next, this.#rowCount), total: this.#rowCount };
  }

  close(): Promise<void> {
    for (const column of this.#batch.columns) column.free();
    this.#arena.free();
    return Promise.resolve();
  }

  get #ended(): boolean {
    return this.#next >= this.#rowCount;
  }

  #startOfClock(): number {
    this.#clockStart ??= this.#context.clock.monotonic() - this.#schedule.dueMs(this.#next - this.#context.subtask.index);
    return this.#clockStart;
  }

  #fill(rowCount: number, step: number): void {
    const batch = this.#batch;
    this.#arena.reset();
    const { clock, kernels } = this.#context;
    const range = { seed: this.#seed, first: this.#next, step, rowCount, nowMs: clock.now(), arena: this.#arena, kernels };
    for (const [i, generator] of this.#generators.entries()) {
      clearNullsDeep(batch.columns[i]!);
      generator.fill(batch.columns[i]!, range);
    }
    batch.rowCount = rowCount;
    batch.selection = null;
    batch.kinds = null;
  }
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
