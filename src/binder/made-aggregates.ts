import { type Span, SqlError, UnsupportedError } from '../common/errors.ts';
import { printType } from '../data/types/print-type.ts';
import { types, withNullable } from '../data/types/sql-type.ts';
import { packedPresent, packedValues } from '../functions/aggregate/kept/packed-entries.ts';
import type { MadeAggregate } from '../functions/aggregate/made-aggregate.ts';
import type { AggregateFunction } from '../functions/aggregate-function.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import type * as sql from '../sql/ast/index.ts';
import { castTo } from './coerce.ts';
import type { ExpressionBinder } from './expression-binder.ts';

/** A call of a function that was made for it. */
export interface BoundAggregate {
  readonly function: AggregateFunction;
  readonly argument: Expression;
  readonly distinct: boolean;
}

/** Binds a call of a function that is made for its calls. Throws MS1213 where its arguments do not fit. */
export function bindMade(fn: AggregateFunction, node: sql.FunctionCall, expressions: ExpressionBinder): BoundAggregate {
  const star = node.args.find(({ kind }) => kind === 'star');
  if (star !== undefined) throw new SqlError('MS1213', `${fn.name} does not take *`, { span: star.span });
  const args = node.args.map((arg) => expressions.bindTyped(arg, fn.name));
  const given = args.map((arg) => ({ type: arg.type, literal: constantOf(arg) }));
  const made = fn.make!({ args: given, nulls: node.nulls, distinct: node.distinct });
  if (made !== undefined) return boundOf(made, args, node);
  const shown = args.map(({ type }) => printType(withNullable(type, true))).join(', ');
  throw new SqlError('MS1213', `${fn.name} does not take (${shown})`, { span: node.span, hint: `it takes ${fn.takes}` });
}

/** The value of a constant, of an array of constants their values; undefined of anything else. */
function constantOf(arg: Expression): unknown {
  if (arg.kind === 'literal') return arg.value;
  if (arg.kind === 'cast') return constantOf(arg.input);
  return arg.kind === 'call' && arg.function.name === 'ARRAY' ? arg.args.map(constantOf) : undefined;
}

/** The made function with what it gets of each row. */
export function boundOf(
  { function: fn, values, form, distinct = false }: MadeAggregate,
  args: readonly Expression[],
  node: Pick<sql.FunctionCall, 'distinct' | 'span'>,
): BoundAggregate {
  const chosen = values.map(({ argument, type }) => (type === undefined ? args[argument]! : castTo(args[argument]!, type)));
  const argument = form === 'plain' ? chosen[0]! : packed(chosen, form, node.span);
  return { function: fn, argument, distinct: distinct || node.distinct };
}

/** Values as one, which with 'present' is NULL where one of them is. */
export function packed(args: readonly Expression[], form: 'packed' | 'present', span: Span): Expression {
  const isNullable = form === 'present' && args.some(({ type }) => type.nullable);
  return { kind: 'call', function: form === 'packed' ? packedValues : packedPresent, args, type: types.bytes(isNullable), span };
}

/** Throws MS1402 for an order inside of a call, which no aggregate of a stream takes, and for NULLS where they do not count. */
export function refuseOrder(fn: AggregateFunction, node: sql.FunctionCall): void {
  const order = node.orderBy[0] ?? node.withinGroup?.[0];
  if (order !== undefined) throw new UnsupportedError('MS1402', `ORDER BY in ${fn.name} is not supported`, { span: order.span });
  if (node.nulls !== undefined && fn.name !== 'ARRAY_AGG')
    throw new UnsupportedError('MS1402', `${node.nulls} NULLS in ${fn.name} is not supported`, { span: node.span });
}
