import { withoutTimeAttribute } from '../../data/types/sql-type.ts';
import type { Expression } from '../../plan/expressions/expression.ts';
import { asKeys } from '../../plan/expressions/key-types.ts';
import { conjunction, conjuncts, literal, some, substituteColumns } from '../../plan/expressions/visit.ts';
import { calc, columnsOfNode, filter, join, rank } from '../../plan/make.ts';
import type { AggregateNode, CalcNode, JoinNode, PlanNode, RankNode, SortNode } from '../../plan/nodes/node.ts';
import { groupedAgain } from './grouped-again.ts';
import { isCorrelated, readsOuter, shifted } from './outer-columns.ts';

/** A query whose conditions on columns of the query around it were taken out. All expressions are over `node`'s columns and outer ones. */
export interface Pulled {
  readonly node: PlanNode;
  /** The query's columns. */
  readonly outputs: readonly Expression[];
  /** What a row of `node` must fulfil to be one of the query's. */
  readonly conditions: readonly Expression[];
  /** Of an aggregate without grouping keys: where no row fulfils the conditions the query still has one; `outputs` give its values of NULLs. */
  readonly isGlobal: boolean;
}

const NO_KEYS = { leftKeys: [], rightKeys: [] } as const;

/**
 * Takes conditions on columns of the query around out of a query, as far up as its top: through projections, inner joins and, where they are
 * equalities, through aggregates and rankings, whose keys they become. Undefined where that would change the answer. `onlyExists`:
 * it does not matter how many equal rows the query has.
 */
export function pullUp(node: PlanNode, onlyExists: boolean): Pulled | undefined {
  if (!isCorrelated(node)) return { node, outputs: columnsOfNode(node), conditions: [], isGlobal: false };
  switch (node.kind) {
    case 'calc':
      return ofCalc(node, onlyExists);
    case 'join':
      return ofJoin(node, onlyExists);
    case 'aggregate':
      return ofAggregate(node, onlyExists);
    case 'rank':
      return ofRank(node);
    case 'sort':
      return ofSort(node, onlyExists);
    default:
      return undefined;
  }
}

function ofCalc({ input, condition, projections }: CalcNode, onlyExists: boolean): Pulled | undefined {
  const below = pullUp(input, onlyExists);
  if (below === undefined || (below.isGlobal && condition !== undefined)) return undefined;
  const parts = conjuncts(condition).map((part) => substituteColumns(part, below.outputs));
  const own = conjunction(parts.filter((part) => !readsOuter(part)));
  return {
    node: own === undefined ? below.node : filter(below.node, own),
    outputs: projections.map((projection) => substituteColumns(projection, below.outputs)),
    conditions: [...below.conditions, ...parts.filter(readsOuter)],
    isGlobal: below.isGlobal,
  };
}

function ofJoin(node: JoinNode, onlyExists: boolean): Pulled | undefined {
  const isSemi = node.type === 'semi' || node.type === 'anti';
  const [left, right] = [pullUp(node.left, onlyExists), pullUp(node.right, onlyExists || isSemi)];
  if (left === undefined || right === undefined || left.isGlobal || right.isGlobal) return undefined;
  if (node.type !== 'inner' && (node.type === 'right' || node.type === 'full' || isCorrelated(node.right))) return undefined;
  const width = left.node.schema.fields.length;
  const outputs = [...left.outputs, ...right.outputs.map((output) => shifted(output, width))];
  const parts = conjuncts(node.condition).map((part) => substituteColumns(part, outputs));
  const pulled = parts.filter(readsOuter);
  const asInner = node.type === 'inner' || (node.type === 'semi' && onlyExists);
  if (pulled.length > 0 && !asInner) return undefined;
  const type = pulled.length > 0 ? 'inner' : node.type;
  const joined = join(type, left.node, right.node, NO_KEYS, conjunction(parts.filter((part) => !readsOuter(part))));
  const padded = columnsOfNode(joined);
  const all = node.type === 'left' ? [...left.outputs, ...padded.slice(width)] : outputs;
  return {
    node: joined,
    outputs: node.output.map((column) => all[column]!),
    conditions: [...left.conditions, ...right.conditions.map((part) => shifted(part, width)), ...pulled],
    isGlobal: false,
  };
}

/** A condition `inner = outer`, where one side reads the query's columns alone, and the other those of queries around. */
export interface Equality {
  readonly inner: Expression;
  /** The condition with another expression of the same type for `inner`. */
  readonly of: (inner: Expression) => Expression;
}

/** The conditions as equalities; undefined where one is none. */
export function equalities(conditions: readonly Expression[]): readonly Equality[] | undefined {
  const found = conditions.map(equality);
  return found.includes(undefined) ? undefined : (found as Equality[]);
}

function equality(condition: Expression): Equality | undefined {
  if (condition.kind !== 'call' || (condition.function.name !== '=' && condition.function.name !== 'IS NOT DISTINCT FROM'))
    return undefined;
  const keys = asKeys(condition.args[0]!, condition.args[1]!);
  if (keys === undefined) return undefined;
  const isInner = (side: Expression): boolean => !readsOuter(side);
  const isOuter = (side: Expression): boolean => !some(side, ({ kind }) => kind === 'column');
  const [a, b] = keys;
  if (isInner(a) && isOuter(b)) return { inner: a, of: (inner) => ({ ...condition, args: [inner, b] }) };
  if (isInner(b) && isOuter(a)) return { inner: b, of: (inner) => ({ ...condition, args: [a, inner] }) };
  return undefined;
}

/** The rows of a query with the sides of its equalities as columns behind its own; undefined where its columns are not its own alone. */
function withKeys(below: Pulled): { node: CalcNode; conditions: Expression[]; keys: number[] } | undefined {
  const equal = equalities(below.conditions);
  if (equal === undefined || below.isGlobal || below.outputs.some(readsOuter)) return undefined;
  const width = below.outputs.length;
  const all = [...below.outputs, ...equal.map(({ inner }) => inner)];
  const names = all.map((one, i) => (one.kind === 'column' && i < width ? one.name : i < width ? `$${i}` : `$corr${i - width}`));
  const node = calc(below.node, undefined, all, names);
  const keys = equal.map((_, i) => width + i);
  return { node, keys, conditions: equal.map(({ of }, i) => of(columnsOfNode(node)[width + i]!)) };
}

/** A condition over a node as one over another that has the same column elsewhere. */
const movedTo = (conditions: readonly Expression[], columns: readonly Expression[]): Expression[] =>
  conditions.map((condition) => substituteColumns(condition, columns));

function ofAggregate(node: AggregateNode, onlyExists: boolean): Pulled | undefined {
  const below = pullUp(node.input, onlyExists && node.calls.length === 0);
  const keyed = below && withKeys(below);
  if (keyed === undefined) return undefined;
  const grouped = groupedAgain(keyed.node, [...node.keys, ...keyed.keys], node.calls, node.emit);
  const columns = columnsOfNode(grouped);
  const first = node.keys.length;
  const after = first + keyed.keys.length;
  const isGlobal = first === 0;
  const calls = node.calls.map((call, i) => {
    const column = columns[after + i]!;
    if (!isGlobal || call.type.nullable) return column;
    return { kind: 'coalesce', args: [nullable(column), literal(0n, call.type)], type: call.type } as Expression;
  });
  const places: Expression[] = [];
  keyed.keys.forEach((key, i) => {
    places[key] = columns[first + i]!;
  });
  return { node: grouped, outputs: [...columns.slice(0, first), ...calls], conditions: movedTo(keyed.conditions, places), isGlobal };
}

const nullable = (expression: Expression): Expression => ({ ...expression, type: { ...expression.type, nullable: true } });

function ofRank(node: RankNode): Pulled | undefined {
  const below = pullUp(node.input, false);
  const keyed = below && withKeys(below);
  if (keyed === undefined) return undefined;
  const { partition, order, offset, limit, latest, withNumber } = node;
  const numberName = withNumber ? node.schema.fields.at(-1)!.name : undefined;
  const ranked = rank(keyed.node, { partition: [...partition, ...keyed.keys], order, offset, limit, latest }, numberName);
  const columns = columnsOfNode(ranked);
  const width = node.input.schema.fields.length;
  const outputs = [...columns.slice(0, width), ...(withNumber ? [columns.at(-1)!] : [])];
  return { node: ranked, outputs, conditions: movedTo(keyed.conditions, columns), isGlobal: false };
}

/** ORDER BY without LIMIT changes nothing inside another query; with it, it is a ranking. */
function ofSort({ input, keys, offset, limit }: SortNode, onlyExists: boolean): Pulled | undefined {
  if (limit === undefined && offset === 0) return pullUp(input, onlyExists);
  if (limit === undefined) return undefined;
  const options = { partition: [], order: keys, offset, limit: offset + limit, latest: false };
  const ranked = rank(input, options, undefined);
  const fields = input.schema.fields.map(({ name, type }) => ({ name, type: withoutTimeAttribute(type) }));
  return ofRank({ ...ranked, schema: { fields } });
}
