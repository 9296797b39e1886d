import { isDeepStrictEqual } from 'node:util';
import { SqlError } from '../../src/common/errors.ts';
import { type Random, seededRandom } from '../../src/common/random.ts';
import { parseScript, printStatement, type Statement, splitForShell } from '../../src/sql/index.ts';
import { shrink } from './shrink.ts';
import { randomStatement } from './sql-grammar.ts';
import type { FuzzFailure, FuzzOptions } from './targets.ts';

export interface SqlFuzzResult {
  readonly inputs: number;
  /** How many of the inputs were statements of the dialect. */
  readonly parsed: number;
  readonly failures: readonly FuzzFailure[];
}

/**
 * Feeds the lexer, parser and printer with random statements, half of them damaged. Whatever the text: nothing but a SqlError is thrown,
 * its place lies in the text, and what parses prints to a text that reads as the same tree. The same seed gives the same inputs.
 */
export async function fuzzSql({ seed, count }: FuzzOptions): Promise<SqlFuzzResult> {
  const random = seededRandom(seed);
  const failures: FuzzFailure[] = [];
  let parsed = 0;
  for (let i = 0; i < count && failures.length < 20; i++) {
    const statement = randomStatement(random, 2 + random.below(5));
    const text = random.below(2) === 0 ? statement : damage(statement, random);
    const outcome = check(text);
    if (outcome === 'parsed') parsed++;
    else if (outcome !== 'refused') failures.push(await smallest(text, outcome));
    if (i % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return { inputs: count, parsed, failures };
}

/** What is wrong with how a text is read; undefined when nothing is. */
export function checkSql(text: string): string | undefined {
  const outcome = check(text);
  return outcome === 'parsed' || outcome === 'refused' ? undefined : outcome;
}

/** 'parsed', 'refused', or what is wrong. */
function check(text: string): string {
  try {
    splitForShell(text);
    const statements = parseScript(text);
    return statements.map(roundTrip).find((problem) => problem !== undefined) ?? 'parsed';
  } catch (error) {
    if (!(error instanceof SqlError)) return `threw ${String(error)}`;
    const { span } = error;
    const inside = span !== undefined && span.start >= 0 && span.start <= span.end && span.end <= text.length && error.source === text;
    return inside && lineOf(text, span.start) === span.line ? 'refused' : `misplaced error: ${JSON.stringify(span)}`;
  }
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function roundTrip(statement: Statement): string | undefined {
  const printed = printStatement(statement);
  try {
    const [again] = parseScript(printed);
    return isDeepStrictEqual(withoutSpans(again), withoutSpans(statement)) ? undefined : `prints as another tree: ${printed}`;
  } catch (error) {
    return `prints as a text that is refused: ${printed}: ${String(error)}`;
  }
}

/** A tree without the places of its nodes. */
export function withoutSpans(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutSpans);
  if (typeof node !== 'object' || node === null) return node;
  const entries = Object.entries(node).filter(([key]) => key !== 'span');
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutSpans(value)]));
}

const pieces = /\s+|[\p{L}_$][\p{L}\d_$]*|\d+|'(?:[^']|'')*'|`[^`]*`|[\s\S]/gu;
const noise = [
  '(',
  ')',
  ',',
  "'",
  '`',
  '/*',
  '*/',
  '--',
  '\n',
  ';',
  '.',
  '[',
  ']',
  '<',
  '>',
  '=',
  '|',
  'U&',
  '\\',
  '"',
  '\u0000',
  '\ud800',
  '😀',
  '?',
  'SELECT',
  'AS',
  'NOT',
  'BY',
  'END',
  'value',
  '0',
  'e',
  '*',
];

/** Deletes, repeats, swaps, replaces or inserts a few tokens, or cuts the text off. */
function damage(text: string, random: Random): string {
  const tokens = text.match(pieces) ?? [];
  const times = 1 + random.below(3);
  for (let i = 0; i < times; i++) {
    const at = random.below(Math.max(tokens.length, 1));
    const other = random.below(Math.max(tokens.length, 1));
    const word = noise[random.below(noise.length)] ?? '';
    const way = random.below(6);
    if (way === 0) tokens.splice(at, 1);
    else if (way === 1) tokens.splice(at, 0, tokens[other] ?? '');
    else if (way === 2) tokens.splice(at, 1, tokens[other] ?? '');
    else if (way === 3) tokens.splice(at, 1, word);
    else if (way === 4) tokens.splice(at, 0, word);
    else tokens.length = Math.max(at, 1);
  }
  return tokens.join('');
}

/** Removes tokens as long as the text still fails in some way. */
async function smallest(text: string, reason: string): Promise<FuzzFailure> {
  const tokens = await shrink(text.match(pieces) ?? [], async (fewer) => checkSql(fewer.join('')) !== undefined);
  const input = tokens.join('');
  return { input, reason: checkSql(input) ?? reason };
}
