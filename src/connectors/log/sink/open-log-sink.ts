import type { Options } from '../../../catalog/option-spec.ts';
import { ConnectorError, SqlError } from '../../../common/errors.ts';
import type { SinkContext, SinkWriter } from '../../../runtime/sink.ts';
import { Codecs, type CompressionType } from '../../kafka/codecs/codecs.ts';
import { checkMetadata } from '../../kafka/kafka-metadata.ts';
import { recordParts } from '../../kafka/sink/open-sink.ts';
import type { Partitioner } from '../../kafka/sink/sink-settings.ts';
import { topicsOf } from '../../kafka/source/source-settings.ts';
import { checkPrimaryKey } from '../check-primary-key.ts';
import { openLog } from '../store/log-store.ts';
import type { TopicSettings } from '../store/log-topic.ts';
import { Transactions } from '../store/transactions.ts';
import { LogSink } from './log-sink.ts';

const MAX_BLOCK_BYTES = 1024 * 1024;

/** Opens a table for writing. Throws SqlError MS3078 and MS3090, UnsupportedError MS3080, ConnectorError MS3070, MS3079, MS3091 and MS3092. */
export async function openLogSink(context: SinkContext): Promise<SinkWriter> {
  const { options, primaryKey, subtask, checkpointed } = context;
  checkMetadata(context.schema, context.metadata, true);
  const isUpsert = primaryKey.length > 0;
  const name = topicOf(options);
  checkKeys(context, isUpsert);
  const isExactlyOnce = options.string('sink.delivery-guarantee') === 'exactly-once';
  checkCheckpoints(context, isExactlyOnce);
  const store = await openLog(options.string('path'), false);
  try {
    const compression = options.string('properties.compression.type').toLowerCase() as CompressionType;
    const codecs = new Codecs();
    await codecs.load(compression);
    // Refuses now what this Node cannot do.
    if (compression !== 'none') codecs.compress(compression, new Uint8Array(1));
    const topic = await store.declareTopic(name, { ...topicSettings(options, isUpsert), compression });
    const batchBytes = Math.min(options.number('sink.block-size'), MAX_BLOCK_BYTES);
    const partitioner = options.string('sink.partitioner').toLowerCase() as Partitioner;
    const sink = new LogSink(context, {
      store,
      topic,
      transactions: isExactlyOnce ? new Transactions(store, topic, `${context.uid}/${subtask.index}`) : undefined,
      records: recordParts(context, { partitioner, batchBytes }, topic.partitions, isUpsert),
      compression,
      codecs,
      lingerMs: options.number('sink.linger'),
      waits: options.string('sink.delivery-guarantee') !== 'none',
      takesUpdates: isUpsert,
    });
    if (!checkpointed) await sink.takeOver();
    return sink;
  } catch (error) {
    await store.close();
    throw error;
  }
}

function topicOf(options: Options): string {
  const [name, ...others] = topicsOf(options);
  if (others.length === 0) return name!;
  throw new SqlError('MS3090', 'a table of several topics can be read, not written', { hint: "let 'topic' name one topic" });
}

function topicSettings(options: Options, isCompacted: boolean): TopicSettings {
  const numberOf = (name: string): number | undefined => (options.get(name) === undefined ? undefined : options.number(name));
  return {
    partitions: numberOf('partitions'),
    retentionMs: numberOf('retention.time'),
    retentionBytes: numberOf('retention.size'),
    tombstoneMs: numberOf('retention.tombstones'),
    isCompacted,
  };
}

/** The key of a record is the primary key of the table, or what 'key.fields' names. */
function checkKeys({ options, tableName }: SinkContext, isUpsert: boolean): void {
  const hasFields = options.get('key.fields') !== undefined;
  const hasFormat = options.get('key.format') !== undefined;
  if (isUpsert) checkPrimaryKey(options, tableName);
  if (!isUpsert && hasFormat && !hasFields) throw new SqlError('MS3090', "'key.format' needs 'key.fields', or a primary key");
  if (isUpsert && options.string('sink.partitioner').toLowerCase() !== 'default') {
    throw new SqlError('MS3090', `table ${tableName} has a primary key: its records go to the partitions of their keys`, {
      hint: "leave 'sink.partitioner' out",
    });
  }
}

/** Without checkpoints a bounded job is one transaction, committed at its end; one without an end would never be seen. */
function checkCheckpoints({ checkpointed, bounded, tableName }: SinkContext, isExactlyOnce: boolean): void {
  if (!isExactlyOnce || checkpointed || bounded) return;
  throw new ConnectorError(
    'MS3079',
    `${tableName} delivers exactly once, by checkpoints, and the job makes none: nothing would ever be seen`,
    { hint: "give the job a state folder (--state, or open({ dir })), or set 'sink.delivery-guarantee' = 'at-least-once'" },
  );
}
