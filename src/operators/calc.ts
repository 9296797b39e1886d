import type { CalcPlan } from '../codegen/calc.ts';
import { CalcVariants } from '../codegen/calc-variants.ts';
import { CodegenContext } from '../codegen/environment.ts';
import { Batch, IntVector } from '../data/batch.ts';
import { Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import { BaseOperator } from './base-operator.ts';
import type { OperatorContext } from './operator.ts';

/** Room for the strings of one batch, made before the loop so that the memory does not grow under it. */
const HEADROOM = 64 * 1024 * 1024;

export interface CalcOptions {
  readonly plan: CalcPlan;
  readonly output: Schema;
  readonly timeZone: string;
}

/**
 * Filters and projects in one generated loop. Columns that are handed on are handed on as they are; a filter makes a selection
 * vector; computed values lie at their row's index. A calc keeps no state and can run a batch again.
 */
export class CalcOperator extends BaseOperator {
  readonly #options: CalcOptions;
  #codegen!: CodegenContext;
  #variants!: CalcVariants;
  #computed: Column[] = [];
  #selection!: IntVector;
  #out!: Batch;
  #pending = false;

  constructor(options: CalcOptions) {
    super();
    this.#options = options;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { memory } = context.kernels;
    const { plan, output, timeZone } = this.#options;
    this.#codegen = new CodegenContext(context.kernels, timeZone, context.name, context.clock);
    this.#variants = new CalcVariants(this.#codegen, plan);
    this.#computed = plan.outputs.flatMap((column, i) => (column.kind === 'computed' ? [new Column(memory, output.fields[i]!.type)] : []));
    this.#selection = new IntVector(memory);
    this.#out = new Batch([]);
  }

  process(_port: number, batch: Batch): boolean {
    if (!this.#pending) {
      if (this.#run(batch) === 0) return true;
      this.#pending = true;
    }
    if (!this.context.out.offer(this.#out)) return false;
    this.#pending = false;
    return true;
  }

  /** Fills the output batch; returns how many rows it has. */
  #run(batch: Batch): number {
    const { plan } = this.#options;
    const needsLoop = plan.condition !== undefined || this.#computed.length > 0;
    const passed = needsLoop ? this.#loop(batch) : 0;
    const out = this.#out;
    let next = 0;
    out.columns = plan.outputs.map((column) => (column.kind === 'pass' ? follow(batch, column.path) : this.#computed[next++]!));
    out.rowCount = batch.rowCount;
    out.kinds = batch.kinds;
    out.selection = plan.condition === undefined ? batch.selection : this.#selection;
    out.selectedCount = plan.condition === undefined ? batch.selectedCount : passed;
    return out.size;
  }

  /** Runs the generated loop, again when the memory grew under it: its views were stale then. */
  #loop(batch: Batch): number {
    const { memory } = this.context.kernels;
    for (;;) {
      memory.ensureHeadroom(HEADROOM);
      this.#codegen.arena.reset();
      const { epoch } = memory;
      try {
        const passed = this.#variants.for(batch)(batch, this.#computed, this.#selection.view, this.#selection.address);
        if (memory.epoch === epoch) return passed;
      } catch (error) {
        if (memory.epoch === epoch) throw error;
      }
    }
  }

  override close(): void {
    for (const column of this.#computed) column.free();
    this.#selection.free();
    this.#codegen.free();
  }
}

function follow(batch: Batch, [first, ...rest]: readonly number[]): Column {
  let column = batch.columns[first!]!;
  for (const child of rest) column = column.children[child]!;
  return column;
}

/** Whether a column, or anything inside it, has nulls in this batch. */
export function hasNulls(column: Column): boolean {
  return column.hasNulls || column.children.some(hasNulls);
}
