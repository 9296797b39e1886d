import { type Span, SqlError, UnsupportedError } from '../common/errors.ts';
import { commonType, mergedType } from '../data/types/common-type.ts';
import { printType } from '../data/types/print-type.ts';
import { type SqlType, withNullable } from '../data/types/sql-type.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { literal } from '../plan/expressions/visit.ts';

/** The expression as a value of the type: itself where only nullability differs, a typed NULL, or a CAST. */
export function castTo(expression: Expression, type: SqlType): Expression {
  const target = withNullable(type, expression.type.nullable);
  if (sameType(expression.type, target)) return expression;
  if (expression.kind === 'literal' && expression.value === null) return literal(null, withNullable(type, true));
  return { kind: 'cast', input: expression, safe: false, type: target, span: expression.span };
}

/** Whether two types are the same, nullability and time attributes apart. */
export function sameType(a: SqlType, b: SqlType): boolean {
  return printType(withNullable(plain(a), true)) === printType(withNullable(plain(b), true));
}

function plain(type: SqlType): SqlType {
  if (!('timeAttribute' in type)) return type;
  const { timeAttribute: _, ...rest } = type;
  return rest;
}

/** The least type that holds the values of all; throws MS1202 naming two that have none in common. */
export function commonTypeOf(expressions: readonly Expression[], what: string, span: Span): SqlType {
  return foldTypes(expressions, commonType, what, span);
}

/** As commonTypeOf, by the rules of functions such as COALESCE. */
export function mergedTypeOf(expressions: readonly Expression[], what: string, span: Span): SqlType {
  return foldTypes(expressions, mergedType, what, span);
}

function foldTypes(expressions: readonly Expression[], join: typeof commonType, what: string, span: Span): SqlType {
  let result = expressions[0]!.type;
  for (const { type } of expressions.slice(1)) {
    const common =
      result.root === 'NULL' ? withNullable(type, true) : type.root === 'NULL' ? withNullable(result, true) : join(result, type);
    if (common === undefined) {
      throw new SqlError('MS1202', `${what} mixes ${printType(result)} and ${printType(type)}`, { span, hint: 'CAST one of them' });
    }
    result = withNullable(common, result.nullable || type.nullable || common.nullable);
  }
  return result;
}

/** Throws MS1402 where a ROW, ARRAY or MAP would be computed with: such values are read, passed on and written, as they are. */
export function refuseNested(what: string, operands: readonly Expression[], span: Span): void {
  const nested = operands.find(({ type }) => type.root === 'ROW' || type.root === 'ARRAY' || type.root === 'MAP');
  if (nested === undefined) return;
  throw new UnsupportedError('MS1402', `${what} of a value of type ${nested.type.root} is not supported yet`, {
    span,
    hint: nested.type.root === 'ROW' ? 'take its fields one by one' : 'it can be read, passed on and written as it is',
  });
}

/** A bare NULL where a function or an operator needs a typed value: refused, as in Flink. */
export const nullArgument = (what: string, span: Span): SqlError =>
  new SqlError('MS1213', `${what} does not take a NULL without a type`, { span, hint: 'give it one: CAST(NULL AS INT)' });
