import type { Cluster } from '../client/cluster.ts';
import { requireSuccess } from '../client/protocol-errors.ts';
import type { PartitionPosition } from './source-position.ts';

/** Tells the cluster how far a group has read, for other programs to see. The job itself goes by its checkpoints. */
export async function commitOffsets(cluster: Cluster, groupId: string, positions: readonly PartitionPosition[]): Promise<void> {
  const topics = [...new Set(positions.map(({ topic }) => topic))].map((name) => ({
    name,
    partitions: positions
      .filter(({ topic }) => topic === name)
      .map(({ partition, offset }) => ({
        partitionIndex: partition,
        committedOffset: BigInt(offset),
        committedLeaderEpoch: -1,
        committedMetadata: '',
      })),
  }));
  if (topics.length === 0) return;
  const what = `committing the offsets of group ${groupId}`;
  await cluster.atCoordinator(0, groupId, what, async (connection) => {
    // Without membership: generation -1 and no member.
    const answer = await cluster.call(connection, cluster.library.offsetCommitV9.api, groupId, -1, '', null, topics);
    for (const topic of answer.topics) for (const { errorCode } of topic.partitions) requireSuccess(errorCode, what);
  });
}
