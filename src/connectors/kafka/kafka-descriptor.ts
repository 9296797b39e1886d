import type { ConnectorDescriptor, Delivery } from '../../catalog/connector-descriptor.ts';
import type { OptionSpec, Options } from '../../catalog/option-spec.ts';
import { SqlError } from '../../common/errors.ts';
import { checkClient } from './client/client-settings.ts';
import { KAFKA_METADATA } from './kafka-metadata.ts';
import { CLUSTER_OPTIONS, RECORD_OPTIONS, SCAN_OPTIONS, SINK_OPTIONS, STARTUP_OPTIONS } from './kafka-options.ts';
import { endOf, patternOf, startOf, topicsOf } from './source/source-settings.ts';

const TOPIC: readonly OptionSpec[] = [
  { name: 'topic', kind: 'string', doc: 'The topic; to read, also several between semicolons. Either this or topic-pattern is needed.' },
  {
    name: 'topic-pattern',
    kind: 'string',
    doc: 'A regular expression; topics whose whole name matches are read, new ones too when they are found.',
  },
];

export const KEY_OPTIONS: readonly OptionSpec[] = [
  { name: 'key.fields', kind: 'string', doc: "The columns that are in the records' keys, between semicolons. It needs key.format." },
];

const PARTITIONER: readonly OptionSpec[] = [
  {
    name: 'sink.partitioner',
    kind: 'string',
    default: 'default',
    doc: "How a record's partition is chosen. default: by its key as Kafka's own producer does, without a key a batch at a time each; fixed: each worker writes to one partition; round-robin: each record to the next.",
  },
];

/** Throws MS3078 for options that do not go together, as Flink does when the table is made. */
function check(options: Options): void {
  const hasTopic = topicsOf(options).length > 0;
  const hasPattern = patternOf(options) !== undefined;
  if (hasTopic === hasPattern) {
    throw new SqlError(
      'MS3078',
      hasTopic ? "'topic' and 'topic-pattern' cannot both be set" : "the table needs a 'topic' or a 'topic-pattern'",
    );
  }
  const start = startOf(options);
  const end = endOf(options);
  if (start.kind === 'timestamp' && end?.kind === 'timestamp' && end.timestampMs < start.timestampMs) {
    throw new SqlError('MS3078', "'scan.bounded.timestamp-millis' is before 'scan.startup.timestamp-millis'");
  }
  checkClient(options);
  checkKey(options);
  checkSink(options);
}

function checkKey(options: Options): void {
  const hasFormat = options.get('key.format') !== undefined;
  const hasFields = options.get('key.fields') !== undefined;
  if (hasFormat !== hasFields) {
    const [one, other] = hasFormat ? ['key.format', 'key.fields'] : ['key.fields', 'key.format'];
    throw new SqlError('MS3078', `'${one}' needs '${other}'`);
  }
  if (options.get('format') === undefined || options.get('value.format') === undefined) return;
  throw new SqlError('MS3078', "'format' and 'value.format' cannot both be set");
}

/** What a sink promises, as its option says. */
export const deliveryOf = (options: Options): Delivery => options.string('sink.delivery-guarantee').toLowerCase() as Delivery;

/** Throws MS3078. */
export function checkSink(options: Options): void {
  const prefix = options.get('sink.transactional-id-prefix')?.toString() ?? '';
  if (options.string('sink.delivery-guarantee') === 'exactly-once' && prefix === '') {
    throw new SqlError('MS3078', "'sink.delivery-guarantee' = 'exactly-once' needs 'sink.transactional-id-prefix'", {
      hint: 'it is a name that no other sink of the cluster has, and that stays the same when the job starts again',
    });
  }
  const partitioner = options.get('sink.partitioner')?.toString() ?? 'default';
  if (!['default', 'fixed', 'round-robin'].includes(partitioner)) {
    throw new SqlError('MS3078', `'sink.partitioner' is '${partitioner}'`, {
      hint: "it is 'default', 'fixed' or 'round-robin'; classes of Java cannot be loaded",
    });
  }
  if (partitioner === 'round-robin' && options.get('key.fields') !== undefined) {
    throw new SqlError('MS3078', "'sink.partitioner' = 'round-robin' is for records without a key");
  }
}

export const kafkaDescriptor: ConnectorDescriptor = {
  name: 'kafka',
  doc: 'Topics of Apache Kafka: reads them once or as records come, and writes them, in transactions if wanted.',
  options: [
    ...TOPIC,
    ...RECORD_OPTIONS,
    ...KEY_OPTIONS,
    ...STARTUP_OPTIONS,
    ...SCAN_OPTIONS,
    ...SINK_OPTIONS,
    ...PARTITIONER,
    ...CLUSTER_OPTIONS,
  ],
  formatted: true,
  keyed: true,
  source: {
    bounded: (options) => options.string('scan.bounded.mode') !== 'unbounded',
    projection: true,
    metadata: KAFKA_METADATA,
  },
  sink: { changelog: 'insert', delivers: deliveryOf },
  check,
};
