import { type CalcOutput, type CalcPlan, pathOf } from '../../../codegen/calc.ts';
import { CalcOperator } from '../../../operators/calc.ts';
import type { CalcNode } from '../../../plan/nodes/node.ts';

/** The loop of a calc: what only picks a column is handed on, the rest is computed. A field of a ROW is a column of its own. */
export function calcPlan(node: CalcNode): CalcPlan {
  const outputs = node.projections.map((expression): CalcOutput => {
    const path = pathOf(expression);
    return path === undefined ? { kind: 'computed', expression } : { kind: 'pass', path };
  });
  return { input: node.input.schema, condition: node.condition, outputs, names: node.schema.fields.map(({ name }) => name) };
}

export function calcOperator(node: CalcNode, timeZone: string): CalcOperator {
  return new CalcOperator({ plan: calcPlan(node), output: node.schema, timeZone });
}
