import { UnsupportedError } from '../../common/errors.ts';
import { printType } from '../../data/types/print-type.ts';
import type { CallExpression, Expression } from '../../plan/expressions/expression.ts';
import { printExpression } from '../../plan/expressions/print.ts';
import { conjunction, conjuncts, mapOperands, some, walkExpression } from '../../plan/expressions/visit.ts';
import { asyncCall, calc, columnsOfNode } from '../../plan/make.ts';
import type { CalcNode, PlanNode } from '../../plan/nodes/node.ts';
import { rewritePlan } from '../../plan/visit.ts';

const isAwaited = (one: Expression): one is CallExpression => one.kind === 'call' && one.function.awaited !== undefined;
const awaits = (expression: Expression): boolean => some(expression, isAwaited);

/**
 * Takes calls of asynchronous functions out of calcs: a calc that computes their arguments, a node that calls and waits, and a calc of the rest.
 * Conditions without such calls come first, so that rows they leave out are not called for. Calls in the branches of a CASE are made for
 * every row, as in Flink.
 */
export function splitAsyncCalls(root: PlanNode): PlanNode {
  return rewritePlan(root, (node) => (node.kind === 'calc' ? split(node) : node));
}

function split(node: CalcNode): PlanNode {
  const conditions = conjuncts(node.condition);
  const later = conditions.filter(awaits);
  const above = [...node.projections, ...later];
  const calls = innermost(above);
  if (calls.size === 0) return node;
  const distinct = [...new Set(calls.values())];
  for (const call of distinct) requireSame(call, node);
  const rest = conjunction(conditions.filter((one) => !awaits(one)));
  const { input, columns, places, args } = below(node, rest, above, calls, distinct);
  const called = asyncCall(
    input,
    distinct.map((call, i) => ({ function: call.function, args: args[i]!, type: call.type })),
  );
  const results = columnsOfNode(called).slice(columns);
  const replaced = above.map((one) =>
    rewriteDown(one, (part) => {
      if (part.kind === 'column') return { ...part, index: places.get(part.index)! };
      return calls.has(part) ? results[distinct.indexOf(calls.get(part)!)]! : undefined;
    }),
  );
  const width = node.projections.length;
  const names = node.schema.fields.map(({ name }) => name);
  const made = calc(called, conjunction(replaced.slice(width)), replaced.slice(0, width), names);
  return split({ ...made, schema: node.schema });
}

/** Replaces from the top down: what is replaced is not looked into. */
function rewriteDown(expression: Expression, replace: (one: Expression) => Expression | undefined): Expression {
  const done = new Map<Expression, Expression>();
  const walk = (one: Expression): Expression => {
    const made = done.get(one) ?? replace(one) ?? mapOperands(one, walk);
    done.set(one, made);
    return made;
  };
  return walk(expression);
}

/** Calls whose arguments wait for nothing; of equal ones of a function that gives the same result again, one stands for all. */
function innermost(expressions: readonly Expression[]): Map<Expression, CallExpression> {
  const found = new Map<Expression, CallExpression>();
  const byText = new Map<string, CallExpression>();
  for (const expression of expressions) {
    walkExpression(expression, (one) => {
      if (!isAwaited(one) || one.args.some(awaits)) return true;
      const text = printExpression(one, printType, (index) => `$${index}`);
      const same = one.function.awaited!.deterministic ? (byText.get(text) ?? one) : one;
      byText.set(text, same);
      found.set(one, same);
      return false;
    });
  }
  return found;
}

/** The columns that are read above the calls, and behind them the arguments. */
function below(
  node: CalcNode,
  condition: Expression | undefined,
  above: readonly Expression[],
  awaited: ReadonlyMap<Expression, CallExpression>,
  calls: readonly CallExpression[],
) {
  const read = new Set<number>();
  for (const one of above)
    walkExpression(one, (part) => {
      if (part.kind === 'column') read.add(part.index);
      return !awaited.has(part);
    });
  const own = columnsOfNode(node.input);
  const projections: Expression[] = [...read].map((index) => own[index]!);
  const places = new Map([...read].map((index, place) => [index, place]));
  const args = calls.map((call) =>
    call.args.map((arg) => {
      const known = arg.kind === 'column' ? places.get(arg.index) : undefined;
      return known ?? projections.push(arg) - 1;
    }),
  );
  const names = projections.map((one, i) => (one.kind === 'column' ? one.name : `argument${i}`));
  return { input: calc(node.input, condition, projections, names), columns: projections.length, places, args };
}

/** Throws MS1257 where rows are taken back and what a function gave for them could not be had again. */
function requireSame({ function: fn, span }: CallExpression, { input }: CalcNode): void {
  if (input.insertOnly || fn.awaited!.deterministic) return;
  throw new UnsupportedError('MS1257', `${fn.name} is not deterministic, and rows of its input are updated`, {
    span,
    hint: 'what it gave for a row could not be taken back: call it below the aggregate or join, or declare it deterministic',
  });
}
