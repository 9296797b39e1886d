import { type Span, SqlError } from '../common/errors.ts';
import { printType } from '../data/types/print-type.ts';
import { isInterval, isNumeric, isText, type SqlType, types, withNullable } from '../data/types/sql-type.ts';
import { tryCastValue } from '../data/values/cast.ts';
import type { Value } from '../data/values/value.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import type { FunctionRegistry } from './functions.ts';
import { fieldAt } from './scope.ts';

const EQUALITY: ReadonlySet<string> = new Set(['=', '<>', 'IS DISTINCT FROM', 'IS NOT DISTINCT FROM']);

export interface ComparisonContext {
  readonly functions: FunctionRegistry;
  readonly timeZone: string;
}

/**
 * A comparison with Flink's rules for text beside another type. Equality: with a date or time, the text is read as one, and is NULL
 * where it is none; with a number or a BOOLEAN it is refused. `<` and its kin cast the text to the other type, whatever it is, and fail
 * where it does not fit. Throws MS1202 and MS1213.
 */
export function bindComparison(context: ComparisonContext, operator: string, left: Expression, right: Expression, span: Span): Expression {
  const rows = (operator === '=' || operator === '<>') && rowsAlike(left, right) ? fieldsEqual(context, left, right, span) : undefined;
  if (rows !== undefined) return operator === '=' ? rows : { kind: 'not', input: rows, type: rows.type, span };
  if (isText(left.type) === isText(right.type) || left.type.root === 'NULL' || right.type.root === 'NULL') {
    return context.functions.call(operator, [left, right], span);
  }
  const other = (isText(left.type) ? right : left).type;
  if (isInterval(other) || (EQUALITY.has(operator) && (isNumeric(other) || other.root === 'BOOLEAN'))) {
    throw mixedTypes(operator, left, right, span);
  }
  const sides = EQUALITY.has(operator) ? [asTime(left, other, context), asTime(right, other, context)] : [left, right];
  return context.functions.call(operator, sides, span);
}

const rowsAlike = ({ type: a }: Expression, { type: b }: Expression): boolean =>
  a.root === 'ROW' && b.root === 'ROW' && a.fields.length === b.fields.length && a.fields.length > 0;

/** Rows are equal where their fields are: of a field that is NULL nothing is known, unless another one differs. */
function fieldsEqual(context: ComparisonContext, left: Expression, right: Expression, span: Span): Expression | undefined {
  if (left.type.root !== 'ROW') return undefined;
  const args = left.type.fields.map((_, i) => bindComparison(context, '=', fieldAt(left, i), fieldAt(right, i), span));
  return args.length === 1 ? args[0] : { kind: 'and', args, type: types.boolean(args.some(({ type }) => type.nullable)), span };
}

/** Two types that do not compare, as an error. */
export function mixedTypes(what: string, { type: left }: Expression, { type: right }: Expression, span: Span): SqlError {
  const names = [left, right].map((type) => printType(withNullable(type, true)));
  return new SqlError('MS1202', `${what} does not compare ${names.join(' with ')}`, { span, hint: 'CAST one of them' });
}

/** Text as a date or time, NULL where it is none; a constant that is none is a mistake. */
function asTime(side: Expression, type: SqlType, { timeZone }: ComparisonContext): Expression {
  if (!isText(side.type) || !TIMES.has(type.root)) return side;
  if (side.kind === 'literal' && tryCastValue(side.value as Value, side.type, type, { timeZone }) === null) {
    throw new SqlError('MS1205', `'${side.value}' is no ${printType(withNullable(type, true))}`, { span: side.span });
  }
  return { kind: 'cast', input: side, safe: true, type: withNullable(type, true), span: side.span };
}

const TIMES: ReadonlySet<SqlType['root']> = new Set(['DATE', 'TIME', 'TIMESTAMP', 'TIMESTAMP_LTZ']);
