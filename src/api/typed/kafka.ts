import type { Columns } from './column-types.ts';
import { ConnectorTable, type OptionInputs, type Sink, type Source } from './connector-table.ts';
import type { ColumnsOf, Schema } from './data-type.ts';
import type { Duration } from './duration.ts';

type Format = 'json' | 'csv' | 'raw' | (string & {});

/** Further options by name: those of SQL (`'scan.startup.timestamp-millis'`), in camelCase (`scanStartupTimestampMillis`), or grouped. */
interface NamedOptions {
  readonly [name: string]: OptionInputs[string] | Schema | readonly string[] | undefined;
}

interface TopicOptions {
  /** Addresses of some brokers: `'host1:9092,host2:9092'`. */
  readonly bootstrapServers: string;
  /** Properties of Kafka's clients by their own names: `{ 'group.id': 'me', 'isolation.level': 'read_committed' }`. */
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
  /** How values are written; options of the format are `json: { ... }`. With a key of its own format, say `valueFormat`. */
  readonly format?: Format;
  readonly valueFormat?: Format;
  readonly keyFormat?: Format;
  readonly keyFieldsPrefix?: string;
  readonly valueFieldsInclude?: 'ALL' | 'EXCEPT_KEY';
  /** How long a cluster that does not answer is tried again; a minute unless given. */
  readonly connectionRetryTimeout?: Duration;
  /** What holds after a failure; `at-least-once` unless given. */
  readonly sinkDeliveryGuarantee?: 'none' | 'at-least-once' | 'exactly-once';
  /** The sink's name among the transactions of the cluster, for `exactly-once`. */
  readonly sinkTransactionalIdPrefix?: string;
}

export interface KafkaOptions extends TopicOptions {
  /** The topic; to read, also several between semicolons. */
  readonly topic?: string;
  /** Topics whose whole name matches, to read. */
  readonly topicPattern?: string;
  /** The columns that are in the records' keys. */
  readonly keyFields?: readonly string[];
  /** Where reading begins when the job does not go on from a checkpoint; `group-offsets` unless given. */
  readonly scanStartupMode?: 'group-offsets' | 'earliest-offset' | 'latest-offset' | 'timestamp' | 'specific-offsets';
  /** Where reading ends; nowhere unless given. */
  readonly scanBoundedMode?: 'unbounded' | 'latest-offset' | 'group-offsets' | 'timestamp' | 'specific-offsets';
  readonly sinkPartitioner?: 'default' | 'fixed' | 'round-robin';
}

export interface UpsertKafkaOptions extends TopicOptions {
  readonly topic: string;
  /** The columns that are the records' keys. */
  readonly primaryKey: readonly string[];
  readonly keyFormat: Format;
  /** Where reading ends; nowhere unless given. */
  readonly scanBoundedMode?: 'unbounded' | 'latest-offset' | 'group-offsets' | 'timestamp' | 'specific-offsets';
}

interface AnyOptions extends TopicOptions {
  readonly schema?: Schema;
  readonly primaryKey?: readonly string[];
  readonly keyFields?: readonly string[];
}

function table<C extends Columns>(connector: string, options: AnyOptions): ConnectorTable<C> {
  const { schema, primaryKey, bootstrapServers, properties, keyFields, ...rest } = options;
  const named: OptionInputs = {
    ...(rest as OptionInputs),
    properties: { ...properties, 'bootstrap.servers': bootstrapServers },
    ...(keyFields && { keyFields: keyFields.join(';') }),
  };
  return new ConnectorTable<C>(connector, named, schema, primaryKey);
}

/** A topic of Apache Kafka: to read it needs a schema; to write it takes the columns of the query. Needs @platformatic/kafka. */
export function kafka<S extends Schema>(options: KafkaOptions & { readonly schema: S } & NamedOptions): Source<ColumnsOf<S>>;
export function kafka(options: KafkaOptions & NamedOptions): Sink;
export function kafka(options: KafkaOptions): unknown {
  return table('kafka', options);
}

/** A topic in which a record replaces the one before with its key, and one without a value deletes it. To read it needs a schema. */
export function upsertKafka<S extends Schema>(options: UpsertKafkaOptions & { readonly schema: S } & NamedOptions): Source<ColumnsOf<S>>;
export function upsertKafka(options: UpsertKafkaOptions & NamedOptions): Sink;
export function upsertKafka(options: UpsertKafkaOptions): unknown {
  return table('upsert-kafka', options);
}
