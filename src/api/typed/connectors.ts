import type { Columns } from './column-types.ts';
import { ConnectorTable, type OptionInputs, type Sink, type Source, type TableOptions } from './connector-table.ts';
import { type ColumnsOf, type Schema, t } from './data-type.ts';
import type { Duration } from './duration.ts';

/** What formatted tables do with a record that cannot be read. */
interface RecordOptions extends TableOptions {
  /** `fail` (the default) ends the job, `skip` drops and counts the record, `dead-letter` writes it to a table. */
  readonly badRecords?: 'fail' | 'skip' | 'dead-letter';
  /** Name of the table that gets bad records. */
  readonly badRecordsTable?: string;
}

/** Options by name: those of SQL (`'source.monitor-interval'`), in camelCase (`sourceMonitorInterval`), or grouped. */
interface NamedOptions {
  readonly [name: string]: OptionInputs[string] | Schema | readonly string[] | undefined;
}

export interface FilesystemOptions extends RecordOptions {
  /** A file, a folder or a pattern to read; a folder or a single file to write. */
  readonly path: string;
  /** How records are written: json, csv, raw. Options of the format are `'json.ignore-parse-errors': true`, or `json: { ... }`. */
  readonly format: 'json' | 'csv' | 'raw' | (string & {});
  /** How often to look for new files; without it what is there at the start is read, and the source ends. */
  readonly sourceMonitorInterval?: Duration;
  readonly sourcePathRegexPattern?: string;
  /** Whether the files, by path, follow one another in event time. */
  readonly sourceFilesInTimeOrder?: boolean;
  readonly sinkRollingPolicyFileSize?: string;
  readonly sinkRollingPolicyRolloverInterval?: Duration;
  readonly sinkRollingPolicyInactivityInterval?: Duration;
  /** What happens to a single file that is there already. */
  readonly sinkExistingFile?: 'replace' | 'append' | 'fail';
}

export interface LogOptions extends RecordOptions {
  /** Folder of the log, which holds any number of topics. */
  readonly path: string;
  /** The topic; to read, also several between semicolons. */
  readonly topic: string;
  /** How values are written; options of the format are `json: { ... }`. With a key of its own format, say `valueFormat`. */
  readonly format?: 'json' | 'csv' | 'raw' | (string & {});
  readonly valueFormat?: 'json' | 'csv' | 'raw' | (string & {});
  readonly keyFormat?: 'json' | 'csv' | 'raw' | (string & {});
  /** The columns that are in the records' keys. */
  readonly keyFields?: readonly string[];
  readonly valueFieldsInclude?: 'ALL' | 'EXCEPT_KEY';
  /** How many partitions the topic has at least, when it is written. */
  readonly partitions?: number;
  readonly retentionTime?: Duration;
  readonly retentionSize?: string;
  /** With a primary key: how long the record of a deletion is kept at least; a day unless given. */
  readonly retentionTombstones?: Duration;
  /** Under which a job with a state folder keeps in the log how far it has read, and how records are compressed. */
  readonly properties?: { readonly 'group.id'?: string; readonly 'compression.type'?: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd' };
  /** Where reading begins when the job does not go on from a checkpoint; `earliest-offset` unless given. */
  readonly scanStartupMode?: 'earliest-offset' | 'latest-offset' | 'group-offsets' | 'timestamp' | 'specific-offsets';
  /** Where reading ends; nowhere unless given. */
  readonly scanBoundedMode?: 'unbounded' | 'latest-offset' | 'group-offsets' | 'timestamp' | 'specific-offsets';
  /** Where reading goes on when its records have expired, and where a group begins that has committed nothing. */
  readonly scanMissingOffset?: 'fail' | 'earliest' | 'latest';
  /** What holds after a failure; `at-least-once` unless given. */
  readonly sinkDeliveryGuarantee?: 'none' | 'at-least-once' | 'exactly-once';
}

export interface RateOptions {
  /** 1 unless given. */
  readonly rowsPerSecond?: number | bigint;
  /** How long the speed grows before it reaches rowsPerSecond. */
  readonly rampUpTime?: Duration;
  /** Ends after this many rows; without it the source has no end. */
  readonly numberOfRows?: number | bigint;
}

export interface DatagenOptions extends TableOptions {
  /** 10,000 unless given. */
  readonly rowsPerSecond?: number | bigint;
  readonly numberOfRows?: number | bigint;
  /** How each column is made: `{ price: { min: 1, max: 100 } }`. */
  readonly fields?: OptionInputs;
}

export interface NexmarkOptions {
  /** How many events there are; 0 for no end. */
  readonly eventsNum?: number | bigint;
  /** Events per second of event time. */
  readonly firstEventRate?: number;
  /** Whether an event waits until the clock reaches its time. */
  readonly rateLimited?: boolean;
  readonly seed?: number | bigint;
  /** Event time of the start: `'2026-01-01 00:00:00'`. */
  readonly baseTime?: string;
}

export interface ConsoleOptions extends TableOptions {
  /** What is printed of each micro-batch: new rows, which must not change later (`append`, the default); new and changed rows; or the whole result. */
  readonly outputMode?: 'append' | 'update' | 'complete';
  /** Rows printed at most; 20 unless given. */
  readonly numRows?: number;
  /** Characters of a value printed at most; 20 unless given, `false` for all. */
  readonly truncate?: number | boolean;
}

export interface PrintOptions extends TableOptions {
  /** Stands before every line. */
  readonly printIdentifier?: string;
  readonly standardError?: boolean;
}

interface AnyOptions extends TableOptions {
  readonly schema?: Schema;
}

function table<C extends Columns>(name: string, { schema, primaryKey, ...options }: AnyOptions): ConnectorTable<C> {
  return new ConnectorTable<C>(name, options as OptionInputs, schema, primaryKey);
}

/** Files: to read, they need a schema; to write, they take the columns of the query. */
export function filesystem<S extends Schema>(options: FilesystemOptions & { readonly schema: S } & NamedOptions): Source<ColumnsOf<S>>;
export function filesystem(options: FilesystemOptions & NamedOptions): Sink;
export function filesystem(options: FilesystemOptions & NamedOptions): unknown {
  return table('filesystem', options as AnyOptions);
}

/** A topic in a folder of this machine: to read it needs a schema; to write it takes the columns of the query. */
export function log<S extends Schema>(options: LogOptions & { readonly schema: S } & NamedOptions): Source<ColumnsOf<S>>;
export function log(options: LogOptions & NamedOptions): Sink;
export function log({ keyFields, ...options }: LogOptions & NamedOptions): unknown {
  return table('log', { ...options, ...(keyFields && { keyFields: keyFields.join(';') }) } as AnyOptions);
}

const rateSchema = { timestamp: t.timestampLtz(3), value: t.bigint() };

/** Spark's rate source: a row so many times a second, counted from 0, with the time at which it was due. */
export const rate = (options: RateOptions = {}): Source<ColumnsOf<typeof rateSchema>> => table('rate', { schema: rateSchema, ...options });

/** Made-up rows, as Flink's datagen makes them. */
export const datagen = <S extends Schema>(options: DatagenOptions & { readonly schema: S } & NamedOptions): Source<ColumnsOf<S>> =>
  table('datagen', options as AnyOptions);

const text = t.string();
const long = t.bigint();
const time = t.timestamp(3);
const nexmarkSchema = {
  event_type: t.int(),
  person: t.row({ id: long, name: text, emailAddress: text, creditCard: text, city: text, state: text, dateTime: time, extra: text }),
  auction: t.row({
    id: long,
    itemName: text,
    description: text,
    initialBid: long,
    reserve: long,
    dateTime: time,
    expires: time,
    seller: long,
    category: long,
    extra: text,
  }),
  bid: t.row({ auction: long, bidder: long, price: long, channel: text, url: text, dateTime: time, extra: text }),
};

/** The events of the NEXMark benchmark: one of person (event_type 0), auction (1) and bid (2) is set in each. */
export const nexmark = (options: NexmarkOptions & NamedOptions = {}): Source<ColumnsOf<typeof nexmarkSchema>> =>
  table('nexmark', { schema: nexmarkSchema, ...options } as AnyOptions);

/** Prints each micro-batch as a table, as Spark's console sink does. */
const consoleSink = (options: ConsoleOptions = {}): Sink => table('console', options);

export { consoleSink as console };

/** Prints each change as a line, as Flink's print sink does: `+I[1, abc]`. */
export const print = (options: PrintOptions = {}): Sink => table('print', options);

/** Counts rows and keeps none. */
export const blackhole = (): Sink => table('blackhole', {});

/**
 * A table of any connector, by its name in SQL: `connector('kafka', { topic: 'trips', schema })`. Options have their names in SQL, or in
 * camelCase. Without a schema it can only be written to.
 */
export function connector<S extends Schema>(
  name: string,
  options: { readonly schema: S } & TableOptions & NamedOptions,
): Source<ColumnsOf<S>>;
export function connector(name: string, options?: TableOptions & NamedOptions): Sink;
export function connector(name: string, options: TableOptions & NamedOptions = {}): unknown {
  return table(name, options as AnyOptions);
}
