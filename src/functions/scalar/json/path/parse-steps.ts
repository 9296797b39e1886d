import type { JsonStep } from './json-path.ts';
import { parseFilter } from './parse-filter.ts';
import { PathText } from './path-text.ts';

const NAME = /[^\s.[(\])&|=<>!,?]+/y;
const QUOTED = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*/sy;
const PLACES = /\s*(-?\d{1,9}(?:\s*,\s*-?\d{1,9})*)\s*\]/y;
const SLICE = /\s*(-?\d{1,9})?\s*:\s*(-?\d{1,9})?\s*\]/y;
const ALL = /\s*\*\s*\]/y;

/** The steps of a path that begins with `$` or `@`, or what is wrong with it. */
export function parseSteps(path: string): readonly JsonStep[] | string {
  const text = new PathText(path);
  text.at = 1;
  const steps = stepsOf(text);
  if (typeof steps === 'string') return steps;
  return text.isAtEnd ? steps : text.unexpected();
}

/** Reads steps as far as they go. */
export function stepsOf(text: PathText): readonly JsonStep[] | string {
  const steps: JsonStep[] = [];
  for (;;) {
    if (text.accept('..')) steps.push({ kind: 'descend' });
    else if (!text.accept('.') && !text.is('[')) return steps;
    const step = text.is('[') ? bracket(text) : name(text);
    if (typeof step === 'string') return step;
    steps.push(step);
  }
}

function name(text: PathText): JsonStep | string {
  if (text.accept('*')) return { kind: 'all' };
  const found = text.match(NAME)?.[0];
  if (found === undefined) return text.isAtEnd ? 'it ends with a point' : text.unexpected();
  if (text.is('(')) return `functions such as ${found}() are not supported yet`;
  return { kind: 'names', names: [found] };
}

function bracket(text: PathText): JsonStep | string {
  text.accept('[');
  if (text.match(ALL)) return { kind: 'all' };
  if (text.match(/\s*\?\s*\(/y)) return filter(text);
  const places = text.match(PLACES)?.[1];
  if (places !== undefined) return { kind: 'places', places: places.split(',').map(Number) };
  const slice = text.match(SLICE);
  if (slice !== undefined) return sliceOf(slice[1], slice[2]);
  return names(text);
}

function sliceOf(from: string | undefined, to: string | undefined): JsonStep | string {
  if (from === undefined && to === undefined) return '[:] has neither a beginning nor an end';
  return { kind: 'slice', from: from === undefined ? undefined : Number(from), to: to === undefined ? undefined : Number(to) };
}

function names(text: PathText): JsonStep | string {
  const names: string[] = [];
  do {
    const match = text.match(QUOTED);
    if (match === undefined) return text.unexpected();
    names.push(unescaped(match[1] ?? match[2]!));
  } while (text.accept(','));
  return text.accept(']') ? { kind: 'names', names } : text.unexpected();
}

function filter(text: PathText): JsonStep | string {
  const condition = parseFilter(text);
  if (typeof condition === 'string') return condition;
  return text.match(/\s*\)\s*\]/y) === undefined ? text.unexpected() : { kind: 'filter', filter: condition };
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The text between quotes, its escapes taken out. */
export function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, hex: string | undefined, sign: string | undefined) =>
    hex === undefined ? (ESCAPES[sign!] ?? sign!) : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
