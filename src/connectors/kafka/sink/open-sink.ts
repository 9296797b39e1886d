import { ConnectorError } from '../../../common/errors.ts';
import type { SinkContext, SinkWriter } from '../../../runtime/sink.ts';
import { BytePool } from '../client/byte-pool.ts';
import { Checksum } from '../client/checksum.ts';
import { clientSettings } from '../client/client-settings.ts';
import { Cluster } from '../client/cluster.ts';
import { loadLibrary } from '../client/library.ts';
import { noteOf } from '../client/outage.ts';
import { Code, ProtocolError } from '../client/protocol-errors.ts';
import { Codecs } from '../codecs/codecs.ts';
import { checkMetadata } from '../kafka-metadata.ts';
import { recordLayout } from '../source/record-layout.ts';
import { BatchSender } from './batch-sender.ts';
import { KafkaSink } from './kafka-sink.ts';
import { LineBuffer } from './line-buffer.ts';
import type { RecordWriterParts } from './record-writer.ts';
import { type SinkSettings, sinkSettings } from './sink-settings.ts';
import { Transactions } from './transactions.ts';
import { WrittenMetadata } from './written-metadata.ts';

/**
 * Opens a table for writing. `isUpsert`: rows are updated and deleted by the primary key, which is the records' key. Throws SqlError MS3078,
 * UnsupportedError MS3080, and ConnectorError MS3070 to MS3073 and MS3079.
 */
export async function openKafkaSink(context: SinkContext, isUpsert: boolean): Promise<SinkWriter> {
  checkMetadata(context.schema, context.metadata, true);
  const settings = sinkSettings(context.options);
  checkCheckpoints(context, settings);
  const codecs = new Codecs();
  await codecs.load(settings.compression);
  // Refuses now what this Node cannot do.
  if (settings.compression !== 'none') codecs.compress(settings.compression, new Uint8Array(1));
  const cluster = new Cluster(await loadLibrary(), clientSettings(context.options), context.clock, noteOf(context));
  try {
    const partitionCount = await countPartitions(cluster, settings.topic);
    const checksum = new Checksum(context.kernels);
    const pool = new BytePool();
    return new KafkaSink(context, {
      checksum,
      pool,
      cluster,
      codecs,
      settings,
      sender: new BatchSender(cluster, settings, checksum, pool),
      transactions: transactionsOf(context, cluster, settings),
      records: recordParts(context, settings, partitionCount, isUpsert),
      takesUpdates: isUpsert,
    });
  } catch (error) {
    cluster.close();
    throw error;
  }
}

/** Two INSERTs into one table, and so with one prefix, are two sinks: the sink's name keeps their transactions apart. */
function transactionsOf({ subtask, checkpointed, uid }: SinkContext, cluster: Cluster, settings: SinkSettings): Transactions | undefined {
  if (settings.delivery !== 'exactly-once') return undefined;
  return new Transactions(cluster, settings, subtask, checkpointed ? uid : undefined);
}

/**
 * Without checkpoints a bounded job is one transaction, committed at its end; one without an end would never be seen. With them, a transaction
 * is open from one to the next, and a broker that aborts it before would make the job fail again and again.
 */
function checkCheckpoints(context: SinkContext, { delivery, transactionTimeoutMs }: SinkSettings): void {
  const { checkpointed, checkpointIntervalMs = 0, bounded, tableName } = context;
  if (delivery !== 'exactly-once') return;
  if (transactionTimeoutMs <= checkpointIntervalMs) {
    throw new ConnectorError(
      'MS3079',
      `${tableName}: brokers give up a transaction after ${transactionTimeoutMs} ms, before the next checkpoint`,
      {
        hint: `checkpoints are made every ${checkpointIntervalMs} ms: set 'properties.transaction.timeout.ms' to several times that, or make them more often`,
      },
    );
  }
  if (checkpointed || bounded) return;
  throw new ConnectorError(
    'MS3079',
    `${tableName} delivers exactly once, by checkpoints, and the job makes none: nothing would ever be seen`,
    {
      hint: "give the job a state folder (--state, or open({ dir })), or set 'sink.delivery-guarantee' = 'at-least-once'",
    },
  );
}

/** Brokers may be set up to make a topic that is asked for. */
function countPartitions(cluster: Cluster, topic: string): Promise<number> {
  return cluster.retry(`writing to topic ${topic}`, async () => {
    const [found] = await cluster.refresh([topic], true);
    if (found === undefined) throw new ProtocolError(Code.unknownTopicOrPartition, `topic ${topic}`);
    if (found.partitions.length === 0) throw new ProtocolError(5, `topic ${topic}`);
    return found.partitions.length;
  });
}

/** How rows become records. Throws MS3078. */
export function recordParts(
  context: SinkContext,
  settings: Pick<SinkSettings, 'partitioner' | 'batchBytes'>,
  partitionCount: number,
  isUpsert: boolean,
): Omit<RecordWriterParts, 'onBatch'> {
  const { kernels, schema, options, metadata, primaryKey } = context;
  const names = new Set([...metadata.keys()].map((index) => schema.fields[index]!.name));
  const keyFields = isUpsert ? primaryKey.map((index) => schema.fields[index]!.name) : undefined;
  const isMetadata = (name: string): boolean => names.has(name);
  const layout = recordLayout({ options, schema, tableSchema: schema, isMetadata, ...(keyFields && { keyFields }) });
  const { key, value } = layout;
  return {
    values: new LineBuffer(kernels.memory, context.createEncoder(value.part), value.columns),
    keys: key && new LineBuffer(kernels.memory, context.createEncoder(key.part), key.columns),
    metadata: new WrittenMetadata(kernels.memory, metadata),
    partitioner: settings.partitioner,
    partitionCount,
    worker: context.subtask.index,
    batchBytes: settings.batchBytes,
    deletes: isUpsert,
  };
}
