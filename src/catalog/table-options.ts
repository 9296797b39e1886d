import { type Span, SqlError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import type { ConnectorDescriptor, FormatDescriptor } from './connector-descriptor.ts';
import type { OptionSpec, Options } from './option-spec.ts';
import { type OptionsContext, optionsUnder, prefixSpecs, readOptions } from './options.ts';

/** The connectors and formats a session knows, by name. */
export interface Descriptors {
  readonly connectors: ReadonlyMap<string, ConnectorDescriptor>;
  readonly formats: ReadonlyMap<string, FormatDescriptor>;
}

/** A table's options after validation. */
export interface TableOptions {
  readonly connector: ConnectorDescriptor;
  readonly format: FormatDescriptor | undefined;
  /** What the names of the format's options begin with: `json`, or `value.json`. */
  readonly formatPrefix: string;
  /** The format of the records' keys, for connectors that have them. */
  readonly keyFormat: FormatDescriptor | undefined;
  readonly options: Options;
}

/** What any table takes, whatever its connector. */
export const commonTableOptions: readonly OptionSpec[] = [
  { name: 'connector', kind: 'string', required: true, doc: 'Which connector reads or writes the table.' },
  { name: 'scan.parallelism', kind: 'int', doc: 'Parallelism of the source.', note: 'the parallelism of the job is used' },
  { name: 'sink.parallelism', kind: 'int', doc: 'Parallelism of the sink.', note: 'the parallelism of the job is used' },
  {
    name: 'bad-records',
    kind: ['fail', 'skip', 'dead-letter'],
    doc: 'What a record that cannot be read does: fail (the default) ends the job, skip drops and counts it, dead-letter writes it to the table named by bad-records.table. A bad value in a column that the query does not read is not looked at.',
  },
  {
    name: 'bad-records.table',
    kind: 'string',
    doc: 'Table that gets bad records under dead-letter. Any sink will do; its columns are, by position, (source STRING, line BIGINT, byte_offset BIGINT, reason STRING, record BYTES). The record is whole, or its first 4 KB where it is longer than 64 MB.',
  },
  {
    name: 'scan.watermark.idle-timeout',
    kind: 'duration',
    doc: 'After this long without rows a split no longer holds the watermark back.',
  },
];

/**
 * Finds a table's connector and format and validates its options. Throws MS1304 (no connector), MS1305 (unknown connector),
 * MS1306 (format), what readOptions throws, and what the connector and its format say of their options.
 */
export function readTableOptions(
  raw: ReadonlyMap<string, string>,
  descriptors: Descriptors,
  spanOf: NonNullable<OptionsContext['spanOf']>,
): TableOptions {
  const name = raw.get('connector');
  if (name === undefined) {
    throw new SqlError('MS1304', "the table has no 'connector'", {
      hint: `add 'connector' = '...' to WITH; there are: ${names(descriptors.connectors)}`,
    });
  }
  const connector = descriptors.connectors.get(name);
  if (connector === undefined) {
    const known = names(descriptors.connectors);
    throw new SqlError('MS1305', `there is no connector '${name}'`, {
      span: spanOf('connector'),
      hint: didYouMean(name, descriptors.connectors.keys()) ?? `there are: ${known}`,
    });
  }
  const valueOption = connector.keyed && raw.has('value.format') ? 'value.format' : 'format';
  const format = connector.formatted ? formatOf(raw, valueOption, connector, descriptors, spanOf) : undefined;
  const keyFormat = connector.keyed && raw.has('key.format') ? formatOf(raw, 'key.format', connector, descriptors, spanOf) : undefined;
  const formatPrefix = `${valueOption === 'format' ? '' : 'value.'}${format?.name ?? ''}`;
  const specs = [
    ...commonTableOptions,
    ...connector.options,
    ...(connector.formatted ? [formatOption] : []),
    ...(format ? prefixSpecs(formatPrefix, format.options) : []),
    ...(keyFormat ? prefixSpecs(`key.${keyFormat.name}`, keyFormat.options) : []),
  ];
  const options = readOptions(specs, raw, { what: `connector '${name}'`, spanOf });
  withSpan(spanOf(valueOption), () => format?.check?.(optionsUnder(options, formatPrefix)));
  withSpan(spanOf('key.format'), () => keyFormat?.check?.(optionsUnder(options, `key.${keyFormat.name}`)));
  withSpan(spanOf('connector'), () => connector.check?.(options));
  return { connector, format, formatPrefix, keyFormat, options };
}

function withSpan(span: Span | undefined, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (error instanceof SqlError) error.span ??= span;
    throw error;
  }
}

export const formatOption: OptionSpec = { name: 'format', kind: 'string', doc: 'How records are written as bytes.' };

function formatOf(
  raw: ReadonlyMap<string, string>,
  option: string,
  connector: ConnectorDescriptor,
  descriptors: Descriptors,
  spanOf: NonNullable<OptionsContext['spanOf']>,
): FormatDescriptor {
  const name = raw.get(option);
  const format = name === undefined ? undefined : descriptors.formats.get(name);
  if (format !== undefined) return format;
  const message = name === undefined ? `connector '${connector.name}' needs a '${option}'` : `there is no format '${name}'`;
  const hint =
    (name === undefined ? undefined : didYouMean(name, descriptors.formats.keys())) ?? `there are: ${names(descriptors.formats)}`;
  throw new SqlError('MS1306', message, { span: spanOf(name === undefined ? 'connector' : option), hint });
}

const names = (map: ReadonlyMap<string, unknown>): string => [...map.keys()].sort().join(', ');
