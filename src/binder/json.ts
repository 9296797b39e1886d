import { SqlError, UnsupportedError } from '../common/errors.ts';
import { printType } from '../data/types/print-type.ts';
import { isText, MAX_LENGTH, type SqlType, types } from '../data/types/sql-type.ts';
import { parseJsonPath } from '../functions/scalar/json/path/json-path.ts';
import type { Expression } from '../plan/expressions/expression.ts';
import { literal } from '../plan/expressions/visit.ts';
import type * as sql from '../sql/ast/index.ts';
import type { FunctionRegistry } from './functions.ts';
import { bindType } from './types.ts';

/** A constant text that is never NULL. */
export const textLiteral = (text: string): Expression => literal(text, types.char(text.length, false));

export type JsonExpression =
  | sql.JsonExistsExpression
  | sql.JsonValueExpression
  | sql.JsonQueryExpression
  | sql.JsonObjectExpression
  | sql.JsonArrayExpression;

/** Binds the parts of a JSON expression, and calls its function. */
export interface JsonBinding {
  readonly functions: FunctionRegistry;
  bind(node: sql.Expression): Expression;
}

/** JSON functions as calls; one argument has the words of the call. Throws MS1402 for what is not supported. */
export function bindJson(node: JsonExpression, binding: JsonBinding): Expression {
  switch (node.kind) {
    case 'jsonExists': {
      const words = textLiteral(node.onError ?? 'FALSE');
      return binding.functions.call('JSON_EXISTS', [binding.bind(node.input), pathOf(node.path, binding), words], node.span);
    }
    case 'jsonValue':
      return jsonValue(node, binding);
    case 'jsonQuery':
      return jsonQuery(node, binding);
    case 'jsonObject':
      return jsonObject(node, binding);
    case 'jsonArray':
      return jsonArray(node, binding);
  }
}

function pathOf(node: sql.Expression, { bind }: JsonBinding): Expression {
  const path = bind(node);
  if (path.kind !== 'literal' || typeof path.value !== 'string') throw refused('a path that is not a constant text', node.span);
  try {
    parseJsonPath(path.value);
  } catch (error) {
    if (error instanceof UnsupportedError) error.span ??= node.span;
    throw error;
  }
  return path;
}

function jsonValue(node: sql.JsonValueExpression, binding: JsonBinding): Expression {
  const { input, path, returning, onEmpty, onError, span } = node;
  const type = returning === undefined ? types.string() : scalarType(returning);
  const empty = defaultOf(onEmpty, type, binding);
  const error = defaultOf(onError, type, binding);
  const words = textLiteral(`${empty.word} ${error.word}`);
  const args = [binding.bind(input), pathOf(path, binding), words, literal(null, type), empty.value, error.value];
  return binding.functions.call('JSON_VALUE', args, span);
}

function scalarType(name: sql.TypeName): SqlType {
  const type = bindType(name);
  const isKnown = type.root === 'VARCHAR' ? type.length === MAX_LENGTH : /^(?:BOOLEAN|INT|DOUBLE)$/.test(type.root);
  if (isKnown) return type;
  throw refused(
    `RETURNING ${printType(type)}`,
    name.span,
    'it can be STRING, BOOLEAN, INTEGER and DOUBLE; CAST the text that JSON_VALUE gives without it',
  );
}

/** Defaults have the type of the result: Flink writes others in ways of their own. */
function defaultOf(behavior: sql.JsonBehavior | undefined, type: SqlType, { bind }: JsonBinding): JsonDefault {
  const word = behavior?.behavior ?? 'NULL';
  if (word.startsWith('EMPTY')) throw refused(`${word} in JSON_VALUE`, behavior!.span);
  if (behavior?.value === undefined) return { word, value: literal(null, type) };
  const value = bind(behavior.value);
  const fits = isText(type) ? isText(value.type) : value.type.root === type.root;
  if (fits || value.type.root === 'NULL') return { word, value };
  throw refused(`a DEFAULT that is no ${printType(type)}`, behavior.span, `CAST it: DEFAULT CAST(... AS ${printType(type)})`);
}

interface JsonDefault {
  readonly word: string;
  readonly value: Expression;
}

function jsonQuery(node: sql.JsonQueryExpression, binding: JsonBinding): Expression {
  const { input, path, returning, wrapper = 'WITHOUT', onEmpty, onError, span } = node;
  const type = returning === undefined ? types.string() : bindType(returning);
  const isArray = type.root === 'ARRAY' && type.element.root === 'VARCHAR';
  if (!isArray && type.root !== 'VARCHAR') {
    throw refused('RETURNING another type than STRING and ARRAY<STRING>', returning!.span, 'CAST what it gives');
  }
  const behaviors = [onEmpty, onError].map((behavior) => {
    if (behavior?.behavior === 'DEFAULT') throw refused('DEFAULT in JSON_QUERY', behavior.span);
    if (isArray && behavior?.behavior === 'EMPTY OBJECT') {
      throw new SqlError('MS1217', 'EMPTY OBJECT is no ARRAY<STRING>', { span: behavior.span, hint: 'write EMPTY ARRAY or NULL' });
    }
    return behavior?.behavior ?? 'NULL';
  });
  const words = textLiteral([wrapper, ...behaviors, isArray ? 'ARRAY' : 'STRING'].join(', '));
  return binding.functions.call('JSON_QUERY', [binding.bind(input), pathOf(path, binding), words], span);
}

function jsonObject(node: sql.JsonObjectExpression, binding: JsonBinding): Expression {
  if (node.aggregate) throw new UnsupportedError('MS1402', 'JSON_OBJECTAGG is not supported at this place yet', { span: node.span });
  const kinds = node.entries.map(({ value, formatJson }) => kindOf(value, formatJson));
  const members = node.entries.flatMap(({ key, value }) => {
    const name = binding.bind(key);
    if (name.kind !== 'literal' || typeof name.value !== 'string') {
      throw new SqlError('MS1217', 'the name of a member of JSON_OBJECT must be a constant text', { span: key.span });
    }
    return [name, binding.bind(value)];
  });
  const words = textLiteral([node.onNull === 'ABSENT ON NULL' ? 'ABSENT' : 'NULL', ...kinds].join(', '));
  return binding.functions.call('JSON_OBJECT', [words, ...members], node.span);
}

function jsonArray(node: sql.JsonArrayExpression, binding: JsonBinding): Expression {
  if (node.aggregate) throw new UnsupportedError('MS1402', 'JSON_ARRAYAGG is not supported at this place yet', { span: node.span });
  const kinds = node.items.map(({ value, formatJson }) => kindOf(value, formatJson));
  const words = textLiteral([node.onNull === 'NULL ON NULL' ? 'NULL' : 'ABSENT', ...kinds].join(', '));
  return binding.functions.call('JSON_ARRAY', [words, ...node.items.map(({ value }) => binding.bind(value))], node.span);
}

/** Whether a value is JSON already, as the call that makes it says. */
function kindOf(value: sql.Expression, formatJson: boolean): 'json' | 'value' {
  if (formatJson) throw refused('FORMAT JSON', value.span, 'write JSON(...) around the value');
  if (value.kind === 'cast' && value.type.kind === 'scalarType' && value.type.name === 'STRING') return kindOf(value.operand, false);
  const isMade = (value.kind === 'jsonObject' || value.kind === 'jsonArray') && !value.aggregate;
  return isMade || (value.kind === 'call' && value.name.parts.at(-1)!.name.toUpperCase() === 'JSON') ? 'json' : 'value';
}

const refused = (what: string, span: sql.Expression['span'], hint?: string): UnsupportedError =>
  new UnsupportedError('MS1402', `${what} in a JSON function is not supported yet`, { span, ...(hint !== undefined && { hint }) });
