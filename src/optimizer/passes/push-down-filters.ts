import type { Expression } from '../../plan/expressions/expression.ts';
import { columnsOf, conjunction, conjuncts, isDeterministic, substituteColumns } from '../../plan/expressions/visit.ts';
import { columnsOfNode, filter } from '../../plan/make.ts';
import type { CalcNode, PlanNode } from '../../plan/nodes/node.ts';
import { mapInputs, rewritePlan } from '../../plan/visit.ts';
import { sharedNodes } from './merge-calcs.ts';

/**
 * Moves conditions towards the source, through whatever treats rows apart that differ in the columns they look at: below a windowing function
 * (where they do not look at the window), a table function or a looked-up table (where they do not look at what it adds), below an aggregate by
 * its keys, a ranking or OVER by its partition, and into the branches of a union. plan-joins does it for joins.
 * A condition never moves below a watermark: rows that it drops still move time on. Below a node with several consumers it does not move either.
 */
export function pushDownFilters(root: PlanNode): PlanNode {
  const shared = sharedNodes(root);
  return rewritePlan(root, (node) => {
    if (node.kind !== 'calc' || node.condition === undefined || shared.has(node.input)) return node;
    const parts = conjuncts(node.condition);
    const down = parts.filter((part) => isDeterministic(part) && canPass(part, node.input, shared));
    if (down.length === 0) return node;
    const rest = parts.filter((part) => !down.includes(part));
    return { ...node, condition: conjunction(rest), input: below(node.input, down, shared) };
  });
}

type Shared = ReadonlySet<PlanNode>;

/** Whether a condition over a node's rows can go below it. */
function canPass(part: Expression, node: PlanNode, shared: Shared): boolean {
  if (node.kind === 'union') return true;
  if (node.kind === 'calc') return leadsOn(part, node, shared);
  const sources = sourcesOf(node);
  const columns = columnsOf(part);
  return sources !== undefined && columns.size > 0 && [...columns].every((column) => sources[column] !== undefined);
}

/** A calc lets pass what finds its way on below it: what would stop there is part of its own loop anyway. */
function leadsOn(part: Expression, { input, projections }: CalcNode, shared: Shared): boolean {
  if (shared.has(input) || !projections.every(isDeterministic)) return false;
  return canPass(substituteColumns(part, projections), input, shared);
}

/** The node over the rows for which conditions that can pass it hold. */
function below(node: PlanNode, parts: readonly Expression[], shared: Shared): PlanNode {
  if (node.kind === 'calc') {
    const lower = parts.map((part) => substituteColumns(part, node.projections));
    return { ...node, input: below(node.input, lower, shared) };
  }
  const sources = node.kind === 'union' ? undefined : sourcesOf(node)!;
  return mapInputs(node, (input) => {
    const columns = columnsOfNode(input);
    const moved = sources === undefined ? parts : parts.map((part) => onto(part, columns, sources));
    const [on, here] = shared.has(input) ? [[], moved] : divided(moved, (part) => canPass(part, input, shared));
    const lower = on.length === 0 ? input : below(input, on, shared);
    return here.length === 0 ? lower : filter(lower, conjunction(here)!);
  });
}

const onto = (part: Expression, columns: readonly Expression[], sources: Sources): Expression =>
  substituteColumns(
    part,
    sources.map((column) => columns[column ?? 0]!),
  );

function divided<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}

/** For each column of a node the one of its input by which rows may be left out below as well as above; undefined where there is none. */
type Sources = readonly (number | undefined)[];

function sourcesOf(node: PlanNode): Sources | undefined {
  const all = (allowed: readonly number[]): Sources => node.schema.fields.map((_, i) => (allowed.includes(i) ? i : undefined));
  switch (node.kind) {
    case 'correlate':
    case 'lookup-join': {
      const width = node.input.schema.fields.length;
      return node.output.map((column) => (column < width ? column : undefined));
    }
    case 'window':
      // A session's rows depend on all of them.
      return node.window.kind === 'session' ? undefined : all([...node.input.schema.fields.keys()]);
    case 'aggregate':
    case 'window-aggregate':
      return node.schema.fields.map((_, i) => node.keys[i]);
    case 'rank':
    case 'over':
      return all(node.partition);
    default:
      return undefined;
  }
}
