import { isDeepStrictEqual } from 'node:util';
import { type Random, seededRandom } from '../../src/common/random.ts';
import type { Schema } from '../../src/data/schema.ts';
import { types as t } from '../../src/data/types/sql-type.ts';
import { jsonFormat } from '../../src/formats/json/json-format.ts';
import { loadKernels } from '../../src/kernels/kernels.ts';
import { DecodeHarness } from './decode-harness.ts';
import { attempt, checkEveryCut, smallest, toInput } from './failing-bytes.ts';
import { cuts, joinLines, mutate } from './mutate.ts';
import type { FuzzFailure, FuzzOptions } from './targets.ts';

const SCHEMA: Schema = {
  fields: [
    { name: 'id', type: t.bigint() },
    { name: 'text', type: t.string() },
    { name: 'num', type: t.double() },
    { name: 'ok', type: t.boolean() },
    {
      name: 'sub',
      type: t.row([
        { name: 'x', type: t.int() },
        { name: 'id', type: t.string() },
      ]),
    },
    { name: 'list', type: t.array(t.string()) },
    { name: 'map', type: t.map(t.string(), t.bigint()) },
    { name: 'at', type: t.timestamp(3) },
    { name: '__proto__', type: t.string() },
  ],
};
const NAMES = [
  ...SCHEMA.fields.map(({ name }) => name),
  'other',
  'ID',
  'a key longer than thirty-two bytes, which is not predicted',
  'é',
  '',
];
const HOT = '{}[]":,\\\\\n\r\t 0123456789.eE+-truefalsn\u0000u';
const LINES = 16;

export interface FuzzResult {
  readonly inputs: number;
  readonly failures: readonly FuzzFailure[];
}

/**
 * Feeds the json decoder with lines: records, most of them damaged, and random bytes. Nothing crashes or hangs, rows and bad records do
 * not depend on how the bytes are cut, a line that JSON.parse reads as an object is read with the same values, and a line that it
 * refuses is refused but for what Flink's reader allows. The same seed gives the same inputs.
 */
export async function fuzzJson({ seed, count }: FuzzOptions): Promise<FuzzResult> {
  const random = seededRandom(seed);
  const harness = await openHarness();
  const failures: FuzzFailure[] = [];
  for (let inputs = 0; inputs < count && failures.length < 10; inputs += LINES) {
    const lines = Array.from({ length: LINES }, () => randomLine(random));
    const bytes = joinLines(lines, random.below(2) === 0);
    const reason = attempt(() => check(harness, bytes, cuts(bytes.length, random)));
    if (reason) failures.push(await smallest({ input: toInput(bytes), reason }, checkJson));
    if (inputs % (LINES * 64) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return { inputs: count, failures };
}

const openHarness = async (): Promise<DecodeHarness> =>
  new DecodeHarness(await loadKernels(), jsonFormat, SCHEMA, { 'ignore-parse-errors': 'true' });

/** What is wrong with how bytes are read, wherever they are cut; undefined when nothing is. */
export async function checkJson(input: string): Promise<string | undefined> {
  const harness = await openHarness();
  return checkEveryCut(input, (bytes, ends) => check(harness, bytes, ends));
}

function check(harness: DecodeHarness, bytes: Uint8Array, ends: readonly number[]): string | undefined {
  const whole = harness.decode(bytes);
  const cut = harness.decode(bytes, ends);
  if (!isDeepStrictEqual(whole, cut)) return `cut at ${ends}: ${JSON.stringify(cut)} is not ${JSON.stringify(whole)}`;
  return checkLines(harness, splitLines(bytes), whole.rows);
}

function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    lines.push(bytes.subarray(start, end < 0 ? bytes.length : end));
    start = end < 0 ? bytes.length : end + 1;
  }
  return lines;
}

/** Each line gives the rows that it gives among the others. */
function checkLines(harness: DecodeHarness, lines: readonly Uint8Array[], all: readonly (readonly string[])[]): string | undefined {
  let next = 0;
  for (const line of lines) {
    const { rows } = harness.decode(line);
    const among = all.slice(next, next + rows.length);
    next += rows.length;
    if (!isDeepStrictEqual(among, rows)) return `alone ${JSON.stringify(rows)}, among others ${JSON.stringify(among)}`;
    const problem = compare(line, rows);
    if (problem) return `${problem}: ${Buffer.from(line).toString('latin1')}`;
  }
  return next === all.length ? undefined : `${all.length} rows, not ${next}`;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function compare(line: Uint8Array, rows: readonly (readonly string[])[]): string | undefined {
  const text = decodeText(line);
  if (text === undefined) return rows.length === 0 ? undefined : 'broken UTF-8 was read';
  const parsed = parse(text);
  if (parsed === undefined) return rows.length === 0 || isAllowed(text) ? undefined : 'read what JSON.parse refuses';
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  if (rows.length !== 1) return 'refused what JSON.parse reads';
  return compareRow(parsed as Record<string, unknown>, rows[0]!);
}

function decodeText(line: Uint8Array): string | undefined {
  try {
    return strict.decode(line);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Flink reads control characters within strings, and passes over a byte order mark. */
function isAllowed(text: string): boolean {
  const plain = text.replace(/^\ufeff/, '').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\t\r]/g, ' ');
  return parse(plain) !== undefined;
}

/** Compares what has one right answer; values of other types are the unit tests' matter. */
function compareRow(record: Record<string, unknown>, row: readonly string[]): string | undefined {
  const has = (name: string): boolean => Object.hasOwn(record, name);
  for (const [i, { name }] of SCHEMA.fields.entries()) {
    const value = has(name) ? record[name] : null;
    const got: unknown = JSON.parse(row[i]!);
    if (value === null && got !== null) return `${name} is ${row[i]}, not null`;
    const wanted = expected(name, value);
    if (wanted !== undefined && !isDeepStrictEqual(got, wanted)) return `${name} is ${row[i]}, not ${JSON.stringify(wanted)}`;
  }
  return undefined;
}

function expected(name: string, value: unknown): unknown {
  if ((name === 'text' || name === '__proto__') && typeof value === 'string') return noLone(value);
  if (name === 'num' && typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (name === 'id' && typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 1e9) return value + 0;
  if (name === 'ok' && typeof value === 'boolean') return value;
  if (name === 'list' && Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.map(noLone);
  return undefined;
}

/** A lone surrogate is '?', as in Flink. */
const noLone = (text: string): string => text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '?');

// ---- lines ----

function randomLine(random: Random): Uint8Array {
  const kind = random.below(10);
  if (kind === 0)
    return Uint8Array.from({ length: random.below(60) }, () =>
      random.below(3) === 0 ? random.below(256) : HOT.charCodeAt(random.below(HOT.length)),
    );
  const line = new TextEncoder().encode(randomRecord(random));
  return kind < 4 ? line : mutate(line, random, HOT);
}

function randomRecord(random: Random): string {
  const space = (): string => (random.below(8) === 0 ? [' ', '\t', '  ', '\r'][random.below(4)]! : '');
  const ordered = random.below(2) === 0;
  const count = ordered ? SCHEMA.fields.length : random.below(12);
  const fields = Array.from({ length: count }, (_, i) => {
    const name = ordered ? SCHEMA.fields[i]!.name : NAMES[random.below(NAMES.length)]!;
    return `${space()}${key(name, random)}${space()}:${space()}${randomValue(random, name, 3)}${space()}`;
  });
  return `{${fields.join(',')}}`;
}

const key = (name: string, random: Random): string =>
  random.below(20) === 0 ? JSON.stringify(name).replace(/[a-z]/, unicodeEscape) : JSON.stringify(name);
const unicodeEscape = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;

function randomValue(random: Random, name: string, depth: number): string {
  if (random.below(6) > 0) {
    if (name === 'id') return randomInteger(random);
    if (name === 'num') return randomNumber(random);
    if (name === 'ok') return random.below(2) === 0 ? 'true' : 'false';
    if (name === 'at')
      return `"20${10 + random.below(90)}-0${1 + random.below(9)}-1${random.below(10)} 1${random.below(10)}:00:0${random.below(10)}.${random.below(2000)}"`;
    if (name === 'text') return randomString(random);
  }
  const kind = random.below(depth > 0 ? 8 : 5);
  if (kind === 0) return 'null';
  if (kind === 1) return random.below(2) === 0 ? 'true' : 'false';
  if (kind === 2) return randomNumber(random);
  if (kind <= 4) return randomString(random);
  if (kind === 5) return `[${Array.from({ length: random.below(4) }, () => randomString(random)).join(', ')}]`;
  if (kind === 6) return `[${Array.from({ length: random.below(4) }, () => randomValue(random, '', depth - 1)).join(',')}]`;
  return `{${Array.from({ length: random.below(4) }, () => `${key(NAMES[random.below(NAMES.length)]!, random)}:${randomValue(random, '', depth - 1)}`).join(',')}}`;
}

const digits = (random: Random, most: number): string => Array.from({ length: 1 + random.below(most) }, () => random.below(10)).join('');

function randomInteger(random: Random): string {
  const whole = digits(random, 20).replace(/^0+(?=.)/, '');
  return random.below(3) === 0 ? `-${whole}` : whole;
}

function randomNumber(random: Random): string {
  const fraction = random.below(2) === 0 ? `.${digits(random, 20)}` : '';
  const exponent = random.below(4) === 0 ? `${'eE'[random.below(2)]}${['', '+', '-'][random.below(3)]}${digits(random, 3)}` : '';
  return randomInteger(random) + fraction + exponent;
}

const PIECES = [
  'a',
  'Zz',
  '\\n',
  '\\"',
  '\\\\',
  '\\/',
  '\\u00e9',
  '\\ud83d\\ude00',
  '\\ud800',
  '\\udc00',
  'é',
  '€',
  '😀',
  '\u007f',
  'x'.repeat(15),
  'y'.repeat(16),
  '\t',
  '{',
  '}',
  ',',
  ':',
  ' ',
];

function randomString(random: Random): string {
  return `"${Array.from({ length: random.below(8) }, () => PIECES[random.below(PIECES.length)]).join('')}"`;
}
