import type { Batch } from '../data/batch.ts';
import { type CalcFunction, type CalcPlan, compileCalc, pathsRead } from './calc.ts';
import type { CodegenContext } from './environment.ts';

/** More sets of columns with nulls than this share one variant that tests them all. */
const VARIANTS_MAX = 8;

/** A calc's loops by kind of batch, each compiled when the first batch of its kind comes. */
export class CalcVariants {
  readonly #context: CodegenContext;
  readonly #plan: CalcPlan;
  readonly #paths: readonly (readonly number[])[];
  readonly #compiled = new Map<string, CalcFunction>();

  constructor(context: CodegenContext, plan: CalcPlan) {
    this.#context = context;
    this.#plan = plan;
    this.#paths = pathsRead(plan);
  }

  /** The loop for a batch: it tests for null only what has nulls in it. */
  for(batch: Batch): CalcFunction {
    const selected = batch.selection !== null;
    let key = selected ? 's' : 'd';
    for (const path of this.#paths) key += mayBeNull(batch, path) ? '1' : '0';
    return this.#compiled.get(key) ?? this.#compile(key, selected);
  }

  #compile(key: string, selected: boolean): CalcFunction {
    const all = this.#compiled.size >= VARIANTS_MAX;
    const variant = all ? `${key[0]}*` : key;
    let compiled = this.#compiled.get(variant);
    if (compiled === undefined) {
      const nullable = new Set(this.#paths.filter((_, i) => all || key[i + 1] === '1').map((path) => path.join('.')));
      compiled = compileCalc(this.#context, this.#plan, { nulls: (path) => nullable.has(path.join('.')), selected });
      this.#compiled.set(variant, compiled);
    }
    return compiled;
  }
}

function mayBeNull(batch: Batch, path: readonly number[]): boolean {
  let column = batch.columns[path[0]!]!;
  for (let i = 1; i < path.length; i++) column = column.children[path[i]!]!;
  return column.hasNulls;
}
