import { isDeepStrictEqual } from 'node:util';
import { readOptions } from '../../src/catalog/options.ts';
import { type Random, seededRandom } from '../../src/common/random.ts';
import { Batch } from '../../src/data/batch.ts';
import { Column } from '../../src/data/column.ts';
import type { Schema } from '../../src/data/schema.ts';
import { StringArena } from '../../src/data/string-arena.ts';
import { descriptorOf } from '../../src/data/types/descriptors.ts';
import { types as t } from '../../src/data/types/sql-type.ts';
import { csvFormat } from '../../src/formats/csv/csv-format.ts';
import { type Kernels, loadKernels } from '../../src/kernels/kernels.ts';
import { DecodeHarness } from './decode-harness.ts';
import { attempt, checkEveryCut, smallest, toInput } from './failing-bytes.ts';
import type { FuzzResult } from './json.ts';
import { cuts, joinLines, mutate } from './mutate.ts';
import type { FuzzFailure, FuzzOptions } from './targets.ts';

const TEXTS: Schema = { fields: ['a', 'b', 'c'].map((name) => ({ name, type: t.string() })) };
const VALUES: Schema = {
  fields: [
    { name: 'id', type: t.int() },
    { name: 'price', type: t.decimal(10, 2) },
    { name: 'at', type: t.timestamp(3) },
    { name: 'day', type: t.date() },
    { name: 'list', type: t.array(t.double()) },
    {
      name: 'sub',
      type: t.row([
        { name: 'x', type: t.int() },
        { name: 'y', type: t.string() },
      ]),
    },
  ],
};
const HOT = '",,\n\r; \t\\"a1.e+-';
const LINES = 16;

/**
 * Feeds the csv decoder with records, most of them damaged, and random bytes. Nothing crashes or hangs, rows and bad records do not depend
 * on how the bytes are cut, texts are what a plain reader in JavaScript finds, and what is written reads back. The same seed gives
 * the same inputs.
 */
export async function fuzzCsv({ seed, count }: FuzzOptions): Promise<FuzzResult> {
  const random = seededRandom(seed);
  const check = await openCheck();
  const failures: FuzzFailure[] = [];
  for (let inputs = 0; inputs < count && failures.length < 10; inputs += LINES) {
    const lines = Array.from({ length: LINES }, () => randomLine(random));
    const bytes = joinLines(lines, random.below(2) === 0);
    const ends = cuts(bytes.length, random);
    const reason = attempt(() => check(bytes, ends));
    if (reason) failures.push(await smallest({ input: toInput(bytes), reason }, checkCsv));
    if (inputs % (LINES * 64) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return { inputs: count, failures };
}

/** What is wrong with how bytes are read, wherever they are cut; undefined when nothing is. */
export async function checkCsv(input: string): Promise<string | undefined> {
  return checkEveryCut(input, await openCheck());
}

async function openCheck(): Promise<(bytes: Uint8Array, ends: readonly number[]) => string | undefined> {
  const kernels = await loadKernels();
  const ignoring = { 'ignore-parse-errors': 'true' };
  const texts = new DecodeHarness(kernels, csvFormat, TEXTS, ignoring);
  const values = new DecodeHarness(kernels, csvFormat, VALUES, ignoring);
  const writer = new TextWriter(kernels);
  return (bytes, ends) => checkCuts(values, bytes, ends) ?? checkTexts(texts, bytes, ends, writer);
}

function checkCuts(harness: DecodeHarness, bytes: Uint8Array, ends: readonly number[]): string | undefined {
  const whole = harness.decode(bytes);
  const cut = harness.decode(bytes, ends);
  return isDeepStrictEqual(whole, cut) ? undefined : `cut at ${ends}: ${JSON.stringify(cut)} is not ${JSON.stringify(whole)}`;
}

function checkTexts(harness: DecodeHarness, bytes: Uint8Array, ends: readonly number[], writer: TextWriter): string | undefined {
  const problem = checkCuts(harness, bytes, ends);
  if (problem) return problem;
  const rows = harness.decode(bytes).rows.map((row) => row.map((value) => JSON.parse(value) as string | null));
  const text = asText(bytes);
  if (text !== undefined && !isDeepStrictEqual(rows, readPlainly(text)))
    return `${JSON.stringify(rows)} is not ${JSON.stringify(readPlainly(text))}`;
  const filled = rows.map((row) => row.map((value) => value ?? ''));
  const again = harness.decode(writer.write(filled)).rows.map((row) => row.map((value) => JSON.parse(value) as string));
  return isDeepStrictEqual(again, filled) ? undefined : `written and read: ${JSON.stringify(again)} is not ${JSON.stringify(filled)}`;
}

function asText(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The rows of three texts, missing ones null; records whose form is broken are left out. */
function readPlainly(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  let rest = text;
  while (rest !== '') {
    const fields: string[] = [];
    let broken = false;
    for (;;) {
      const quoted = /^"((?:[^"]|"")*)"(?!")([ \t]*)(?=,|\r|\n|$)/.exec(rest);
      const isQuoted = rest.startsWith('"');
      if (isQuoted && quoted === null) {
        broken = true;
        break;
      }
      const [found, content] = quoted ?? /^([^,\r\n]*)/.exec(rest)!;
      fields.push(isQuoted ? content!.replaceAll('""', '"') : content!);
      if (fields.length > 3 && (rest[found!.length] === ',' || isQuoted || content !== '' || fields.length > 4)) broken = true;
      rest = rest.slice(found!.length);
      if (!rest.startsWith(',')) break;
      rest = rest.slice(1);
    }
    const ends = broken && rest.startsWith('"') ? brokenQuoteEnd(rest) : 0;
    rest = rest.slice(ends);
    if (ends > 0) rest = rest.replace(/^[^\r\n]*/, '');
    rest = rest.replace(/^(?:\r\n|\r|\n)/, '');
    if (!broken) rows.push([0, 1, 2].map((i) => fields[i] ?? null));
  }
  return rows;
}

/** Where reading a quoted field that has no good end stops: after its closing quote and blanks, or at the end of the text. */
function brokenQuoteEnd(rest: string): number {
  const [closed] = /^"(?:[^"]|"")*"(?!")[ \t]*/.exec(rest) ?? [];
  return closed === undefined ? rest.length : closed.length;
}

/** Writes rows of three texts with the csv encoder. */
class TextWriter {
  readonly #kernels: Kernels;
  readonly #batch: Batch;
  readonly #arena: StringArena;
  readonly #encoder: ReturnType<NonNullable<typeof csvFormat.createEncoder>>;
  readonly #buffer: number;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
    this.#batch = new Batch(TEXTS.fields.map(({ type }) => new Column(kernels.memory, type)));
    this.#arena = new StringArena(kernels.memory);
    this.#encoder = csvFormat.createEncoder!({
      kernels,
      schema: TEXTS,
      options: readOptions(csvFormat.descriptor.options, {}, { what: 'csv' }),
      timeZone: 'UTC',
    });
    this.#buffer = kernels.memory.alloc(1 << 20);
  }

  write(rows: readonly (readonly string[])[]): Uint8Array {
    this.#arena.reset();
    rows.forEach((row, index) => {
      row.forEach((value, i) => {
        const column = this.#batch.columns[i]!;
        descriptorOf(column.type).write(column, index, value, this.#arena);
      });
    });
    this.#batch.rowCount = rows.length;
    this.#encoder.encode(this.#batch, 0, this.#buffer, 1 << 20);
    return this.#kernels.memory.bytes(this.#buffer, this.#encoder.bytesWritten);
  }
}

// ---- lines ----

const FIELDS = [
  'a',
  '',
  '1',
  '-2.5',
  '"q"',
  '"a""b"',
  '"x,y"',
  '"l\nm"',
  '"l\r\nm"',
  ' s ',
  'é',
  '"😀"',
  '2020-01-01',
  '2020-01-01 00:00:00',
  '1;2;3',
  '4;b',
  'plain text of some length',
  '"quoted text of some length"',
];

function randomLine(random: Random): Uint8Array {
  const kind = random.below(10);
  if (kind === 0)
    return Uint8Array.from({ length: random.below(40) }, () =>
      random.below(4) === 0 ? random.below(256) : HOT.charCodeAt(random.below(HOT.length)),
    );
  const count = random.below(4) === 0 ? random.below(8) : random.below(2) === 0 ? 3 : 6;
  const line = Array.from({ length: count }, () => FIELDS[random.below(FIELDS.length)]).join(',');
  const bytes = new TextEncoder().encode(random.below(6) === 0 ? `${line}\r` : line);
  return kind < 4 ? bytes : mutate(bytes, random, HOT);
}
