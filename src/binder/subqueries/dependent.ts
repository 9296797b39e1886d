import { UnsupportedError } from '../../common/errors.ts';
import { withNullable } from '../../data/types/sql-type.ts';
import type { Expression, OuterExpression } from '../../plan/expressions/expression.ts';
import { conjunction, literal, rewrite } from '../../plan/expressions/visit.ts';
import { aggregate, calc, columnsOfNode, correlate, join, over, rank } from '../../plan/make.ts';
import type { AggregateNode, CalcNode, JoinNode, PlanNode } from '../../plan/nodes/node.ts';
import { groupedAgain } from './grouped-again.ts';
import { isCorrelated, outerColumns } from './outer-columns.ts';

const NO_KEYS = { leftKeys: [], rightKeys: [] } as const;

/** A query computed for all rows around it at once. */
export interface Dependent {
  /** The query's columns, then the outer ones that it reads. */
  readonly node: PlanNode;
  readonly outer: readonly OuterExpression[];
}

/** What makes `a IS NOT DISTINCT FROM b`. */
export type SameTest = (left: Expression, right: Expression) => Expression;

/**
 * Joins a query with the different values that it reads of the query around it, `left`, so that it has its rows for each of them. This
 * is the general way out where conditions cannot be pulled up (Neumann and Kemper, Unnesting Arbitrary Queries, 2015).
 */
export function dependent(query: PlanNode, left: PlanNode, level: number, same: SameTest): Dependent {
  const outer = outerColumns(query, level);
  const own = columnsOfNode(left);
  const values = calc(
    left,
    undefined,
    outer.map(({ index }) => own[index]!),
    outer.map(({ name }) => name),
  );
  const distinct = aggregate(
    values,
    outer.map((_, i) => i),
    [],
  );
  // Different values of rows that stay do not go away.
  const domain = { ...distinct, insertOnly: values.insertOnly };
  return { node: new Unnesting(domain, outer, level, same).of(query), outer };
}

class Unnesting {
  readonly #domain: PlanNode;
  readonly #outer: readonly OuterExpression[];
  readonly #level: number;
  readonly #same: SameTest;

  constructor(domain: PlanNode, outer: readonly OuterExpression[], level: number, same: SameTest) {
    this.#domain = domain;
    this.#outer = outer;
    this.#level = level;
    this.#same = same;
  }

  /** The node's columns, then those of the domain. */
  of(node: PlanNode): PlanNode {
    if (!isCorrelated(node)) return join('inner', node, this.#domain, NO_KEYS, undefined);
    switch (node.kind) {
      case 'calc':
        return this.#calc(node);
      case 'join':
        return this.#join(node);
      case 'aggregate':
        return this.#aggregate(node);
      case 'rank': {
        const below = this.of(node.input);
        const width = node.input.schema.fields.length;
        const { partition, order, offset, limit, latest, withNumber } = node;
        const places = this.#outer.map((_, i) => width + i);
        const name = withNumber ? node.schema.fields.at(-1)!.name : undefined;
        const ranked = rank(below, { partition: [...partition, ...places], order, offset, limit, latest }, name);
        return withNumber ? reordered(ranked, [...range(0, width), width + places.length, ...places]) : ranked;
      }
      case 'over': {
        const below = this.of(node.input);
        const width = node.input.schema.fields.length;
        const [count, calls] = [this.#outer.length, node.calls.length];
        const emit = node.emit === 'final' ? 'final' : 'changes';
        const { order, calls: overCalls } = node;
        const computed = over(below, { order, calls: overCalls, partition: [...node.partition, ...range(width, count)], emit });
        return reordered(computed, [...range(0, width), ...range(width + count, calls), ...range(width, count)]);
      }
      case 'correlate': {
        const below = this.of(node.input);
        const width = node.input.schema.fields.length;
        const count = this.#outer.length;
        const made = correlate(below, node.function, node.args, node.outer);
        return reordered(made, [...node.output.map((column) => (column < width ? column : column + count)), ...range(width, count)]);
      }
      case 'union': {
        const inputs = node.inputs.map((input) => this.of(input));
        return { ...node, inputs, schema: { fields: [...node.schema.fields, ...this.#domain.schema.fields] }, insertOnly: false };
      }
      case 'sort':
        if (node.limit === undefined && node.offset === 0) return this.of(node.input);
        if (node.limit !== undefined && node.limit > 0) {
          const below = this.of(node.input);
          const partition = this.#outer.map((_, i) => node.schema.fields.length + i);
          return rank(
            below,
            { partition, order: node.keys, offset: node.offset, limit: node.offset + node.limit, latest: false },
            undefined,
          );
        }
        throw tooDeep();
      default:
        throw tooDeep();
    }
  }

  /** An expression of a node as one over that node with the domain's columns from `first` on. */
  #bound(expression: Expression, first: number): Expression {
    return rewrite(expression, (one) => {
      if (one.kind !== 'outer' || one.level !== this.#level) return one;
      const place = this.#outer.findIndex(({ index }) => index === one.index);
      return { kind: 'column', index: first + place, name: one.name, type: one.type };
    });
  }

  #calc({ input, condition, projections, schema }: CalcNode): PlanNode {
    const below = this.of(input);
    const first = input.schema.fields.length;
    const all = [...projections.map((one) => this.#bound(one, first)), ...columnsOfNode(below).slice(first)];
    const names = [...schema.fields.map(({ name }) => name), ...this.#outer.map(({ name }) => name)];
    return calc(below, condition && this.#bound(condition, first), all, names);
  }

  #join(node: JoinNode): PlanNode {
    const [left, right] = [node.left.schema.fields.length, node.right.schema.fields.length];
    const all = node.output;
    const count = this.#outer.length;
    if (!isCorrelated(node.right) || node.type !== 'inner') {
      if (isCorrelated(node.right) || node.type === 'right' || node.type === 'full') throw tooDeep();
      // The domain comes with the left side: its columns lie before those of the right one.
      const below = this.of(node.left);
      const condition = node.condition && this.#bound(this.#moved(node.condition, left, count), left);
      const joined = join(node.type, below, node.right, NO_KEYS, condition);
      return reordered(joined, [...all.map((column) => (column < left ? column : column + count)), ...range(left, count)]);
    }
    const below = this.of(node.right);
    const condition = node.condition && this.#bound(node.condition, left + right);
    if (!isCorrelated(node.left)) {
      const joined = join('inner', node.left, below, NO_KEYS, condition);
      return reordered(joined, [...all, ...range(left + right, count)]);
    }
    const other = this.of(node.left);
    const both = columnsOfNode(join('inner', other, below, NO_KEYS, undefined));
    const equal = range(0, count).map((i) => this.#same(both[left + i]!, both[left + count + right + i]!));
    const own = condition === undefined ? [] : [this.#moved(condition, left, count)];
    const joined = join('inner', other, below, NO_KEYS, conjunction([...own, ...equal]));
    return reordered(joined, [...all.map((column) => (column < left ? column : column + count)), ...range(left, count)]);
  }

  /** Room for the domain's columns behind the first `width`. */
  #moved(condition: Expression, width: number, count: number): Expression {
    return rewrite(condition, (one) => (one.kind === 'column' && one.index >= width ? { ...one, index: one.index + count } : one));
  }

  #aggregate(node: AggregateNode): PlanNode {
    const below = this.of(node.input);
    const width = node.input.schema.fields.length;
    const count = this.#outer.length;
    const grouped = groupedAgain(below, [...node.keys, ...range(width, count)], node.calls, node.emit);
    const keys = node.keys.length;
    if (keys > 0) return reordered(grouped, [...range(0, keys), ...range(keys + count, node.calls.length), ...range(keys, count)]);
    // Without keys there is a row even where nothing is: for each value of the domain.
    const columns = columnsOfNode(join('left', this.#domain, grouped, NO_KEYS, undefined));
    const equal = range(0, count).map((i) => this.#same(columns[i]!, columns[count + i]!));
    const joined = join('left', this.#domain, grouped, NO_KEYS, conjunction(equal));
    const calls = node.calls.map((call, i): Expression => {
      const column = columns[count + count + i]!;
      return call.type.nullable
        ? column
        : { kind: 'coalesce', args: [column, literal(0n, call.type)], type: withNullable(call.type, false) };
    });
    return calc(
      joined,
      undefined,
      [...calls, ...columns.slice(0, count)],
      [...node.calls.map(({ name }) => name), ...this.#outer.map(({ name }) => name)],
    );
  }
}

const range = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);

function reordered(node: PlanNode, columns: readonly number[]): PlanNode {
  const own = columnsOfNode(node);
  const projections = columns.map((column) => own[column]!);
  return calc(
    node,
    undefined,
    projections,
    columns.map((column) => node.schema.fields[column]!.name),
  );
}

const tooDeep = (): UnsupportedError =>
  new UnsupportedError('MS1402', 'a query that reads columns of the query around it in this way is not supported yet', {
    hint: 'join with the query instead',
  });
