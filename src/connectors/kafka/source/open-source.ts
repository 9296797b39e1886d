import type { SourceContext, SourceReader } from '../../../runtime/source.ts';
import { clientSettings } from '../client/client-settings.ts';
import { Cluster } from '../client/cluster.ts';
import { loadLibrary } from '../client/library.ts';
import { noteOf } from '../client/outage.ts';
import { checkMetadata } from '../kafka-metadata.ts';
import { KafkaSource } from './kafka-source.ts';
import { PartitionDiscovery } from './partition-discovery.ts';
import { sourceSettings } from './source-settings.ts';

/**
 * Opens a table for reading: finds its partitions and where reading begins. `isUpsert`: a record is the newest row of its key, and one without
 * a value deletes it; reading begins at the first record, as the keys' rows may be anywhere. Throws SqlError MS3078, UnsupportedError MS3080, and
 * ConnectorError MS3070 to MS3074.
 */
export async function openKafkaSource(context: SourceContext, isUpsert: boolean): Promise<SourceReader> {
  const { options, clock, subtask } = context;
  checkMetadata(context.schema, context.metadata, false);
  const settings = isUpsert ? sourceSettings(options, { kind: 'earliest' }) : sourceSettings(options);
  const client = clientSettings(options);
  // A request that waits for records must not look like one that is lost.
  const cluster = new Cluster(
    await loadLibrary(),
    { ...client, requestTimeoutMs: Math.max(client.requestTimeoutMs, settings.maxWaitMs + 5000) },
    clock,
    noteOf(context),
  );
  try {
    const discovery = new PartitionDiscovery(cluster, settings, subtask);
    const partitions = await discovery.first();
    return new KafkaSource(context, cluster, settings, discovery, partitions, isUpsert);
  } catch (error) {
    cluster.close();
    throw error;
  }
}
