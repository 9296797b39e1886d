import type { ResultHandler } from '../../api/session.ts';
import type { LocalJob } from '../../backends/local/job.ts';
import type { Schema } from '../../data/schema.ts';

/** What a query's rows come to on the way to the user. */
export interface ResultView extends ResultHandler {
  /** The job runs. */
  started?(job: LocalJob): void;
  /** All rows have come: shows what is still to be shown. */
  finish(): Promise<void>;
  /** Gives back memory, and takes away what is drawn; called in any case. */
  close(): void;
}

/** Statements' results on their way to the user. */
export interface Presenter {
  /** The rows of SHOW and DESCRIBE: exact values. */
  rows(schema: Schema, rows: readonly (readonly unknown[])[]): void;
  /** The text of EXPLAIN. */
  text(text: string): void;
  /** Throws MS5003 when results of this kind have no form here; nothing has run then. */
  query(query: QueryDescription): ResultView;
}

export interface QueryDescription {
  readonly schema: Schema;
  readonly insertOnly: boolean;
  readonly bounded: boolean;
}
