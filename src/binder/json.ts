import { UnsupportedError } from '../common/errors.ts';
import { types } from '../data/types/sql-type.ts';
import { parseJsonPath } from '../functions/scalar/json/json-path.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { literal } from '../plan/expressions/visit.ts';
import type * as sql from '../sql/ast/index.ts';
import type { FunctionRegistry } from './functions.ts';

/** A constant text that is never NULL. */
export const textLiteral = (text: string): Expression => literal(text, types.char(text.length, false));

/** JSON_EXISTS and JSON_VALUE as calls whose last arguments say what comes of nothing and of errors. Throws MS1402 for what is not supported. */
export function bindJson(
  node: sql.JsonExistsExpression | sql.JsonValueExpression,
  bind: (node: sql.Expression) => Expression,
  functions: FunctionRegistry,
): Expression {
  const { span } = node;
  const path = pathOf(node.path, bind);
  if (node.kind === 'jsonExists') {
    if (node.onError === 'ERROR') throw refused('ERROR ON ERROR', span);
    return functions.call('JSON_EXISTS', [bind(node.input), path, textLiteral(node.onError ?? 'FALSE')], span);
  }
  if (node.returning !== undefined) throw refused('RETURNING', node.returning.span, 'CAST the text that JSON_VALUE gives');
  const defaults = [node.onEmpty, node.onError].map((behavior) => defaultOf(behavior, bind));
  return functions.call('JSON_VALUE', [bind(node.input), path, ...defaults], span);
}

const PATHS = "paths are made of names and places: $.a['b c'][0]";

function pathOf(node: sql.Expression, bind: (node: sql.Expression) => Expression): Expression {
  const path = bind(node);
  if (path.kind !== 'literal' || typeof path.value !== 'string') throw refused('a path that is not a constant text', node.span);
  try {
    parseJsonPath(path.value);
  } catch (error) {
    if (error instanceof UnsupportedError) throw new UnsupportedError('MS1402', error.message, { span: node.span, hint: PATHS });
    throw error;
  }
  return path;
}

function defaultOf(behavior: sql.JsonBehavior | undefined, bind: (node: sql.Expression) => Expression): Expression {
  if (behavior === undefined || behavior.behavior === 'NULL') return literal(null, types.string());
  const value = behavior.value === undefined ? undefined : bind(behavior.value);
  if (value?.type.root === 'CHAR' || value?.type.root === 'VARCHAR') return value;
  throw refused(value === undefined ? `${behavior.behavior} ON ERROR or EMPTY` : 'a DEFAULT that is no text', behavior.span);
}

const refused = (what: string, span: sql.Expression['span'], hint?: string): UnsupportedError =>
  new UnsupportedError('MS1402', `${what} in a JSON function is not supported yet`, { span, ...(hint !== undefined && { hint }) });
