import { compileRegex } from '../../../regex/regex.ts';
import { readJson } from '../read-json.ts';
import type { FilterOperand, FilterOperator, JsonFilter } from './json-path.ts';
import { stepsOf, unescaped } from './parse-steps.ts';
import type { PathText } from './path-text.ts';

/** Parentheses and negations inside each other that are followed. */
const DEPTH_MAX = 50;

/** The condition of a filter, up to the parenthesis that ends it, or what is wrong with it. OR binds less tightly than AND. */
export function parseFilter(text: PathText, depth = 0): JsonFilter | string {
  return chain(text, '||', 'or', () => chain(text, '&&', 'and', () => term(text, depth)));
}

function chain(text: PathText, sign: string, kind: 'and' | 'or', next: () => JsonFilter | string): JsonFilter | string {
  const operands: JsonFilter[] = [];
  do {
    const operand = next();
    if (typeof operand === 'string') return operand;
    operands.push(operand);
    text.match(/\s*/y);
  } while (text.accept(sign));
  return operands.length === 1 ? operands[0]! : { kind, operands };
}

function term(text: PathText, depth: number): JsonFilter | string {
  if (depth > DEPTH_MAX) return 'its filter nests too deeply';
  text.match(/\s*/y);
  if (text.accept('!')) {
    const operand = term(text, depth + 1);
    return typeof operand === 'string' ? operand : { kind: 'not', operand };
  }
  if (text.accept('(')) {
    const inner = parseFilter(text, depth + 1);
    if (typeof inner === 'string') return inner;
    return text.match(/\s*\)/y) === undefined ? text.unexpected() : inner;
  }
  return comparison(text);
}

const OPERATOR = /\s*(==|!=|<=|>=|<|>|=~|[a-zA-Z]+)\s*/y;
const WORDS: ReadonlySet<string> = new Set(['in', 'nin', 'contains', 'size', 'empty']);

function comparison(text: PathText): JsonFilter | string {
  const left = operand(text);
  if (typeof left === 'string') return left;
  const found = text.match(OPERATOR)?.[1];
  if (found === undefined) return left.kind === 'path' ? { kind: 'exists', operand: left } : 'a constant is no condition';
  const operator = found.toLowerCase();
  if (/^[a-z]/.test(operator) && !WORDS.has(operator)) return `the operator ${found} is not supported yet`;
  const right = operand(text);
  return typeof right === 'string' ? right : { kind: 'compare', operator: operator as FilterOperator, left, right };
}

const TEXT = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/sy;
const REGEX = /\/((?:[^/\\]|\\.)+)\/([a-zA-Z]*)/y;
const SCALAR = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const LIST = /\[(?:[^\]'"]|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")*\]/sy;

function operand(text: PathText): FilterOperand | string {
  if (text.is('@') || text.is('$')) return pathOperand(text);
  const quoted = text.match(TEXT);
  if (quoted !== undefined) return { kind: 'constant', node: { kind: 'string', text: unescaped(quoted[1] ?? quoted[2]!) } };
  const regex = text.match(REGEX);
  if (regex !== undefined) return regexOperand(regex[1]!, regex[2]!);
  const constant = (text.match(SCALAR) ?? text.match(LIST))?.[0];
  if (constant === undefined) return text.unexpected();
  const node = readJson(constant.replace(/'((?:[^'\\]|\\.)*)'/gs, (_, inner: string) => JSON.stringify(unescaped(inner))));
  return node === undefined ? `${JSON.stringify(constant.slice(0, 50))} is no value` : { kind: 'constant', node };
}

function pathOperand(text: PathText): FilterOperand | string {
  const fromRoot = text.is('$');
  text.at++;
  const steps = stepsOf(text);
  return typeof steps === 'string' ? steps : { kind: 'path', fromRoot, steps };
}

/** The pattern in Java's syntax, for whole texts, with its flags in front. Throws MS1451 for one that cannot run here. */
function regexOperand(source: string, flags: string): FilterOperand | string {
  if (!/^[ismu]*$/.test(flags)) return `the flags ${flags} of a pattern are not supported yet`;
  const whole = `${flags === '' ? '' : `(?${flags})`}^(?:${source})$`;
  return compileRegex(whole) === undefined ? `/${source}/ is no pattern` : { kind: 'regex', source: whole };
}
