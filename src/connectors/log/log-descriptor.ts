import type { ConnectorDescriptor, Delivery } from '../../catalog/connector-descriptor.ts';
import type { OptionSpec, Options } from '../../catalog/option-spec.ts';
import { SqlError } from '../../common/errors.ts';
import { COMPRESSION_TYPES } from '../kafka/codecs/codecs.ts';
import { KEY_OPTIONS } from '../kafka/kafka-descriptor.ts';
import { KAFKA_METADATA } from '../kafka/kafka-metadata.ts';
import { RECORD_OPTIONS, SCAN_OPTIONS, STARTUP_OPTIONS } from '../kafka/kafka-options.ts';
import { endOf, startOf, topicsOf } from '../kafka/source/source-settings.ts';

const MODES: Readonly<Record<string, Pick<OptionSpec, 'kind' | 'doc'> & { readonly default: string }>> = {
  'scan.startup.mode': {
    kind: ['earliest-offset', 'latest-offset', 'group-offsets', 'timestamp', 'specific-offsets'],
    default: 'earliest-offset',
    doc: 'Where reading begins when the job does not go on from a checkpoint. group-offsets: where the group properties.group.id has committed.',
  },
  'scan.bounded.mode': {
    kind: ['unbounded', 'latest-offset', 'group-offsets', 'timestamp', 'specific-offsets'],
    default: 'unbounded',
    doc: 'Where reading ends, found out when it begins. The record at that offset is not read.',
  },
};

/** As kafka has them, but for the search for partitions, which are seen at once. */
const SCAN: readonly OptionSpec[] = [
  ...[...STARTUP_OPTIONS, ...SCAN_OPTIONS]
    .filter(({ name }) => name !== 'scan.topic-partition-discovery.interval')
    .map((spec) => ({
      ...spec,
      ...MODES[spec.name],
    })),
  {
    name: 'scan.missing-offset',
    kind: ['fail', 'earliest', 'latest'],
    default: 'fail',
    doc: 'Where reading goes on when the records at its offset have expired, and where a group begins that has committed nothing.',
  },
  {
    name: 'properties.group.id',
    kind: 'string',
    doc: 'A name under which a job with a state folder keeps in the log, with each checkpoint, how far it has read.',
  },
];

const SINK: readonly OptionSpec[] = [
  {
    name: 'sink.delivery-guarantee',
    kind: ['none', 'at-least-once', 'exactly-once'],
    default: 'at-least-once',
    doc:
      'What holds after a failure. none: records may be missing. at-least-once: a checkpoint waits until all records are on the disk; those after it may come twice. ' +
      'exactly-once: records are seen when the checkpoint that they belong to is complete.',
  },
  {
    name: 'sink.partitioner',
    kind: ['default', 'fixed', 'round-robin'],
    default: 'default',
    doc: "How a record's partition is chosen. default: by its key as Kafka's own producer does, without a key a block at a time each; fixed: each worker writes to one partition; round-robin: each record to the next.",
  },
  {
    name: 'properties.compression.type',
    kind: COMPRESSION_TYPES,
    default: 'none',
    doc: 'How blocks of records are made smaller. Readers find out by themselves.',
  },
  { name: 'sink.block-size', kind: 'memory', default: '256 kb', doc: 'Bytes of records that are stored as one block, 1 MB at most.' },
  {
    name: 'sink.linger',
    kind: 'duration',
    default: '20 ms',
    doc: 'How long records wait for more before a block that is not full is stored.',
  },
];

const TOPIC: readonly OptionSpec[] = [
  {
    name: 'path',
    kind: 'string',
    required: true,
    doc: 'Folder of the log, which holds any number of topics. The first table that writes makes it.',
  },
  {
    name: 'topic',
    kind: 'string',
    required: true,
    doc: 'The topic, made by the first table that writes it; to read, also several between semicolons.',
  },
  {
    name: 'partitions',
    kind: 'int',
    doc: 'For a table that is written: how many partitions the topic has at least, 1 unless said otherwise. Partitions are added, never removed.',
  },
  {
    name: 'retention.time',
    kind: 'duration',
    doc: 'For a table that is written: how long records are kept at least; without it, and without retention.size, for ever. Kept with the topic.',
  },
  {
    name: 'retention.size',
    kind: 'memory',
    doc: 'For a table that is written: bytes of each partition that are kept at least. Kept with the topic.',
  },
  {
    name: 'retention.tombstones',
    kind: 'duration',
    doc: 'For a table with a primary key that is written: how long the record of a deletion is kept at least, 1 day unless said otherwise. Kept with the topic.',
  },
];

/** Throws MS3078 and MS3090 for options that do not go together. */
function check(options: Options): void {
  const group = options.get('properties.group.id')?.toString();
  if ((startOf(options).kind === 'group' || endOf(options)?.kind === 'group') && group === undefined) {
    throw new SqlError('MS3090', "the offsets of a group are asked for, and there is no 'properties.group.id'");
  }
  if (group !== undefined && (group === '' || group.includes('\0') || group.length > 249)) {
    throw new SqlError('MS3090', "'properties.group.id' is a name of 1 to 249 characters");
  }
  if (topicsOf(options).length === 0) throw new SqlError('MS3090', "'topic' names no topic");
  const partitions = options.get('partitions');
  if (partitions !== undefined && (Number(partitions) < 1 || Number(partitions) > 10_000)) {
    throw new SqlError('MS3090', `'partitions' is ${partitions}`, { hint: 'it is a whole number from 1 to 10000' });
  }
  if (options.get('key.fields') !== undefined && options.get('key.format') === undefined) {
    throw new SqlError('MS3090', "'key.fields' needs 'key.format'");
  }
  if (options.get('format') !== undefined && options.get('value.format') !== undefined) {
    throw new SqlError('MS3090', "'format' and 'value.format' cannot both be set");
  }
  if (options.string('sink.partitioner').toLowerCase() === 'round-robin' && options.get('key.fields') !== undefined) {
    throw new SqlError('MS3090', "'sink.partitioner' = 'round-robin' is for records without a key");
  }
}

export const logDescriptor: ConnectorDescriptor = {
  name: 'log',
  doc: 'Topics in a folder of this machine, durable and without a broker: reads them once or as records come, and writes them, in transactions if wanted.',
  options: [...TOPIC, ...RECORD_OPTIONS, ...KEY_OPTIONS, ...SCAN, ...SINK],
  formatted: true,
  keyed: true,
  source: {
    bounded: (options) => options.string('scan.bounded.mode') !== 'unbounded',
    projection: true,
    metadata: KAFKA_METADATA,
    changelog: (_, hasPrimaryKey) => (hasPrimaryKey ? 'upsert' : 'insert'),
  },
  sink: {
    changelog: 'upsert',
    delivers: (options) => options.string('sink.delivery-guarantee').toLowerCase() as Delivery,
    insertsOnly: (_, hasPrimaryKey) =>
      hasPrimaryKey
        ? undefined
        : "declare PRIMARY KEY (...) NOT ENFORCED and a 'key.format', so that rows are replaced by their key, or aggregate in a window",
  },
  check,
};
