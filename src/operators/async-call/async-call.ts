import { Batch } from '../../data/batch.ts';
import { Column } from '../../data/column.ts';
import { clearNullsDeep } from '../../data/nulls.ts';
import { StringArena } from '../../data/string-arena.ts';
import { descriptorOf } from '../../data/types/descriptors.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import { ownValue } from '../../functions/user/own-value.ts';
import { type UserCall, wrongResult } from '../../functions/user/user-errors.ts';
import type { UserScalar } from '../../functions/user/user-function.ts';
import { BaseOperator } from '../base-operator.ts';
import type { OperatorContext } from '../operator.ts';
import { type AsyncCalls, awaitCall } from './await-call.ts';
import { CallPool } from './call-pool.ts';

/** A call for each row: the function and the columns of its arguments. */
export interface AwaitedCall {
  readonly name: string;
  readonly declared: UserScalar;
  readonly args: readonly number[];
  readonly type: SqlType;
}

/** The calls of one batch on their way. */
interface Flight {
  readonly pools: readonly CallPool[];
  readonly args: readonly (readonly unknown[])[][];
  readonly values: readonly unknown[][];
  readonly whenDone: Promise<unknown>;
}

/**
 * Puts the values that asynchronous functions come to behind the columns of each row. The calls of a batch are on their way at once, as many as
 * their capacity lets; the batch goes on when all have come back, in its order. Until then the operator refuses it, as a sink does that is
 * full. So nothing is on its way when a checkpoint's barrier passes, and there is no state: after a restart the rows behind the last checkpoint are
 * called for again. While it waits more rows come together, so that slow calls make larger batches.
 */
export class AsyncCallOperator extends BaseOperator {
  readonly #calls: readonly AwaitedCall[];
  readonly #defaults: AsyncCalls;
  readonly #waiting = new Set<AbortController>();
  #columns: Column[] = [];
  #arena!: StringArena;
  #out!: Batch;
  #flight: Flight | undefined;
  #isWritten = false;

  constructor(calls: readonly AwaitedCall[], defaults: AsyncCalls) {
    super();
    this.#calls = calls;
    this.#defaults = defaults;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    this.#columns = this.#calls.map(({ type }) => new Column(memory, type));
    this.#arena = new StringArena(memory);
    this.#out = new Batch([]);
  }

  process(_port: number, batch: Batch): boolean {
    this.#flight ??= this.#begin(batch);
    if (!this.#flight.pools.every(({ isDone }) => isDone)) return false;
    if (!this.#isWritten) this.#write(batch, this.#flight);
    this.#isWritten = true;
    if (!this.context.out.offer(this.#out)) return false;
    this.#flight = undefined;
    this.#isWritten = false;
    return true;
  }

  /** What must come before a refused batch can go on; nothing where none waits. */
  get awaits(): Promise<unknown> | undefined {
    return this.#isWritten ? undefined : this.#flight?.whenDone;
  }

  /** Reads all arguments now: later the memory may have grown under the batch's columns. */
  #begin(batch: Batch): Flight {
    const args = this.#calls.map((call) => argumentsOf(call, batch));
    const values = args.map((rows) => new Array<unknown>(rows.length).fill(null));
    const pools = this.#calls.map((call, i) => this.#start(call, args[i]!, values[i]!));
    return { pools, args, values, whenDone: Promise.all(pools.map(({ whenDone }) => whenDone)) };
  }

  #start({ name, declared }: AwaitedCall, args: readonly (readonly unknown[])[], values: unknown[]): CallPool {
    const place: UserCall = { name, operator: this.context.name };
    const calls = { ...this.#defaults, ...declared.awaited };
    const rows = declared.nulls === 'skip' ? [...args.keys()].filter((n) => !args[n]!.includes(null)) : [...args.keys()];
    return new CallPool(rows.length, calls.capacity, async (n) => {
      const row = rows[n]!;
      const over = new AbortController();
      this.#waiting.add(over);
      try {
        values[row] = await awaitCall(place, declared.call, args[row]!, calls, this.context.clock, over);
      } finally {
        this.#waiting.delete(over);
      }
    });
  }

  #write(batch: Batch, flight: Flight): void {
    this.#arena.reset();
    for (const [i, column] of this.#columns.entries()) {
      clearNullsDeep(column);
      for (let n = 0; n < batch.size; n++) this.#writeOne(i, column, batch.rowIndex(n), flight.values[i]![n], flight.args[i]![n]!);
    }
    this.#out.columns = [...batch.columns, ...this.#columns];
    this.#out.rowCount = batch.rowCount;
    this.#out.kinds = batch.kinds;
    this.#out.selection = batch.selection;
    this.#out.selectedCount = batch.selectedCount;
  }

  #writeOne(call: number, column: Column, row: number, value: unknown, args: readonly unknown[]): void {
    const { name, declared } = this.#calls[call]!;
    const isSkipped = declared.nulls === 'skip' && args.includes(null);
    try {
      if (isSkipped) descriptorOf(column.type).writeNull(column, row);
      else descriptorOf(column.type).write(column, row, ownValue(declared.returns, value), this.#arena);
    } catch (cause) {
      throw wrongResult({ name, operator: this.context.name }, value, declared.returns, args, cause);
    }
  }

  override close(): void {
    for (const over of this.#waiting) over.abort();
    for (const column of this.#columns) column.free();
    this.#arena.free();
  }
}

function argumentsOf({ args }: AwaitedCall, batch: Batch): (readonly unknown[])[] {
  const columns = args.map((column) => batch.columns[column]!);
  return Array.from({ length: batch.size }, (_, n) => {
    const row = batch.rowIndex(n);
    return columns.map((column) => descriptorOf(column.type).read(column, row));
  });
}
