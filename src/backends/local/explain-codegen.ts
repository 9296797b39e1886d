import { AggregateCodegen, layoutOf } from '../../codegen/aggregate.ts';
import { explainCalc } from '../../codegen/calc.ts';
import { sourceText } from '../../codegen/compile.ts';
import { CodegenContext } from '../../codegen/environment.ts';
import type { Kernels } from '../../kernels/kernels.ts';
import type { Plan, PlanNode } from '../../plan/nodes/node.ts';
import { inputsOf } from '../../plan/visit.ts';
import { MemoryState } from '../../state/memory/memory-state.ts';
import { calcPlan } from './nodes/calc.ts';

/** The generated loops of a plan's operators, in the order rows pass them: EXPLAIN CODEGEN. */
export function explainCalcs(plan: Plan, kernels: Kernels, timeZone: string): string {
  const texts: string[] = [];
  const seen = new Set<PlanNode>();
  const walk = (node: PlanNode): void => {
    if (seen.has(node)) return;
    seen.add(node);
    for (const input of inputsOf(node)) walk(input);
    const text = textOf(node, kernels, timeZone, `explain/${texts.length}_${node.kind}`);
    if (text !== undefined) texts.push(text);
  };
  for (const sink of plan.sinks) walk(sink);
  return texts.join('\n');
}

function textOf(node: PlanNode, kernels: Kernels, timeZone: string, name: string): string | undefined {
  const context = new CodegenContext(kernels, timeZone, name);
  try {
    if (node.kind === 'calc') {
      const plan = calcPlan(node);
      return plan.condition === undefined && plan.outputs.every(({ kind }) => kind === 'pass') ? undefined : explainCalc(context, plan);
    }
    if (node.kind !== 'aggregate' && node.kind !== 'window-aggregate') return undefined;
    return aggregateText(node, context, kernels);
  } finally {
    context.free();
  }
}

function aggregateText(
  node: Extract<PlanNode, { kind: 'aggregate' | 'window-aggregate' }>,
  context: CodegenContext,
  kernels: Kernels,
): string {
  const state = new MemoryState(kernels);
  const input = node.input.schema;
  const layout = layoutOf(
    node.calls,
    input,
    node.kind === 'aggregate' && !node.input.insertOnly,
    node.kind === 'window-aggregate' ? ['i64'] : [],
  );
  const table = state.keyedTable('explain', { keyTypes: node.keys.map((key) => input.fields[key]!.type), slots: layout.slots });
  const plain = node.calls.filter((call) => !call.distinct);
  const generator = new AggregateCodegen(context, table, layout, plain, input);
  const { source } = generator.generateAccumulate({ nulls: true, selected: false, kinds: !node.input.insertOnly }, []);
  state.close();
  return sourceText(source);
}
