import { CalcVariants } from '../codegen/calc-variants.ts';
import { CodegenContext } from '../codegen/environment.ts';
import type { Batch } from '../data/batch.ts';
import { Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { BaseOperator } from './base-operator.ts';
import type { OperatorContext, SnapshotReader, SnapshotWriter } from './operator.ts';

export interface WatermarkOptions {
  readonly input: Schema;
  /** The watermark of a row, with the time column's precision of at most milliseconds. */
  readonly expression: Expression;
  readonly idleTimeoutMs: number | undefined;
  readonly timeZone: string;
}

interface SplitTime {
  time: bigint;
  /** When its last row came; before any, when the operator was opened. */
  lastRowMs: number;
  /** No row has come for the idle timeout: it does not hold the others back. */
  idle: boolean;
}

/** One less than the least time a bigint column holds: no watermark yet. */
const NONE = -(2n ** 63n);

/**
 * Makes watermarks: per split the largest value of the expression, over all active splits the least of those. Rows pass through as
 * they are; the watermark follows each batch. A split without rows for the idle timeout no longer counts.
 */
export class WatermarkOperator extends BaseOperator {
  readonly #options: WatermarkOptions;
  readonly #splits = new Map<number, SplitTime>();
  /** The usual watermark, a column less a constant: then the greatest time of a batch gives it. */
  readonly #delay: { readonly column: number; readonly ms: bigint } | undefined;
  #variants!: CalcVariants;
  #codegen!: CodegenContext;
  #times!: Column;
  #emitted = NONE;
  /** Nobody downstream waits for this one's time. */
  #isIdle = false;
  #openedMs = 0;
  #passed = false;

  constructor(options: WatermarkOptions) {
    super();
    this.#options = options;
    this.#delay = constantDelay(options.expression);
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#openedMs = context.clock.now();
    const { input, expression, timeZone } = this.#options;
    this.#codegen = new CodegenContext(context.kernels, timeZone, context.name, context.clock);
    const outputs = [{ kind: 'computed' as const, expression }];
    this.#variants = new CalcVariants(this.#codegen, { input, condition: undefined, outputs, names: ['watermark'] });
    this.#times = new Column(context.kernels.memory, expression.type);
  }

  process(_port: number, batch: Batch): boolean {
    if (!this.#passed) {
      if (!this.context.out.offer(batch)) return false;
      this.#passed = true;
      this.#observe(batch);
    }
    if (!this.#advance()) return false;
    this.#passed = false;
    return true;
  }

  #observe(batch: Batch): void {
    const times = this.#delay === undefined ? this.#compute(batch) : batch.columns[this.#delay.column]!;
    const split = this.#splitOf(this.context.splits.current);
    const { kernels, clock } = this.context;
    const nulls = times.hasNulls ? times.nullsAddress : 0;
    const greatest = kernels.maxLong(times.valuesAddress, nulls, batch.selection?.address ?? 0, batch.size, NONE);
    const time = greatest === NONE ? NONE : greatest - (this.#delay?.ms ?? 0n);
    if (time > split.time) split.time = time;
    split.lastRowMs = clock.now();
    split.idle = false;
  }

  #splitOf(number: number): SplitTime {
    let split = this.#splits.get(number);
    if (split === undefined) {
      split = { time: NONE, lastRowMs: this.#openedMs, idle: false };
      this.#splits.set(number, split);
    }
    return split;
  }

  /** Computes the watermark of every row. */
  #compute(batch: Batch): Column {
    this.context.kernels.memory.ensureHeadroom(16 * 1024 * 1024);
    this.#codegen.arena.reset();
    this.#variants.for(batch)(batch, [this.#times], EMPTY, 0);
    return this.#times;
  }

  /** Forwards the least time of the splits that count, if it has moved, or that there is none that counts. */
  #advance(): boolean {
    const time = this.#leastTime();
    const isIdle = this.#allIdle;
    if (isIdle !== this.#isIdle) {
      if (!this.context.out.idle(isIdle)) return false;
      this.#isIdle = isIdle;
    }
    if (time === undefined || time <= this.#emitted) return true;
    if (!this.context.out.advance(time)) return false;
    this.#emitted = time;
    return true;
  }

  /** All splits that may deliver are idle; or there are none yet, as in a worker that no partition has been given to. */
  get #allIdle(): boolean {
    const { active } = this.context.splits;
    if (active.size === 0) return this.#splits.size === 0;
    for (const number of active) if (this.#splits.get(number)?.idle !== true) return false;
    return true;
  }

  /** A split from which no row has come yet has no time, and holds all back until it is idle. */
  #leastTime(): bigint | undefined {
    const { active } = this.context.splits;
    const { idleTimeoutMs } = this.#options;
    const now = idleTimeoutMs === undefined ? 0 : this.context.clock.now();
    let least: bigint | undefined;
    for (const number of active) {
      const split = this.#splitOf(number);
      split.idle = idleTimeoutMs !== undefined && now > split.lastRowMs + idleTimeoutMs;
      if (!split.idle && (least === undefined || split.time < least)) least = split.time;
    }
    return least ?? (active.size === 0 ? greatestOf(this.#splits) : undefined);
  }

  /** When the next split will be idle; at once where there is no split and nobody knows yet. */
  override nextTimer(): number | undefined {
    const { idleTimeoutMs } = this.#options;
    const { active } = this.context.splits;
    if (active.size === 0) return this.#allIdle !== this.#isIdle ? this.#openedMs : undefined;
    if (idleTimeoutMs === undefined) return undefined;
    let next = Number.POSITIVE_INFINITY;
    for (const number of active) {
      const split = this.#splitOf(number);
      if (!split.idle) next = Math.min(next, split.lastRowMs + idleTimeoutMs + 1);
    }
    return next === Number.POSITIVE_INFINITY ? undefined : next;
  }

  override timer(): boolean {
    return this.#advance();
  }

  override snapshot(writer: SnapshotWriter): void {
    const splits = [...this.#splits].map(([split, { time }]) => [split, String(time)] as const);
    writer.writeOperator('watermark', { splits, emitted: String(this.#emitted) });
  }

  override restore(reader: SnapshotReader): void {
    const saved = reader.readOperator('watermark') as { splits: [number, string][]; emitted: string }[];
    // A split that was idle counts again for a while: the watermark must not be saved as an earlier one meanwhile.
    if (saved.length > 0)
      this.#emitted = saved.map(({ emitted }) => BigInt(emitted)).reduce((least, time) => (time < least ? time : least));
    for (const { splits } of saved) {
      for (const [split, time] of splits) this.#splits.set(split, { time: BigInt(time), lastRowMs: this.context.clock.now(), idle: false });
    }
  }

  override close(): void {
    this.#times.free();
    this.#codegen.free();
  }
}

const EMPTY = new Int32Array(0);

function greatestOf(splits: ReadonlyMap<number, SplitTime>): bigint | undefined {
  let greatest: bigint | undefined;
  for (const { time } of splits.values()) if (greatest === undefined || time > greatest) greatest = time;
  return greatest;
}

/** Recognises `column` and `column - INTERVAL`, in milliseconds. */
function constantDelay(expression: Expression): { column: number; ms: bigint } | undefined {
  if (expression.kind === 'column') return { column: expression.index, ms: 0n };
  if (expression.kind !== 'call' || expression.function.name !== '-') return undefined;
  const [time, delay] = expression.args;
  if (time?.kind !== 'column' || delay?.kind !== 'literal' || delay.type.root !== 'INTERVAL_DAY_TIME') return undefined;
  return typeof delay.value === 'bigint' ? { column: time.index, ms: delay.value } : undefined;
}
