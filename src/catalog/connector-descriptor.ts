import type { SqlType } from '../data/types/sql-type.ts';
import type { OptionSpec, Options } from './option-spec.ts';

/** What a sink accepts, or a source produces. `upsert` is +I, +U and -D by primary key. */
export type ChangelogMode = 'insert' | 'upsert' | 'all';

/** How often a row is seen in a sink of a job that makes checkpoints, when the job has crashed and gone on. */
export type Delivery = 'exactly-once' | 'at-least-once' | 'none';

/** A value a connector offers beside the record: `c T METADATA [FROM 'key']`. */
export interface MetadataColumn {
  readonly key: string;
  readonly type: SqlType;
  readonly writable: boolean;
  readonly doc: string;
}

export interface SourceAbilities {
  /** Whether the source ends by itself under these options. */
  bounded(options: Options): boolean;
  /** Whether it fills only the columns (and ROW fields) it is asked for. */
  readonly projection: boolean;
  readonly metadata?: readonly MetadataColumn[];
  /** Whether a table that ends can be looked up: read as a whole by a lookup join. */
  readonly lookup?: boolean;
  /** What is to be known where it does not go on by itself exactly behind the last row of a checkpoint. Absent, or undefined: it does. */
  replay?(options: Options): string | undefined;
  /** What kinds of rows it produces under these options; only inserts where this is absent. */
  changelog?(options: Options, hasPrimaryKey: boolean): ChangelogMode;
}

export interface SinkAbilities {
  readonly changelog: ChangelogMode;
  /** Whether it wants -U before +U. Absent: yes, unless it takes updates by key. */
  readonly updateBefore?: boolean;
  /** At least once where this is absent. */
  delivers?(options: Options): Delivery;
  /**
   * Where the options, or the lack of a primary key, make the sink one that takes inserts only, whatever `changelog` says: what to do about
   * a query that updates rows, as a hint.
   */
  insertsOnly?(options: Options, hasPrimaryKey: boolean): string | undefined;
}

/** What binder, optimizer and documentation know of a connector; the code that runs it is looked up by name in connectors/. */
export interface ConnectorDescriptor {
  readonly name: string;
  readonly doc: string;
  readonly options: readonly OptionSpec[];
  /** Whether it carries records in a `format`. */
  readonly formatted: boolean;
  /** Whether it keeps the rows of a table apart by the columns of PARTITIONED BY, and their values beside the records. */
  readonly partitions?: boolean;
  /** Whether a record may have a key with a format of its own: `key.format`; the record's is then `value.format`, or `format`. */
  readonly keyed?: boolean;
  /** The columns a table gets when it declares none (`CREATE TABLE t WITH ('connector' = 'rate')`). */
  readonly columns?: readonly { readonly name: string; readonly type: SqlType }[];
  readonly source?: SourceAbilities;
  readonly sink?: SinkAbilities;
  /** Throws SqlError for options that do not go together, or whose values are out of range. */
  check?(options: Options): void;
}

/** What is known of a format beside the code that runs it. Option names come without the format's prefix. */
export interface FormatDescriptor {
  readonly name: string;
  readonly doc: string;
  readonly options: readonly OptionSpec[];
  readonly decodes: boolean;
  readonly encodes: boolean;
  /** Throws SqlError for options that do not go together, or whose values are out of range. */
  check?(options: Options): void;
}
