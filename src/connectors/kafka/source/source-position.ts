/** How far one partition was read, in plain JSON. */
export interface PartitionState {
  /** The topic's id: a topic that was deleted and made anew has another one. */
  readonly topicId: string;
  /** Offset of the next record to hand out. */
  readonly offset: number;
  /** Epoch of the leader that wrote what stands there, or before it; absent where it is not known. */
  readonly epoch?: number | undefined;
  /** Where reading ends, for bounded tables. */
  readonly end?: number | undefined;
}

/** A partition, and how far it was read. */
export interface PartitionPosition extends PartitionState {
  readonly topic: string;
  readonly partition: number;
}

/** What a checkpoint keeps of a source: partitions by `TOPIC/NUMBER`. Those of several workers can be put together. */
export type SourcePosition = Readonly<Record<string, PartitionState>>;

export const partitionName = (topic: string, partition: number): string => `${topic}/${partition}`;

export function toSourcePosition(positions: readonly PartitionPosition[]): SourcePosition {
  return Object.fromEntries(positions.map(({ topic, partition, ...state }) => [partitionName(topic, partition), state]));
}

/** The partitions of what several workers had read, none of which they share. */
export function fromSourcePositions(stored: readonly unknown[]): PartitionPosition[] {
  return (stored as readonly SourcePosition[]).flatMap((position) =>
    Object.entries(position).map(([name, state]) => {
      // Names of topics have no slash.
      const slash = name.lastIndexOf('/');
      return { topic: name.slice(0, slash), partition: Number(name.slice(slash + 1)), ...state };
    }),
  );
}
