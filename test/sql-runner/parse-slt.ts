import { parseJson } from './json-text.ts';
import type { ExpectedError, SkipCondition, SltRecord, SortMode } from './slt-record.ts';

/** A mistake in a test file itself. */
export class SltSyntaxError extends Error {
  constructor(file: string, line: number, message: string) {
    super(`${file}:${line}: ${message}`);
    this.name = 'SltSyntaxError';
  }
}

/**
 * Reads a test file: sqllogictest's records, one after another with empty lines between, and those for streams.
 * test/sql/README.md describes the format.
 */
export const parseSlt = (file: string, text: string): SltRecord[] => new SltParser(file, text).records();

class SltParser {
  readonly #file: string;
  readonly #lines: readonly string[];
  #index = 0;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  }

  records(): SltRecord[] {
    const records: SltRecord[] = [];
    while (this.#skipEmpty()) records.push(this.#record());
    return records;
  }

  /** Moves to the next line that is neither empty nor a comment. */
  #skipEmpty(): boolean {
    while (this.#index < this.#lines.length && /^\s*(#.*)?$/.test(this.#line)) this.#index++;
    return this.#index < this.#lines.length;
  }

  get #line(): string {
    return this.#lines[this.#index] ?? '';
  }

  #record(): SltRecord {
    const skip = this.#skipCondition();
    const line = this.#index + 1;
    const [directive = '', rest] = splitWord(this.#line);
    this.#index++;
    return { line, skip, ...this.#body(directive, rest) } as SltRecord;
  }

  #skipCondition(): SkipCondition {
    const skipIf: string[] = [];
    let onlyIf: string | undefined;
    for (;;) {
      const [, word, engine] = /^(skipif|onlyif)\s+(\w+)\s*(?:#.*)?$/.exec(this.#line) ?? [];
      if (word === undefined || engine === undefined) return { skipIf, onlyIf };
      if (word === 'skipif') skipIf.push(engine);
      else onlyIf = engine;
      this.#index++;
      if (!this.#skipEmpty()) this.#fail('a record should follow');
    }
  }

  #body(directive: string, rest: string): object {
    switch (directive) {
      case 'statement':
        return { kind: 'statement', error: this.#expectation(rest), sql: this.#sql() };
      case 'query':
        return this.#query(rest);
      case 'stream':
        return { kind: 'stream', name: this.#name(rest), sql: this.#sql() };
      case 'push':
        return { kind: 'push', table: this.#name(rest), rows: this.#jsonLines(/^/) };
      case 'watermark':
        return { kind: 'watermark', ...this.#tableAndTime(rest) };
      case 'end':
        return { kind: 'end', table: this.#name(rest) };
      case 'emits':
        return this.#emits(rest);
      case 'late':
        return this.#late(rest);
      default:
        return this.#fail(`unknown directive "${directive}"`);
    }
  }

  #expectation(rest: string): ExpectedError | undefined {
    if (rest === 'ok') return undefined;
    const match = /^error(?:\s+(MS\d{4}))?(?:\s+(\d+:\d+))?(?:\s+\/(.*)\/)?$/.exec(rest);
    if (match === null) return this.#fail('expected "statement ok" or "statement error [CODE] [LINE:COLUMN] [/message/]"');
    return { code: match[1], place: match[2], message: match[3] === undefined ? undefined : new RegExp(match[3]) };
  }

  #query(rest: string): object {
    const words = rest.split(/\s+/).filter(Boolean);
    const changelog = words.includes('changelog');
    const sort = this.#sort(words.filter((word) => word !== 'changelog'));
    const sql = this.#sql();
    if (this.#line !== '----') this.#fail('expected ---- and the rows');
    this.#index++;
    const start = this.#index;
    const columns = this.#line.startsWith('(') ? this.#line : undefined;
    if (columns !== undefined) this.#index++;
    const rows = this.#jsonLines(changelog ? rowKind : /^/);
    return { kind: 'query', sql, sort, changelog, columns, rows, resultLines: [start, this.#index] };
  }

  #emits(rest: string): object {
    const [stream, options] = splitWord(rest);
    const sort = this.#sort(options.split(/\s+/).filter(Boolean));
    return { kind: 'emits', stream: this.#name(stream), sort, changes: this.#jsonLines(rowKind) };
  }

  #late(rest: string): object {
    const match = /^(\w+)\s+(\d+)$/.exec(rest);
    return match === null ? this.#fail('expected "late STREAM COUNT"') : { kind: 'late', stream: match[1], count: Number(match[2]) };
  }

  #tableAndTime(rest: string): object {
    const match = /^(\w+)\s+'([^']+)'$/.exec(rest);
    return match === null ? this.#fail(`expected "watermark TABLE 'TIMESTAMP'"`) : { table: match[1], timestamp: match[2] };
  }

  #sort(words: readonly string[]): SortMode {
    const [word = 'nosort', ...more] = words;
    if (more.length > 0 || !/^(nosort|rowsort|valuesort)$/.test(word)) this.#fail(`unknown option "${words.join(' ')}"`);
    return word as SortMode;
  }

  #name(text: string): string {
    return /^\w+$/.test(text) ? text : this.#fail(`expected a name instead of "${text}"`);
  }

  #sql(): string {
    const lines = this.#block();
    return lines.length === 0 ? this.#fail('expected SQL') : lines.join('\n');
  }

  /** Lines of JSON up to an empty line, each after `prefix`. */
  #jsonLines(prefix: RegExp): readonly string[] {
    return this.#block().map((line, index, block) => {
      try {
        if (!prefix.test(line)) throw new SyntaxError('expected +I, -U, +U or -D and a row');
        parseJson(line.replace(prefix, ''));
        return line;
      } catch (error) {
        this.#index -= block.length - index - 1;
        return this.#fail((error as Error).message);
      }
    });
  }

  #block(): readonly string[] {
    const start = this.#index;
    while (this.#index < this.#lines.length && this.#line.trim() !== '' && this.#line !== '----') this.#index++;
    return this.#lines.slice(start, this.#index);
  }

  #fail(message: string): never {
    throw new SltSyntaxError(this.#file, this.#index, message);
  }
}

const rowKind = /^(?:[+-]U|\+I|-D)/;

function splitWord(text: string): [string, string] {
  const [, word = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/.exec(text) ?? [];
  return [word, rest];
}
