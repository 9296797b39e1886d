import { compileCalc } from '../../codegen/calc.ts';
import { CodegenContext } from '../../codegen/environment.ts';
import { DataError } from '../../common/errors.ts';
import { Batch } from '../../data/batch.ts';
import { Column } from '../../data/column.ts';
import { descriptorOf } from '../../data/types/descriptors.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import type { Expression } from '../../plan/expressions/expression.ts';

const NO_COLUMNS = { fields: [] };
const NONE = new Int32Array(0);

/**
 * The exact value of an expression without columns, computed by the same generated code that runs over batches; undefined where
 * that fails (division by zero), so that it fails only if a row comes.
 */
export function evaluateConstant(expression: Expression, kernels: Kernels, timeZone: string): unknown {
  try {
    return computeConstant(expression, kernels, timeZone);
  } catch (error) {
    if (error instanceof DataError) return undefined;
    throw error;
  }
}

/** As evaluateConstant; throws what computing throws. */
export function computeConstant(expression: Expression, kernels: Kernels, timeZone: string): unknown {
  const { memory } = kernels;
  const context = new CodegenContext(kernels, timeZone, 'constant/value');
  const column = new Column(memory, expression.type, 1);
  const one = Object.assign(new Batch([]), { rowCount: 1 });
  try {
    const plan = { input: NO_COLUMNS, condition: undefined, outputs: [{ kind: 'computed' as const, expression }], names: ['value'] };
    const compute = compileCalc(context, plan, { nulls: () => false, selected: false });
    // Views are stale when the memory grew meanwhile: then it is computed again, as a calc does.
    for (let epoch = -1; epoch !== memory.epoch; ) {
      memory.ensureHeadroom(16 * 1024 * 1024);
      epoch = memory.epoch;
      context.arena.reset();
      compute(one, [column], NONE, 0);
    }
    return descriptorOf(expression.type).read(column, 0);
  } finally {
    column.free();
    context.free();
  }
}
