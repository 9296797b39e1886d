import { SqlError, UnsupportedError } from '../common/errors.ts';
import { printType } from '../data/types/print-type.ts';
import { isText, types, withNullable } from '../data/types/sql-type.ts';
import { jsonArrayAgg, jsonObjectAgg } from '../functions/aggregate/json-aggregates.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { literal } from '../plan/expressions/visit.ts';
import type * as sql from '../sql/ast/index.ts';
import type { ExpressionBinder } from './expression-binder.ts';
import type { FunctionRegistry } from './functions.ts';
import { type BoundAggregate, packed } from './made-aggregates.ts';

type JsonAggregate = sql.JsonArrayExpression | sql.JsonObjectExpression;

export const isJsonAggregate = (node: { readonly kind: string }): node is JsonAggregate =>
  (node.kind === 'jsonArray' || node.kind === 'jsonObject') && (node as JsonAggregate).aggregate;

/** Binds JSON_ARRAYAGG and JSON_OBJECTAGG, which keep values as JSON text. Throws MS1213 for a name that is no text, MS1402 for what is not supported. */
export function bindJsonAggregate(node: JsonAggregate, expressions: ExpressionBinder, functions: FunctionRegistry): BoundAggregate {
  const { span } = node;
  if (node.kind === 'jsonObject') {
    const { key, value, formatJson } = node.entries[0]!;
    refuseFormat(formatJson, 'JSON_OBJECTAGG', value);
    const name = expressions.bindTyped(key, 'JSON_OBJECTAGG');
    if (!isText(name.type))
      throw new SqlError('MS1213', `a name in JSON_OBJECTAGG is a STRING, not ${printType(withNullable(name.type, true))}`, {
        span: key.span,
      });
    const text = jsonText(value, 'JSON_OBJECTAGG', expressions, functions);
    const form = node.onNull === 'ABSENT ON NULL' ? 'present' : 'packed';
    return { function: jsonObjectAgg, argument: packed([name, text], form, span), distinct: false };
  }
  const order = node.orderBy[0];
  if (order !== undefined) throw new UnsupportedError('MS1402', 'ORDER BY in JSON_ARRAYAGG is not supported', { span: order.span });
  const { value, formatJson } = node.items[0]!;
  refuseFormat(formatJson, 'JSON_ARRAYAGG', value);
  const text = jsonText(value, 'JSON_ARRAYAGG', expressions, functions);
  const keepsNull = node.onNull === 'NULL ON NULL' && text.type.nullable;
  const nulls = literal('null', types.string(false));
  return {
    function: jsonArrayAgg,
    argument: keepsNull ? { kind: 'coalesce', args: [text, nulls], type: types.string(false), span } : text,
    distinct: false,
  };
}

function refuseFormat(formatJson: boolean, name: string, { span }: sql.Expression): void {
  if (formatJson) throw new UnsupportedError('MS1402', `FORMAT JSON in ${name} is not supported yet`, { span });
}

function jsonText(value: sql.Expression, name: string, expressions: ExpressionBinder, functions: FunctionRegistry): Expression {
  if (functions.scalar('JSON_STRING') === undefined)
    throw new UnsupportedError('MS1402', `${name} is not supported yet`, { span: value.span });
  return functions.call('JSON_STRING', [expressions.bindTyped(value, name)], value.span);
}
