import { setTimeout as sleep } from 'node:timers/promises';
import { Session } from '../../src/api/session.ts';
import type { StatementResult as SessionResult } from '../../src/api/statements/statement-result.ts';
import type { LocalJob } from '../../src/backends/local/job.ts';
import type { Schema } from '../../src/data/schema.ts';
import { printType } from '../../src/data/types/print-type.ts';
import { ChangeEncoder } from './encode-changes.ts';
import { type PushedReader, PushedTables } from './pushed-connector.ts';
import type { Change, Column, SqlEngine, StatementResult } from './sql-engine.ts';

/** A query that goes on while the file does. */
interface Stream {
  readonly job: LocalJob;
  readonly readers: readonly PushedReader[];
  readonly state: { changes: Change[]; ended: boolean; failure: unknown };
}

const NO_RESULT: StatementResult = { columns: [], rows: [] };

/** Test files on the engine of this project. */
export class MillstreamEngine implements SqlEngine {
  readonly name = 'millstream';
  readonly #session: Session;
  readonly #tables: PushedTables;
  readonly #streams = new Map<string, Stream>();

  private constructor(session: Session, tables: PushedTables) {
    this.#session = session;
    this.#tables = tables;
  }

  /** With more than one worker all jobs have so many, in this thread. */
  static async open(parallelism = 1): Promise<MillstreamEngine> {
    const tables = new PushedTables();
    const session = await Session.open({ connectors: [tables.connector], print: () => undefined });
    session.settings.set('parallelism.default', String(parallelism));
    return new MillstreamEngine(session, tables);
  }

  async execute(sql: string): Promise<StatementResult> {
    let result = NO_RESULT;
    for (const statement of this.#session.parse(sql)) result = await this.#finish(await this.#session.run(statement, sql));
    return result;
  }

  async #finish(result: SessionResult): Promise<StatementResult> {
    switch (result.kind) {
      case 'query': {
        const changes: Change[] = [];
        const job = await this.#startQuery(result, (more) => changes.push(...more));
        await job.done;
        return { columns: columnsOf(result.schema), rows: changes };
      }
      case 'insert':
        await (await this.#session.start(result.plan)).done;
        return NO_RESULT;
      case 'rows':
        return { columns: columnsOf(result.schema), rows: result.rows.map((row) => ({ op: '+I', row: JSON.stringify(row) })) };
      default:
        return NO_RESULT;
    }
  }

  #startQuery(query: Extract<SessionResult, { kind: 'query' }>, onChanges: (changes: readonly Change[]) => void): Promise<LocalJob> {
    const encoder = new ChangeEncoder(this.#session.kernels, query.schema, this.#session.settings.timeZone);
    return this.#session.start(query.plan, {
      onBatch: (batch) => {
        onChanges(encoder.encode(batch));
        return true;
      },
    });
  }

  async startStream(name: string, sql: string): Promise<void> {
    const [statement] = this.#session.parse(sql);
    const query = statement && (await this.#session.run(statement, sql));
    if (query?.kind !== 'query') throw new Error('a stream is one query');
    const state: Stream['state'] = { changes: [], ended: false, failure: undefined };
    const job = await this.#startQuery(query, (changes) => state.changes.push(...changes));
    job.done.catch((error: unknown) => (state.failure = error)).finally(() => (state.ended = true));
    this.#streams.set(name, { job, readers: this.#tables.takeReaders(), state });
  }

  async push(table: string, rows: readonly string[]): Promise<void> {
    this.#tables.push(table, rows);
  }

  async watermark(): Promise<void> {
    throw new Error('a source cannot set a watermark yet: push a row with a later time');
  }

  async end(table: string): Promise<void> {
    this.#tables.end(table);
  }

  async takeChanges(name: string): Promise<readonly Change[]> {
    const { state } = await this.#settled(name);
    const { changes } = state;
    state.changes = [];
    return changes;
  }

  async lateRows(name: string): Promise<number> {
    return (await this.#settled(name)).job.metrics().lateRows;
  }

  /** The stream, once it has worked off what was pushed. */
  async #settled(name: string): Promise<Stream> {
    const stream = this.#streams.get(name);
    if (stream === undefined) throw new Error(`there is no stream ${name}`);
    const { readers, state } = stream;
    const isSettled = () => state.ended || (readers.every((reader) => reader.settled) && !readers.every((reader) => reader.ended));
    while (!isSettled()) await sleep(1);
    await this.#quiet(stream);
    if (state.failure !== undefined) throw state.failure;
    return stream;
  }

  /** Several workers have nothing under way when nothing has changed for some turns of the thread that they share. */
  async #quiet({ job, state }: Stream): Promise<void> {
    if (job.metrics().workers.length === 1) return;
    const seen = (): string => JSON.stringify([job.operators(), state.changes.length, state.ended]);
    for (let [turns, last] = [0, seen()]; turns < 5; turns++) {
      await sleep(2);
      if (seen() !== last) turns = -1;
      last = seen();
    }
  }

  async close(): Promise<void> {
    for (const { job } of this.#streams.values()) await job.cancel().catch(() => undefined);
  }
}

const columnsOf = (schema: Schema): Column[] => schema.fields.map(({ name, type }) => ({ name, type: printType(type) }));
