import type { RowKind } from './slt-record.ts';

export interface Column {
  readonly name: string;
  /** The type as DESCRIBE prints it. */
  readonly type: string;
}

/** A change of a result: `row` is a JSON array with one value per column, numbers with all their digits. */
export interface Change {
  readonly op: RowKind;
  readonly row: string;
}

export interface StatementResult {
  readonly columns: readonly Column[];
  /** Empty for statements without a result. */
  readonly rows: readonly Change[];
}

/** What a test file's records are run on: one session, fresh for each run of a file. */
export interface SqlEngine {
  /** As in `skipif` and `onlyif`. */
  readonly name: string;
  /** Runs one statement to its end. Rejects with an error that has `code` and `span` where the engine knows them. */
  execute(sql: string): Promise<StatementResult>;
  /** Starts a query whose changes `takeChanges` collects. */
  startStream(name: string, sql: string): Promise<void>;
  /** Appends records to a table of the connector `pushed`. */
  push(table: string, rows: readonly string[]): Promise<void>;
  /** Moves the table's watermark to `timestamp`, as 'yyyy-MM-dd HH:mm:ss[.fff]'. */
  watermark(table: string, timestamp: string): Promise<void>;
  /** Ends the table's input. */
  end(table: string): Promise<void>;
  /** Resolves with the changes since the last call, once everything handed over so far has been worked off. */
  takeChanges(stream: string): Promise<readonly Change[]>;
  /** How many rows of the stream's inputs came late so far. */
  lateRows(stream: string): Promise<number>;
  close(): Promise<void>;
}
