import type { OptionSpec } from '../../catalog/option-spec.ts';

/** How the cluster is reached, for all tables. */
export const CLUSTER_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'properties.bootstrap.servers',
    kind: 'string',
    required: true,
    doc: 'Addresses of some brokers of the cluster, between commas: host1:9092,host2:9092.',
  },
  {
    name: 'properties.#',
    kind: 'string',
    doc:
      "A property of Kafka's clients by its own name. Read: client.id, group.id, request.timeout.ms; security.protocol, sasl.mechanism (PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER), " +
      'sasl.jaas.config, ssl.* with PEM files or texts; isolation.level, auto.offset.reset, check.crcs, fetch.min.bytes, fetch.max.bytes, fetch.max.wait.ms, max.partition.fetch.bytes; ' +
      'acks, batch.size, linger.ms, compression.type, enable.idempotence, transaction.timeout.ms. Others are taken and have no effect.',
  },
  {
    name: 'connection.retry-timeout',
    kind: 'duration',
    default: '1 min',
    doc: 'Not in Flink. How long a cluster that does not answer, at the start or later, is tried again before the job fails. Pauses between attempts grow from 50 ms to 1 s.',
  },
];

/** Records with a key and a value, which have formats of their own. */
export const RECORD_OPTIONS: readonly OptionSpec[] = [
  { name: 'format', kind: 'string', doc: 'How values are written: json, csv, raw. Either this or value.format is needed.' },
  { name: 'value.format', kind: 'string', doc: "The same as format; the format's options are then named value.json.* and so on." },
  { name: 'key.format', kind: 'string', doc: "How keys are written. The format's options are named key.json.* and so on." },
  {
    name: 'value.fields-include',
    kind: ['ALL', 'EXCEPT_KEY'],
    default: 'ALL',
    doc: 'Whether the columns of the key are in the value, too.',
  },
  {
    name: 'key.fields-prefix',
    kind: 'string',
    doc: "What stands before the names of the key's columns in the table, and not in the record. It needs value.fields-include = EXCEPT_KEY.",
  },
];

/** Where reading begins. */
export const STARTUP_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'scan.startup.mode',
    kind: ['group-offsets', 'earliest-offset', 'latest-offset', 'timestamp', 'specific-offsets'],
    default: 'group-offsets',
    doc: 'Where reading begins when the job does not go on from a checkpoint. group-offsets: where the group properties.group.id has committed.',
  },
  {
    name: 'scan.startup.timestamp-millis',
    kind: 'bigint',
    doc: 'For timestamp: reading begins with records of this time, in milliseconds since 1970.',
  },
  {
    name: 'scan.startup.specific-offsets',
    kind: 'string',
    doc: 'For specific-offsets: partition:0,offset:42;partition:1,offset:300. Others begin at their first record.',
  },
];

/** What a table that is read takes. */
export const SCAN_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'scan.bounded.mode',
    kind: ['unbounded', 'latest-offset', 'group-offsets', 'timestamp', 'specific-offsets'],
    default: 'unbounded',
    doc: 'Where reading ends, found out when it begins. The record at that offset is not read.',
  },
  { name: 'scan.bounded.timestamp-millis', kind: 'bigint', doc: 'For timestamp: reading ends before records of this time.' },
  {
    name: 'scan.bounded.specific-offsets',
    kind: 'string',
    doc: 'For specific-offsets: partition:0,offset:42;partition:1,offset:300. Others are read up to their last record.',
  },
  {
    name: 'scan.topic-partition-discovery.interval',
    kind: 'duration',
    default: '5 min',
    doc: 'How often to look for new partitions, and for new topics of the pattern; 0 for never. They are read from their first record on.',
  },
];

/** What a table that is written takes. */
export const SINK_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'sink.delivery-guarantee',
    kind: ['none', 'at-least-once', 'exactly-once'],
    default: 'at-least-once',
    doc:
      'What holds after a failure. none: records may be missing. at-least-once: a checkpoint waits until all records are stored; those after it may come twice. ' +
      'exactly-once: records are written in transactions that a checkpoint commits; read them with isolation.level = read_committed.',
  },
  {
    name: 'sink.transactional-id-prefix',
    kind: 'string',
    doc: "What the names of the sink's transactions begin with, for exactly-once. No two tables of a cluster may share it; it must stay the same when the job starts again.",
  },
  {
    name: 'sink.lost-transactions',
    kind: ['fail', 'ignore'],
    default: 'fail',
    doc: 'Not in Flink. What a job does that goes on from a checkpoint whose transaction is no more: fail, or pass over it where its rows are known to be in the topic.',
  },
];
