import { SqlError } from '../../common/errors.ts';
import { Batch } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { Field } from '../../data/schema.ts';
import { isTimestamp, type SqlType } from '../../data/types/sql-type.ts';
import { timestampUnitsPerSecond } from '../../data/types/storage.ts';
import type { PollResult, Progress, SourceContext, SourceReader } from '../../runtime/source.ts';
import { RowShare, readShare } from '../row-share.ts';
import { RateSchedule } from './rate-schedule.ts';

/**
 * Rows that come by the clock. Of N subtasks, number i makes the values that are i modulo N. A source that is restored goes on
 * from its first start: what fell due meanwhile comes at once.
 */
export class RateReader implements SourceReader {
  split: number;
  readonly bytesRead = 0;
  readonly #context: SourceContext;
  readonly #schedule: RateSchedule;
  readonly #rowCount: number;
  readonly #batch: Batch;
  readonly #timestamp: Column | undefined;
  readonly #value: Column | undefined;
  readonly #share: RowShare;
  #startMs: number;

  constructor(context: SourceContext) {
    const { options, subtask, schema, kernels } = context;
    this.#context = context;
    this.#schedule = new RateSchedule(readRate(context), Math.floor(nonNegative(context, 'rampUpTime') / 1000));
    this.#rowCount = Number(options.get('number-of-rows') ?? Number.POSITIVE_INFINITY);
    checkColumns(schema.fields);
    this.#batch = new Batch(schema.fields.map((field) => new Column(kernels.memory, field.type)));
    this.#timestamp = this.#columnNamed('timestamp');
    this.#value = this.#columnNamed('value');
    this.#startMs = Math.floor(context.clock.now());
    this.split = subtask.index;
    this.#share = new RowShare(1, this.#rowCount, subtask);
  }

  get activeSplits(): ReadonlySet<number> {
    return this.#share.activeSplits;
  }

  poll(): PollResult {
    if (this.#share.hasEnded) return 'end';
    const { next, step, end, split } = this.#share.current;
    const elapsedMs = this.#context.clock.now() - this.#startMs;
    const due = Math.min(end, this.#schedule.dueWithin(elapsedMs));
    const rows = Math.min(BATCH_ROWS, Math.ceil((due - next) / step));
    if (rows <= 0) return 'idle';
    this.#fill(next, rows, step);
    this.split = split;
    this.#share.advanceTo(next + rows * step);
    return this.#batch;
  }

  wait(signal: AbortSignal): Promise<void> {
    if (this.#share.hasEnded) return Promise.resolve();
    const { clock } = this.#context;
    const dueMs = this.#startMs + this.#schedule.dueMs(this.#share.current.next);
    return clock.sleep(Math.max(0, dueMs - clock.now()), signal);
  }

  position(): unknown {
    const { next, ...rest } = this.#share.position();
    return { value: next, startMs: this.#startMs, ...rest };
  }

  /** Throws MS1304 when the position is not one of this source. */
  restore(position: unknown): void {
    this.#startMs = readStart(position);
    this.#share.restore(readShare(position, 'value', 'rate'));
  }

  /** Of the readers before, the first to start counts. Throws as restore(). */
  rescale(positions: readonly unknown[]): void {
    this.#startMs = Math.min(...positions.map(readStart));
    this.#share.rescale(positions.map((position) => readShare(position, 'value', 'rate')));
  }

  progress(): Progress | undefined {
    if (!Number.isFinite(this.#rowCount)) return undefined;
    return { done: Math.min(this.#share.next, this.#rowCount), total: this.#rowCount };
  }

  close(): Promise<void> {
    for (const column of this.#batch.columns) column.free();
    return Promise.resolve();
  }

  #columnNamed(name: string): Column | undefined {
    const index = this.#context.schema.fields.findIndex((field) => field.name === name);
    return index < 0 ? undefined : this.#batch.columns[index];
  }

  #fill(first: number, rows: number, step: number): void {
    const batch = this.#batch;
    batch.rowCount = rows;
    batch.selection = null;
    batch.kinds = null;
    if (this.#value !== undefined) {
      const values = this.#value.values as BigInt64Array;
      for (let i = 0; i < rows; i++) values[i] = BigInt(first + i * step);
    }
    if (this.#timestamp !== undefined) this.#fillTimestamps(this.#timestamp, first, rows, step);
  }

  #fillTimestamps(column: Column, first: number, rows: number, step: number): void {
    const values = column.values as BigInt64Array;
    const { type } = column;
    const unitsPerMs = isTimestamp(type) && type.precision <= 6 ? timestampUnitsPerSecond(type.precision) / 1000 : 1;
    for (let i = 0; i < rows; i++) values[i] = BigInt((this.#startMs + this.#schedule.dueMs(first + i * step)) * unitsPerMs);
    if (column.storage === 'ts96') (column.aux as Int32Array).fill(0, 0, rows);
  }
}

function readStart(position: unknown): number {
  const { startMs } = (position ?? {}) as { startMs?: unknown };
  if (Number.isSafeInteger(startMs)) return startMs as number;
  throw new SqlError('MS1304', `${JSON.stringify(position)} is no position of a rate source`);
}

function readRate({ options }: SourceContext): number {
  const rate = options.bigint('rowsPerSecond');
  if (rate >= 1n && rate <= 1_000_000_000n) return Number(rate);
  throw new SqlError('MS1304', `'rowsPerSecond' is ${rate}, but must be 1 to 1000000000`);
}

function nonNegative({ options }: SourceContext, name: string): number {
  const value = options.number(name);
  if (value >= 0) return value;
  throw new SqlError('MS1304', `'${name}' must not be negative`);
}

function checkColumns(fields: readonly Field[]): void {
  for (const { name, type } of fields) {
    const expected = expectedType(name, type);
    if (expected !== undefined) throw new SqlError('MS3001', expected);
  }
}

/** What is wrong with a column, if anything. */
function expectedType(name: string, type: SqlType): string | undefined {
  if (name === 'value') return type.root === 'BIGINT' ? undefined : "column 'value' of connector 'rate' must be BIGINT";
  if (name !== 'timestamp') return `connector 'rate' has no column '${name}', but \`timestamp\` and \`value\``;
  return isTimestamp(type) ? undefined : "column 'timestamp' of connector 'rate' must be TIMESTAMP_LTZ(3)";
}
