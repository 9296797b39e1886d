import { ConnectorError } from '../../../common/errors.ts';
import type { PartitionPosition } from './source-position.ts';
import type { SourceSettings } from './source-settings.ts';

/** An offset that no partition has: the broker says so, and the policy leads to its end. */
export const BEYOND_END = 2 ** 52;

/** What the cluster has now, of this worker. */
interface Present {
  /** The partitions, where reading would begin without a checkpoint. */
  readonly partitions: readonly PartitionPosition[];
  isMine(topic: string, partition: number): boolean;
}

/** A partition to read, and whether it is one that the job has never read from. */
export interface ResumedPartition extends PartitionPosition {
  readonly isNew: boolean;
}

/**
 * Where each partition is read on from: where the checkpoint was, and from the first record on for one that is not in it, wherever the job
 * began to read the others. Throws MS3073 for a topic that is gone, or was made anew, unless the table says where to go on then.
 */
export function resumedPartitions(stored: readonly PartitionPosition[], present: Present, settings: SourceSettings): ResumedPartition[] {
  const mine = stored.filter(({ topic, partition }) => present.isMine(topic, partition));
  const known = new Map(mine.map((each) => [nameOf(each), each]));
  const gone = mine.find((each) => !present.partitions.some((now) => nameOf(now) === nameOf(each)));
  if (gone !== undefined && settings.onMissingOffset === 'none') throw isGone(gone.topic);
  return present.partitions.map((now) => {
    const before = known.get(nameOf(now));
    if (before === undefined) return { ...now, offset: 0, isNew: true };
    if (before.topicId === now.topicId) return { ...before, isNew: false };
    switch (settings.onMissingOffset) {
      case 'earliest':
        return { ...now, offset: 0, isNew: true };
      case 'latest':
        return { ...now, offset: BEYOND_END, isNew: false };
      default:
        throw isAnother(now.topic);
    }
  });
}

const nameOf = ({ topic, partition }: PartitionPosition): string => `${topic}/${partition}`;

const WHERE_TO_GO_ON = "'properties.auto.offset.reset' = 'earliest' or 'latest'";

const isGone = (topic: string): ConnectorError =>
  new ConnectorError('MS3073', `topic ${topic}, or a partition of it, was deleted while the job was down`, {
    hint: `what of it was not read is lost; with ${WHERE_TO_GO_ON} the job goes on without it`,
  });

const isAnother = (topic: string): ConnectorError =>
  new ConnectorError('MS3073', `topic ${topic} was deleted and made anew while the job was down`, {
    hint: `offsets of the old topic mean nothing in the new one: ${WHERE_TO_GO_ON} says where to go on in it`,
  });
