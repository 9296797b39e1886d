import { setTimeout as sleep } from 'node:timers/promises';
import { Session } from '../../src/api/session.ts';
import type { StatementResult } from '../../src/api/statements/statement-result.ts';
import { formatError } from '../../src/cli/errors/format-error.ts';
import { createColours } from '../../src/cli/terminal/colours.ts';
import { StreamError } from '../../src/common/errors.ts';
import type { Schema } from '../../src/data/schema.ts';
import { applyChanges } from '../sql-runner/changelog.ts';
import { ChangeEncoder } from '../sql-runner/encode-changes.ts';
import { parseJson, printJson } from '../sql-runner/json-text.ts';
import type { Change } from '../sql-runner/sql-engine.ts';

/** How long a snippet runs whose source has no end, in milliseconds. */
const RUNS_ON_MS = 1200;

/** Runs the SQL snippets of one file in one session, and says what the command line would print. */
export class SqlOutput {
  readonly #session: Session;
  readonly #printed: string[];
  /** Whether the last run ended in an error. */
  failed = false;

  private constructor(session: Session, printed: string[]) {
    this.#session = session;
    this.#printed = printed;
  }

  static async open(): Promise<SqlOutput> {
    const printed: string[] = [];
    const session = await Session.open({
      print: (text) => printed.push(text),
      onNote: (text) => printed.push(`note: ${text}\n`),
      modules: () => import('../../src/backends/local/node/load-module.ts'),
    });
    return new SqlOutput(session, printed);
  }

  /** The lines on standard output, with paths from the working directory on; the first error ends it and is its last line. `runsOn`: what has no end is drained soon. */
  async run(sql: string, runsOn = false): Promise<string[]> {
    this.#printed.length = 0;
    this.failed = false;
    try {
      for (const statement of this.#session.parse(sql)) await this.#finish(await this.#session.run(statement, sql), runsOn);
    } catch (error) {
      if (!(error instanceof StreamError)) throw error;
      this.failed = true;
      const nameOf = (source: string) => (source === sql ? 'job.sql' : '<earlier statement>');
      this.#printed.push(formatError(error, { colours: createColours(false), debug: false, nameOf, widthMax: 100 }));
    }
    const text = this.#printed.join('').replaceAll(`${process.cwd()}/`, '');
    return text === '' ? [] : text.replace(/\n$/, '').split('\n');
  }

  async #finish(result: StatementResult, runsOn: boolean): Promise<void> {
    switch (result.kind) {
      case 'query':
        return this.#query(result, runsOn);
      case 'insert':
        return this.#start(result, undefined, runsOn);
      case 'rows':
        for (const row of result.rows) this.#print(objectLine(result.schema, JSON.stringify(row)));
        return;
      case 'text':
        return void this.#printed.push(result.text);
      case 'done':
        return;
    }
  }

  async #query(query: Extract<StatementResult, { kind: 'query' }>, runsOn: boolean): Promise<void> {
    const changes: Change[] = [];
    await this.#start(query, changes, runsOn);
    for (const row of applyChanges(changes)) this.#print(objectLine(query.schema, row));
  }

  async #start(
    result: Extract<StatementResult, { kind: 'query' | 'insert' }>,
    changes: Change[] | undefined,
    runsOn: boolean,
  ): Promise<void> {
    if (!result.bounded && !runsOn) throw new Error('the snippet has no end: bound its source, or mark it ```sql runs-on');
    const { kernels, settings } = this.#session;
    const encoder = result.kind === 'query' ? new ChangeEncoder(kernels, result.schema, settings.timeZone) : undefined;
    const job = await this.#session.start(result.plan, {
      onBatch: (batch) => {
        if (encoder !== undefined) changes?.push(...encoder.encode(batch));
        return true;
      },
    });
    if (!result.bounded) {
      await Promise.race([sleep(RUNS_ON_MS), job.done]);
      await job.drain();
    }
    await job.done;
  }

  #print(line: string): void {
    this.#printed.push(`${line}\n`);
  }
}

/** A row's array of values as the object that the command line writes. */
function objectLine(schema: Schema, row: string): string {
  const values = parseJson(row) as readonly Parameters<typeof printJson>[0][];
  return `{${schema.fields.map(({ name }, i) => `${JSON.stringify(name)}:${compact(printJson(values[i]!))}`).join(',')}}`;
}

/** Without the blanks that printJson puts between members, which are outside of texts. */
const compact = (json: string): string => json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, text: string | undefined) => text ?? '');
