import { freshUuid } from '../../../common/random.ts';
import type { CompressionType } from '../../kafka/codecs/codecs.ts';
import { nameKey, readJson, writeJson } from './keys.ts';
import { type LogTables, nextNumber } from './log-tables.ts';

/** What a table says of the topic that it writes; what it does not say stays as it is. */
export interface TopicSettings {
  /** Partitions that the topic has at least. */
  readonly partitions: number | undefined;
  readonly retentionMs: number | undefined;
  /** Bytes of a partition that are kept at least. */
  readonly retentionBytes: number | undefined;
  /** Whether a record replaces the one before with its key: those before are removed. */
  readonly isCompacted: boolean;
  /** How long the records are kept at least that say that a key is deleted. */
  readonly tombstoneMs?: number | undefined;
  /** How the table's blocks are made smaller. */
  readonly compression?: CompressionType | undefined;
}

export interface LogTopic {
  readonly name: string;
  readonly number: number;
  /** Tells it from another topic that had the name before. */
  readonly id: string;
  readonly partitions: number;
  readonly retentionMs?: number | undefined;
  readonly retentionBytes?: number | undefined;
  readonly isCompacted: boolean;
  readonly tombstoneMs?: number | undefined;
  /** What blocks of it may be compressed with: who reads loads that first. */
  readonly compressions?: readonly CompressionType[] | undefined;
}

export function readTopic({ topics }: LogTables, name: string): LogTopic | undefined {
  const bytes = topics.getBinary(nameKey(name));
  return bytes && readJson<LogTopic>(bytes);
}

/** Makes a topic, or changes one as a table says. Within a transaction. */
export function declareTopic(tables: LogTables, name: string, settings: TopicSettings): LogTopic {
  const known = readTopic(tables, name);
  const topic: LogTopic = {
    name,
    number: known?.number ?? nextNumber(tables, 'topic'),
    id: known?.id ?? freshUuid(),
    partitions: Math.max(known?.partitions ?? 1, settings.partitions ?? 1),
    retentionMs: settings.retentionMs ?? known?.retentionMs,
    retentionBytes: settings.retentionBytes ?? known?.retentionBytes,
    isCompacted: settings.isCompacted || known?.isCompacted === true,
    tombstoneMs: settings.tombstoneMs ?? known?.tombstoneMs,
    compressions: withCompression(known?.compressions, settings.compression),
  };
  if (JSON.stringify(topic) !== JSON.stringify(known)) tables.topics.putSync(nameKey(name), writeJson(topic));
  return topic;
}

function withCompression(
  known: readonly CompressionType[] | undefined,
  added: CompressionType | undefined,
): readonly CompressionType[] | undefined {
  if (added === undefined || added === 'none' || known?.includes(added) === true) return known;
  return [...(known ?? []), added];
}
