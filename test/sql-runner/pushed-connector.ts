import type { Connector } from '../../src/connectors/connector.ts';
import { Batch } from '../../src/data/batch.ts';
import { Column } from '../../src/data/column.ts';
import type { Decoder } from '../../src/formats/format.ts';
import type { PollResult, SourceContext, SourceReader } from '../../src/runtime/source.ts';

/** Records that a test file has pushed into a table, for any number of readers. */
class PushedTable {
  readonly records: string[] = [];
  readonly readers: PushedReader[] = [];
  ended = false;

  wake(): void {
    for (const reader of this.readers) reader.wake();
  }
}

/**
 * The connector `pushed` of test files: its rows are what `push` appends, in the table's own format. A table begins to have rows for
 * a query when the query starts.
 */
export class PushedTables {
  readonly #tables = new Map<string, PushedTable>();
  /** Readers opened since the last call of takeReaders. */
  #opened: PushedReader[] = [];

  readonly connector: Connector = {
    descriptor: {
      name: 'pushed',
      doc: 'Rows that a test file pushes.',
      options: [],
      formatted: true,
      source: { bounded: () => false, projection: true },
    },
    openSource: async (context) => {
      const table = this.#table(context.tableName);
      const reader = new PushedReader(context, table);
      table.readers.push(reader);
      this.#opened.push(reader);
      return reader;
    },
  };

  push(name: string, records: readonly string[]): void {
    const table = this.#table(name);
    table.records.push(...records);
    table.wake();
  }

  end(name: string): void {
    const table = this.#table(name);
    table.ended = true;
    table.wake();
  }

  /** Those that the query started last has opened. */
  takeReaders(): readonly PushedReader[] {
    const opened = this.#opened;
    this.#opened = [];
    return opened;
  }

  #table(name: string): PushedTable {
    const table = this.#tables.get(name) ?? new PushedTable();
    this.#tables.set(name, table);
    return table;
  }
}

/** Decodes what one `push` appended as one batch. */
export class PushedReader implements SourceReader {
  readonly split = 0;
  readonly #context: SourceContext;
  readonly #table: PushedTable;
  readonly #decoder: Decoder;
  readonly #batch: Batch;
  #next: number;
  #wakeUp: (() => void) | undefined;
  #bytesRead = 0;

  constructor(context: SourceContext, table: PushedTable) {
    const { memory } = context.kernels;
    this.#context = context;
    this.#table = table;
    this.#next = table.records.length;
    this.#decoder = context.createDecoder();
    this.#decoder.beginInput(context.tableName);
    this.#batch = new Batch(context.schema.fields.map(({ type }) => new Column(memory, type)));
  }

  get bytesRead(): number {
    return this.#bytesRead;
  }

  get activeSplits(): ReadonlySet<number> {
    return new Set(this.#table.ended ? [] : [0]);
  }

  get ended(): boolean {
    return this.#table.ended;
  }

  /** Whether the runtime has worked off all there was: it waits, or has seen the end. */
  get settled(): boolean {
    return this.#next === this.#table.records.length && (this.#wakeUp !== undefined || this.#table.ended);
  }

  poll(): PollResult {
    const text = this.#table.records.slice(this.#next).join('\n');
    if (text === '') return this.#table.ended ? 'end' : 'idle';
    const { address, byteLength } = this.#context.kernels.memory.store(`${text}\n`);
    this.#batch.rowCount = 0;
    this.#decoder.beginBatch(this.#batch);
    const consumed = this.#decoder.decode(address, byteLength, true, this.#batch);
    if (consumed < byteLength) throw new Error('one push is more than a batch: push less at a time');
    this.#next = this.#table.records.length;
    this.#bytesRead += byteLength;
    return this.#batch;
  }

  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wakeUp = () => {
        this.#wakeUp = undefined;
        signal.removeEventListener('abort', wakeUp);
        resolve();
      };
      this.#wakeUp = wakeUp;
      signal.addEventListener('abort', wakeUp, { once: true });
    });
  }

  wake(): void {
    this.#wakeUp?.();
  }

  position(): unknown {
    return this.#next;
  }

  restore(position: unknown): void {
    this.#next = Number(position);
  }

  progress(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    for (const column of this.#batch.columns) column.free();
  }
}
