import type {
  JsonArrayExpression,
  JsonBehavior,
  JsonEntry,
  JsonExistsExpression,
  JsonNulls,
  JsonObjectExpression,
  JsonQueryExpression,
  JsonValueExpression,
} from '../ast/expressions.ts';
import { filterText } from './calls.ts';
import { expressionText } from './expressions.ts';
import { orderText } from './queries.ts';
import { typeText } from './types.ts';

type JsonExpression = JsonValueExpression | JsonQueryExpression | JsonExistsExpression | JsonObjectExpression | JsonArrayExpression;

/** The call of a JSON function as SQL text. */
export function jsonText(node: JsonExpression, indent: number): string {
  switch (node.kind) {
    case 'jsonValue':
      return `JSON_VALUE(${words(pathText(node, indent), returningText(node), behaviorsText(node, indent))})`;
    case 'jsonQuery':
      return `JSON_QUERY(${words(pathText(node, indent), returningText(node), wrapperText(node), behaviorsText(node, indent))})`;
    case 'jsonExists':
      return `JSON_EXISTS(${words(pathText(node, indent), node.onError === undefined ? '' : `${node.onError} ON ERROR`)})`;
    case 'jsonObject':
      return objectText(node, indent);
    case 'jsonArray':
      return arrayText(node, indent);
  }
}

const words = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

function pathText(node: JsonValueExpression | JsonQueryExpression | JsonExistsExpression, indent: number): string {
  return `${expressionText(node.input, indent)}, ${expressionText(node.path, indent)}`;
}

function returningText({ returning }: JsonValueExpression | JsonQueryExpression): string {
  return returning === undefined ? '' : `RETURNING ${typeText(returning)}`;
}

function wrapperText({ wrapper }: JsonQueryExpression): string {
  if (wrapper === undefined) return '';
  return wrapper === 'WITHOUT' ? 'WITHOUT ARRAY WRAPPER' : `WITH ${wrapper} ARRAY WRAPPER`;
}

function behaviorsText({ onEmpty, onError }: JsonValueExpression | JsonQueryExpression, indent: number): string {
  return words(behaviorText(onEmpty, 'EMPTY', indent), behaviorText(onError, 'ERROR', indent));
}

function behaviorText(behavior: JsonBehavior | undefined, event: string, indent: number): string {
  if (behavior === undefined) return '';
  const value = behavior.value === undefined ? '' : ` ${expressionText(behavior.value, indent)}`;
  return `${behavior.behavior}${value} ON ${event}`;
}

const nullsText = (onNull: JsonNulls | undefined): string => onNull ?? '';
const format = (formatJson: boolean): string => (formatJson ? ' FORMAT JSON' : '');

function entryText({ key, value, formatJson }: JsonEntry, indent: number): string {
  return `KEY ${expressionText(key, indent)} VALUE ${expressionText(value, indent)}${format(formatJson)}`;
}

function objectText({ aggregate, entries, onNull, filter }: JsonObjectExpression, indent: number): string {
  const list = entries.map((entry) => entryText(entry, indent)).join(', ');
  return `${aggregate ? 'JSON_OBJECTAGG' : 'JSON_OBJECT'}(${words(list, nullsText(onNull))})${filterText(filter, indent)}`;
}

function arrayText({ aggregate, items, orderBy, onNull, filter }: JsonArrayExpression, indent: number): string {
  const list = items.map(({ value, formatJson }) => expressionText(value, indent) + format(formatJson)).join(', ');
  const order = orderBy.length === 0 ? '' : `ORDER BY ${orderText(orderBy, indent)}`;
  return `${aggregate ? 'JSON_ARRAYAGG' : 'JSON_ARRAY'}(${words(list, order, nullsText(onNull))})${filterText(filter, indent)}`;
}
