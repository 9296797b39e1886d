import { CalcVariants } from '../../codegen/calc-variants.ts';
import { CodegenContext } from '../../codegen/environment.ts';
import { Batch, IntVector } from '../../data/batch.ts';
import { BATCH_ROWS, Column } from '../../data/column.ts';
import type { Schema } from '../../data/schema.ts';
import type { Expression } from '../../plan/expressions/expression.ts';
import { columnsOf } from '../../plan/expressions/visit.ts';
import type { OperatorContext } from '../operator.ts';

/** Room for the texts that a condition makes of a batch. */
const HEADROOM = 64 * 1024 * 1024;

/** The condition of a join beyond equal keys, over the columns of both sides. */
export class PairCondition {
  readonly #context: OperatorContext;
  readonly #codegen: CodegenContext;
  readonly #variants: CalcVariants;
  /** Those that the condition reads, by their number among all; others undefined. */
  readonly columns: readonly (Column | undefined)[];
  readonly #batch: Batch;
  readonly #selected: IntVector;
  /** After test(), by pair: 1 where the condition is TRUE. */
  readonly passes = new Uint8Array(BATCH_ROWS);

  constructor(context: OperatorContext, schema: Schema, condition: Expression, timeZone: string) {
    const { memory } = context.kernels;
    this.#context = context;
    this.#codegen = new CodegenContext(context.kernels, timeZone, context.name, context.clock);
    this.#variants = new CalcVariants(this.#codegen, { input: schema, condition, outputs: [], names: [] });
    const read = columnsOf(condition);
    this.columns = schema.fields.map(({ type }, i) => (read.has(i) ? new Column(memory, type) : undefined));
    const any = this.columns.find((column) => column !== undefined);
    this.#batch = new Batch(this.columns.map((column) => column ?? any!));
    this.#selected = new IntVector(memory);
  }

  /** Tests the pairs whose numbers are the first `count` of `selection`; the columns hold `pairCount` pairs. */
  test(pairCount: number, selection: IntVector, count: number): void {
    Object.assign(this.#batch, { rowCount: pairCount, selection, selectedCount: count });
    const passed = this.#run();
    const selected = this.#selected.view;
    this.passes.fill(0, 0, pairCount);
    for (let n = 0; n < passed; n++) this.passes[selected[n]!] = 1;
  }

  /** Runs again where the memory grew under the loop: its views were stale then. */
  #run(): number {
    const { memory } = this.#context.kernels;
    for (;;) {
      memory.ensureHeadroom(HEADROOM);
      this.#codegen.arena.reset();
      const { epoch } = memory;
      try {
        const passed = this.#variants.for(this.#batch)(this.#batch, [], this.#selected.view, this.#selected.address);
        if (memory.epoch === epoch) return passed;
      } catch (error) {
        if (memory.epoch === epoch) throw error;
      }
    }
  }

  close(): void {
    for (const column of this.columns) column?.free();
    this.#selected.free();
    this.#codegen.free();
  }
}
