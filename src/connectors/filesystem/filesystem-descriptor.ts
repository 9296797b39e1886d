import type { ConnectorDescriptor } from '../../catalog/connector-descriptor.ts';
import type { OptionSpec } from '../../catalog/option-spec.ts';
import { FILE_METADATA } from './file-metadata.ts';
import { checkPartitionOptions } from './partition-commit.ts';

const NO_CLASSES = 'there are no classes of Java, so it has no effect.';
const NO_COMPACTION = 'files are not compacted in this version, so it has no effect.';

const WHAT: readonly OptionSpec[] = [
  {
    name: 'path',
    kind: 'string',
    required: true,
    doc:
      'A path, relative to the working directory if it is not absolute, or a file: URL. Read: a file; a folder with all files in it ' +
      'and in its folders whose names do not begin with . or _; or a pattern (*, ?, [a-z], {a,b}, ** for folders). Files ending in ' +
      '.gz, .gzip and .deflate are decompressed. Written: a folder, in which every writer makes part files; or, as an extension of ' +
      'Flink, a single file, when the path ends as files of the format do (.json, .ndjson, .jsonl; .csv; .txt; with .gz behind it, ' +
      'compressed). Files appear when they are whole.',
  },
  { name: 'format', kind: 'string', required: true, doc: 'How records are written in the files: json, csv, raw.' },
];

const SOURCE: readonly OptionSpec[] = [
  {
    name: 'source.monitor-interval',
    kind: 'duration',
    doc: 'How often to look for new files. Without it, the files found at the start are read and the source ends. A file is read once, when it is found: rename it into the folder when it is whole.',
  },
  {
    name: 'source.path.regex-pattern',
    kind: 'string',
    doc: 'A regular expression that the whole absolute path of a file must match to be read.',
  },
  {
    name: 'source.files-in-time-order',
    kind: 'boolean',
    default: 'false',
    doc: 'Not in Flink. Declares that the files, by path, follow one another in event time: the watermark then moves on from file to file, and less state is held. Without it, it waits until the last file has been begun, so that no row is late because of the order of files.',
  },
  {
    name: 'lookup.cache.ttl',
    kind: 'duration',
    doc: 'Not in Flink. How long the rows that a lookup join (FOR SYSTEM_TIME AS OF processing time) has read are good for: when they are older, the files are read again while rows go on meeting the ones before. Without it, they are read once.',
  },
  {
    name: 'source.report-statistics',
    kind: ['NONE', 'ALL'],
    default: 'ALL',
    doc: 'Whether Flink asks files for statistics.',
    note: 'files are not asked for statistics, so it has no effect.',
  },
];

const SINK: readonly OptionSpec[] = [
  { name: 'sink.rolling-policy.file-size', kind: 'memory', default: '128MB', doc: 'A part file is ended before it gets larger.' },
  { name: 'sink.rolling-policy.rollover-interval', kind: 'duration', default: '30 min', doc: 'A part file is ended when it is this old.' },
  {
    name: 'sink.rolling-policy.inactivity-interval',
    kind: 'duration',
    default: '30 min',
    doc: 'A part file is ended when nothing was written to it for this long.',
  },
  { name: 'sink.rolling-policy.check-interval', kind: 'duration', default: '1 min', doc: 'How often the two intervals are looked at.' },
  {
    name: 'sink.existing-file',
    kind: ['replace', 'append', 'fail'],
    default: 'replace',
    doc: 'Not in Flink. What happens to a single file that is there already. Several INSERTs of one session add up also under replace, which is about what was there before.',
  },
];

const PARTITIONS: readonly OptionSpec[] = [
  {
    name: 'partition.default-name',
    kind: 'string',
    default: '__DEFAULT_PARTITION__',
    doc: "What stands for NULL and for an empty text in the name of a partition's folder.",
  },
  {
    name: 'sink.partition-commit.policy.kind',
    kind: 'string',
    doc: 'How readers are told that a partition is whole: success-file makes an empty file in its folder. Without it nothing tells them. One worker writes such a table.',
  },
  {
    name: 'sink.partition-commit.success-file.name',
    kind: 'string',
    default: '_SUCCESS',
    doc: 'The name of that file.',
  },
  {
    name: 'sink.partition-commit.trigger',
    kind: ['process-time', 'partition-time'],
    default: 'process-time',
    doc: 'When a partition is whole: process-time when the clock is the delay behind its first row; partition-time when the watermark is the delay behind the time that its columns make. In any case when the input has ended. It is looked at with each checkpoint, or at the check interval of the rolling policy where there are none. Rows that come later make it whole once more.',
  },
  { name: 'sink.partition-commit.delay', kind: 'duration', default: '0 s', doc: 'The delay: the length of a partition, such as 1 h.' },
  {
    name: 'sink.partition-commit.watermark-time-zone',
    kind: 'string',
    default: 'UTC',
    doc: 'The time zone of the time that the columns make: that of the session where the watermark is of a TIMESTAMP_LTZ column.',
  },
  {
    name: 'partition.time-extractor.kind',
    kind: 'string',
    default: 'default',
    doc: 'How the time of a partition is made: default is by the pattern.',
  },
  {
    name: 'partition.time-extractor.timestamp-pattern',
    kind: 'string',
    doc: "The text of the time, in which $column stands for the column's value, as in '$dt $hour:00:00'. By default the first column.",
  },
  {
    name: 'partition.time-extractor.timestamp-formatter',
    kind: 'string',
    doc: "How that text is read, as a pattern of Java's DateTimeFormatter. By default yyyy-MM-dd HH:mm:ss, or without the time of day.",
  },
];

const WITHOUT_EFFECT: readonly OptionSpec[] = [
  ignored('partition.time-extractor.class', NO_CLASSES),
  ignored('sink.partition-commit.policy.class', NO_CLASSES),
  ignored('sink.partition-commit.policy.class.parameters', NO_CLASSES),
  ignored('sink.shuffle-by-partition.enable', 'rows of a partition may be written by several workers, so it has no effect.'),
  ignored('auto-compaction', NO_COMPACTION),
  ignored('compaction.file-size', NO_COMPACTION),
  ignored('compaction.parallelism', NO_COMPACTION),
  ignored('sink.parallelism', 'the parallelism is that of the job, so it has no effect.'),
  ignored('property-version', 'it has no effect.'),
];

function ignored(name: string, note: string): OptionSpec {
  return { name, kind: 'string', doc: `As in Flink; ${note}`, note };
}

export const filesystemDescriptor: ConnectorDescriptor = {
  name: 'filesystem',
  doc: 'Files on this machine: reads a file, a folder or a pattern, once or as files come; writes a single file or a folder of part files.',
  options: [...WHAT, ...SOURCE, ...SINK, ...PARTITIONS, ...WITHOUT_EFFECT],
  formatted: true,
  partitions: true,
  check: checkPartitionOptions,
  source: {
    bounded: (options) => options.get('source.monitor-interval') === undefined,
    projection: true,
    lookup: true,
    metadata: FILE_METADATA,
  },
  sink: { changelog: 'insert', delivers: () => 'exactly-once' },
};
