import { compileRegex, firstMatch } from '../../../regex/regex.ts';
import { compareNumbers } from '../json-number.ts';
import type { JsonNode } from '../read-json.ts';
import { followSteps } from './follow-path.ts';
import type { FilterOperand, FilterOperator, JsonFilter } from './json-path.ts';

/** Whether a value passes a filter. What a path does not find is equal to nothing, and compares with nothing. */
export function passes(filter: JsonFilter, item: JsonNode, root: JsonNode): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.operands.every((operand) => passes(operand, item, root));
    case 'or':
      return filter.operands.some((operand) => passes(operand, item, root));
    case 'not':
      return !passes(filter.operand, item, root);
    case 'exists':
      return operandOf(filter.operand, item, root) !== undefined;
    case 'compare':
      if (filter.operator === '=~') return matches(filter.left, filter.right, item, root);
      return compare(filter.operator, operandOf(filter.left, item, root), operandOf(filter.right, item, root));
  }
}

function operandOf(operand: FilterOperand, item: JsonNode, root: JsonNode): JsonNode | undefined {
  if (operand.kind === 'constant') return operand.node;
  if (operand.kind === 'regex') return { kind: 'string', text: operand.source };
  const found = followSteps(operand.fromRoot ? root : item, root, operand.steps, false);
  return found === 'error' ? undefined : found;
}

function compare(operator: Exclude<FilterOperator, '=~'>, left: JsonNode | undefined, right: JsonNode | undefined): boolean {
  switch (operator) {
    case '==':
      return isEqual(left, right);
    case '!=':
      return !isEqual(left, right);
    case 'in':
      return right?.kind === 'array' && right.items.some((item) => isEqual(item, left));
    case 'nin':
      return right?.kind === 'array' && !right.items.some((item) => isEqual(item, left));
    case 'contains':
      return contains(left, right);
    case 'size':
      return right?.kind === 'number' && sizeOf(left) === Number(right.text);
    case 'empty':
      return right?.kind === 'boolean' && left !== undefined && sizeOf(left) !== undefined && (sizeOf(left) === 0) === right.value;
    default:
      return ordered(operator, left, right);
  }
}

function ordered(operator: '<' | '<=' | '>' | '>=', left: JsonNode | undefined, right: JsonNode | undefined): boolean {
  const order = orderOf(left, right);
  if (order === undefined) return false;
  if (order === 0) return operator.length === 2;
  return order < 0 === operator.startsWith('<');
}

/** Numbers compare with numbers, texts with texts. */
function orderOf(left: JsonNode | undefined, right: JsonNode | undefined): number | undefined {
  if (left?.kind === 'number' && right?.kind === 'number') return compareNumbers(left.text, right.text);
  if (left?.kind !== 'string' || right?.kind !== 'string') return undefined;
  return left.text < right.text ? -1 : left.text > right.text ? 1 : 0;
}

/** A number and a text are equal where the text is that number. */
function isEqual(left: JsonNode | undefined, right: JsonNode | undefined): boolean {
  if (left === undefined || right === undefined) return false;
  if (left.kind === 'number' || right.kind === 'number') return isSameNumber(left, right);
  if (left.kind === 'string') return right.kind === 'string' && left.text === right.text;
  if (left.kind === 'boolean') return right.kind === 'boolean' && left.value === right.value;
  if (left.kind === 'array') return right.kind === 'array' && sameItems(left.items, right.items);
  if (left.kind === 'object') return right.kind === 'object' && sameEntries(left.entries, right.entries);
  return right.kind === 'null';
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function isSameNumber(left: JsonNode, right: JsonNode): boolean {
  const texts = [left, right].map((node) => (node.kind === 'number' || node.kind === 'string' ? node.text : ''));
  return texts.every((text) => NUMBER.test(text)) && compareNumbers(texts[0]!, texts[1]!) === 0;
}

const sameItems = (left: readonly JsonNode[], right: readonly JsonNode[]): boolean =>
  left.length === right.length && left.every((item, i) => isEqual(item, right[i]));

function sameEntries(left: ReadonlyMap<string, JsonNode>, right: ReadonlyMap<string, JsonNode>): boolean {
  return left.size === right.size && [...left].every(([name, value]) => isEqual(value, right.get(name)));
}

/** A text in a text, or a value in an array. */
function contains(left: JsonNode | undefined, right: JsonNode | undefined): boolean {
  if (left?.kind === 'string') return right?.kind === 'string' && left.text.includes(right.text);
  return left?.kind === 'array' && left.items.some((item) => isEqual(item, right));
}

function sizeOf(node: JsonNode | undefined): number | undefined {
  if (node?.kind === 'array') return node.items.length;
  if (node?.kind === 'object') return node.entries.size;
  return node?.kind === 'string' ? node.text.length : undefined;
}

/** Whether a whole text (or number, or boolean, as text) matches a pattern. */
function matches(left: FilterOperand, right: FilterOperand, item: JsonNode, root: JsonNode): boolean {
  const [pattern, other] = right.kind === 'regex' ? [right, left] : [left, right];
  const value = operandOf(other, item, root);
  if (pattern.kind !== 'regex' || value === undefined) return false;
  const text = value.kind === 'string' || value.kind === 'number' ? value.text : value.kind === 'boolean' ? String(value.value) : undefined;
  const compiled = compileRegex(pattern.source);
  if (text === undefined || compiled === undefined) return false;
  return firstMatch(compiled, text)?.[0].length === text.length;
}
