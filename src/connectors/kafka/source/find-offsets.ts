import { ConnectorError } from '../../../common/errors.ts';
import type { Cluster } from '../client/cluster.ts';
import { ProtocolError, requireSuccess } from '../client/protocol-errors.ts';
import type { OffsetChoice, SourceSettings } from './source-settings.ts';

/** One partition by its names. */
export interface PartitionName {
  readonly topic: string;
  readonly partition: number;
}

const EARLIEST = -2n;
const LATEST = -1n;

const nameOf = ({ topic, partition }: PartitionName): string => `${topic}/${partition}`;

/**
 * Finds offsets of partitions, in their order. A time that no record has reached stands for the end, in Flink too; a partition that specific
 * offsets leave out begins at its first record, or has no end. Throws MS3074 where a group has none and nothing is said for that.
 */
export async function findOffsets(
  cluster: Cluster,
  partitions: readonly PartitionName[],
  choice: OffsetChoice,
  settings: SourceSettings,
  byDefault: 'earliest' | 'latest' = 'earliest',
): Promise<number[]> {
  const listed = (timestamp: bigint, some = partitions): Promise<Map<string, number>> =>
    listOffsets(cluster, some, timestamp, settings.readCommitted);
  if (choice.kind === 'group') return groupOffsets(cluster, partitions, settings);
  if (choice.kind === 'specific') {
    const rest = await listed(
      byDefault === 'earliest' ? EARLIEST : LATEST,
      partitions.filter(({ partition }) => !choice.offsets.has(partition)),
    );
    return partitions.map((each) => choice.offsets.get(each.partition) ?? rest.get(nameOf(each))!);
  }
  if (choice.kind !== 'timestamp') {
    const found = await listed(choice.kind === 'earliest' ? EARLIEST : LATEST);
    return partitions.map((each) => found.get(nameOf(each))!);
  }
  const found = await listed(choice.timestampMs);
  const later = await listed(
    LATEST,
    partitions.filter((each) => found.get(nameOf(each))! < 0),
  );
  return partitions.map((each) => later.get(nameOf(each)) ?? found.get(nameOf(each))!);
}

/** Offsets by partition, from the leader of each. */
async function listOffsets(
  cluster: Cluster,
  partitions: readonly PartitionName[],
  timestamp: bigint,
  isCommitted: boolean,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
  const attempt = async (): Promise<void> => {
    const left = partitions.filter((each) => !found.has(nameOf(each)));
    const leaders = new Set(left.map(({ topic, partition }) => cluster.leaderOf(topic, partition)));
    for (const leader of leaders) {
      if (leader === undefined) throw new ProtocolError(5, 'a partition');
      const mine = left.filter(({ topic, partition }) => cluster.leaderOf(topic, partition) === leader);
      const request = topics.map((name) => ({
        name,
        partitions: mine
          .filter(({ topic }) => topic === name)
          .map(({ partition }) => ({ partitionIndex: partition, currentLeaderEpoch: -1, timestamp })),
      }));
      const connection = await cluster.connection(leader, 'control');
      const answer = await cluster.call(
        connection,
        cluster.library.listOffsetsV9.api,
        -1,
        isCommitted ? 1 : 0,
        request.filter((topic) => topic.partitions.length > 0),
      );
      for (const { name, partitions: results } of answer.topics) {
        for (const { partitionIndex, errorCode, offset } of results) {
          requireSuccess(errorCode, `the offsets of ${name}/${partitionIndex}`);
          found.set(`${name}/${partitionIndex}`, Number(offset));
        }
      }
    }
  };
  if (partitions.length > 0) await cluster.retry(`asking for the offsets of ${topics.join(', ')}`, attempt, topics);
  return found;
}

async function groupOffsets(cluster: Cluster, partitions: readonly PartitionName[], settings: SourceSettings): Promise<number[]> {
  const groupId = settings.groupId!;
  const topics = [...new Set(partitions.map(({ topic }) => topic))];
  const committed = new Map<string, number>();
  await cluster.atCoordinator(0, groupId, `asking for the offsets of group ${groupId}`, async (connection) => {
    const request = topics.map((name) => ({
      name,
      partitionIndexes: partitions.filter(({ topic }) => topic === name).map(({ partition }) => partition),
    }));
    const answer = await cluster.call(
      connection,
      cluster.library.offsetFetchV9.api,
      [{ groupId, memberId: null, memberEpoch: -1, topics: request }],
      true,
    );
    for (const group of answer.groups) {
      requireSuccess(group.errorCode, `group ${groupId}`);
      for (const { name, partitions: results } of group.topics) {
        for (const { partitionIndex, committedOffset } of results) committed.set(`${name}/${partitionIndex}`, Number(committedOffset));
      }
    }
  });
  const missing = partitions.filter((each) => (committed.get(nameOf(each)) ?? -1) < 0);
  const [first] = missing;
  const { onMissingOffset } = settings;
  if (first !== undefined && onMissingOffset === 'none') {
    throw new ConnectorError('MS3074', `group ${groupId} has committed no offset for partition ${nameOf(first)}`, {
      hint: "set 'properties.auto.offset.reset' = 'earliest' or 'latest', or another 'scan.startup.mode'",
    });
  }
  const rest = await listOffsets(cluster, missing, onMissingOffset === 'latest' ? LATEST : EARLIEST, settings.readCommitted);
  return partitions.map((each) => rest.get(nameOf(each)) ?? committed.get(nameOf(each))!);
}
