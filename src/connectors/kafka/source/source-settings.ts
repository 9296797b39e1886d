import type { Options } from '../../../catalog/option-spec.ts';
import { SqlError } from '../../../common/errors.ts';
import { choice, integer, propertiesOf } from '../client/client-settings.ts';

/** Where reading begins or ends in each partition. */
export type OffsetChoice =
  | { readonly kind: 'earliest' | 'latest' | 'group' }
  | { readonly kind: 'timestamp'; readonly timestampMs: bigint }
  | { readonly kind: 'specific'; readonly offsets: ReadonlyMap<number, number> };

export interface SourceSettings {
  readonly topics: readonly string[];
  readonly pattern: RegExp | undefined;
  readonly start: OffsetChoice;
  /** undefined: reading does not end. */
  readonly end: OffsetChoice | undefined;
  readonly groupId: string | undefined;
  /** What is done where an offset is not there (any more). */
  readonly onMissingOffset: 'earliest' | 'latest' | 'none';
  /** undefined: new partitions are not looked for. */
  readonly discoveryMs: number | undefined;
  readonly readCommitted: boolean;
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly partitionBytes: number;
  readonly commitsOffsets: boolean;
  /** Whether the sums of record batches are checked. */
  readonly checksSums: boolean;
}

const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;
const DEFAULT_PARTITION_BYTES = 1024 * 1024;

/** Reads the options of a table that is read. `start` is where reading begins where no option says so. Throws SqlError MS3078. */
export function sourceSettings(options: Options, start = startOf(options)): SourceSettings {
  const properties = propertiesOf(options);
  const groupId = properties.get('group.id')?.toString();
  const end = endOf(options);
  if ((start.kind === 'group' || end?.kind === 'group') && groupId === undefined) {
    throw new SqlError('MS3078', "the offsets of a group are asked for, and there is no 'properties.group.id'", {
      hint: "set it, or 'scan.startup.mode' = 'earliest-offset' or 'latest-offset'",
    });
  }
  const interval = options.number('scan.topic-partition-discovery.interval');
  return {
    topics: topicsOf(options),
    pattern: patternOf(options),
    start,
    end,
    groupId,
    onMissingOffset: choice(properties, 'auto.offset.reset', ['earliest', 'latest', 'none'], 'none'),
    discoveryMs: end === undefined && interval > 0 ? interval : undefined,
    readCommitted: choice(properties, 'isolation.level', ['read_committed', 'read_uncommitted'], 'read_uncommitted') === 'read_committed',
    maxWaitMs: integer(properties, 'fetch.max.wait.ms', 500),
    minBytes: integer(properties, 'fetch.min.bytes', 1),
    maxBytes: integer(properties, 'fetch.max.bytes', DEFAULT_MAX_BYTES, 1),
    partitionBytes: integer(properties, 'max.partition.fetch.bytes', DEFAULT_PARTITION_BYTES, 1),
    commitsOffsets: groupId !== undefined && choice(properties, 'commit.offsets.on.checkpoint', ['true', 'false'], 'true') === 'true',
    checksSums: choice(properties, 'check.crcs', ['true', 'false'], 'true') === 'true',
  };
}

/** The topics that the option names, one or several between semicolons. */
export function topicsOf(options: Options): string[] {
  const text = options.get('topic')?.toString() ?? '';
  return text
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Throws MS3078 for a pattern that is none. */
export function patternOf(options: Options): RegExp | undefined {
  const text = options.get('topic-pattern')?.toString();
  if (text === undefined) return undefined;
  try {
    return new RegExp(`^(?:${text})$`, 'u');
  } catch (cause) {
    throw new SqlError('MS3078', `'topic-pattern' is no regular expression: ${(cause as Error).message}`, { cause });
  }
}

/** Throws MS3078 where an option that the mode needs is missing. */
export function startOf(options: Options): OffsetChoice {
  switch (options.string('scan.startup.mode')) {
    case 'earliest-offset':
      return { kind: 'earliest' };
    case 'latest-offset':
      return { kind: 'latest' };
    case 'timestamp':
      return timestampOf(options, 'scan.startup.mode', 'scan.startup.timestamp-millis');
    case 'specific-offsets':
      return specificOf(options, 'scan.startup.mode', 'scan.startup.specific-offsets');
    default:
      return { kind: 'group' };
  }
}

/** Throws MS3078 where an option that the mode needs is missing. */
export function endOf(options: Options): OffsetChoice | undefined {
  switch (options.string('scan.bounded.mode')) {
    case 'latest-offset':
      return { kind: 'latest' };
    case 'group-offsets':
      return { kind: 'group' };
    case 'timestamp':
      return timestampOf(options, 'scan.bounded.mode', 'scan.bounded.timestamp-millis');
    case 'specific-offsets':
      return specificOf(options, 'scan.bounded.mode', 'scan.bounded.specific-offsets');
    default:
      return undefined;
  }
}

function timestampOf(options: Options, mode: string, name: string): OffsetChoice {
  const timestampMs = options.get(name);
  if (timestampMs === undefined) throw missing(mode, 'timestamp', name);
  return { kind: 'timestamp', timestampMs: BigInt(timestampMs) };
}

function specificOf(options: Options, mode: string, name: string): OffsetChoice {
  const text = options.get(name)?.toString();
  if (text === undefined) throw missing(mode, 'specific-offsets', name);
  const offsets = new Map<number, number>();
  for (const part of text.split(';').filter((each) => each.trim() !== '')) {
    const match = /^\s*partition:(\d{1,9}),offset:(\d{1,15})\s*$/.exec(part);
    if (match === null) {
      throw new SqlError('MS3078', `option '${name}' is '${text}'`, {
        hint: "it is a list such as 'partition:0,offset:42;partition:1,offset:300'",
      });
    }
    offsets.set(Number(match[1]), Number(match[2]));
  }
  return { kind: 'specific', offsets };
}

const missing = (mode: string, value: string, name: string): SqlError =>
  new SqlError('MS3078', `'${mode}' is '${value}', which needs the option '${name}'`);
