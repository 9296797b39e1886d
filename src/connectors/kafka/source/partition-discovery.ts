import { ConnectorError } from '../../../common/errors.ts';
import type { Cluster, Topic } from '../client/cluster.ts';
import { isPassing } from '../client/protocol-errors.ts';
import { findOffsets, type PartitionName } from './find-offsets.ts';
import { type PartitionPosition, partitionName } from './source-position.ts';
import type { SourceSettings } from './source-settings.ts';

interface Subtask {
  readonly index: number;
  readonly count: number;
}

/** Finds the partitions of a table's topics, at the start and while they are read. */
export class PartitionDiscovery {
  readonly #cluster: Cluster;
  readonly #settings: SourceSettings;
  readonly #subtask: Subtask;
  readonly #stopped = new AbortController();
  readonly #known = new Set<string>();
  readonly #topicIds = new Map<string, string>();

  constructor(cluster: Cluster, settings: SourceSettings, subtask: Subtask) {
    this.#cluster = cluster;
    this.#settings = settings;
    this.#subtask = subtask;
  }

  /** This worker's partitions with the offsets where reading begins and ends. Throws MS3073 for a topic that is not there. */
  async first(): Promise<PartitionPosition[]> {
    const { start, end, topics } = this.#settings;
    const found = await this.#topics();
    const missing = topics.find((name) => !found.some((topic) => topic.name === name));
    if (missing !== undefined) {
      throw new ConnectorError('MS3073', `there is no topic ${missing}`, {
        hint: 'create the topic, or correct its name: names are case-sensitive',
      });
    }
    const partitions = this.#mine(found);
    const starts = await findOffsets(this.#cluster, partitions, start, this.#settings);
    const ends = end && (await findOffsets(this.#cluster, partitions, end, this.#settings, 'latest'));
    return partitions.map((each, i) => {
      const end = ends && Math.max(starts[i]!, ends[i]!);
      return { ...each, topicId: this.#topicId(each.topic), offset: starts[i]!, ...(end !== undefined && { end }) };
    });
  }

  #topicId(topic: string): string {
    return this.#topicIds.get(topic) ?? '';
  }

  /** These partitions are being read. */
  know(partitions: readonly PartitionName[]): void {
    for (const { topic, partition } of partitions) this.#known.add(partitionName(topic, partition));
  }

  /** Begins to look for new partitions, where the table says so. They are read from their first record on. */
  start(onFound: (found: PartitionPosition[]) => void, onFailure: (error: unknown) => void): void {
    if (this.#settings.discoveryMs !== undefined) this.#watch(this.#settings.discoveryMs, onFound).catch(onFailure);
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #watch(intervalMs: number, onFound: (found: PartitionPosition[]) => void): Promise<void> {
    const { signal } = this.#stopped;
    for (;;) {
      await this.#cluster.clock.sleep(intervalMs, signal);
      if (signal.aborted) return;
      try {
        const fresh = this.#mine(await this.#topics()).filter(({ topic, partition }) => !this.#known.has(partitionName(topic, partition)));
        const offsets = await findOffsets(this.#cluster, fresh, { kind: 'earliest' }, this.#settings);
        const found = fresh.map((each, i) => ({ ...each, topicId: this.#topicId(each.topic), offset: offsets[i]! }));
        if (found.length > 0 && !signal.aborted) onFound(found);
      } catch (error) {
        if (signal.aborted) return;
        // Those that read say it when brokers are away for too long.
        if (!isPassing(error)) throw error;
      }
    }
  }

  async #topics(): Promise<Topic[]> {
    const { topics, pattern } = this.#settings;
    const found = await this.#cluster.topics(pattern === undefined ? topics : null);
    const wanted = pattern === undefined ? found : found.filter(({ name, isInternal }) => !isInternal && pattern.test(name));
    // The id of a topic that is being read stays: another one is another topic.
    for (const { name, id } of wanted) if (!this.#topicIds.has(name)) this.#topicIds.set(name, id);
    return wanted;
  }

  /** Partitions are dealt out in turn, those of each topic from another worker on. */
  isMine(topic: string, partition: number): boolean {
    const { index, count } = this.#subtask;
    return (hashOf(topic) + partition) % count === index;
  }

  #mine(topics: readonly Topic[]): PartitionName[] {
    return topics.flatMap(({ name, partitions }) =>
      partitions.filter((partition) => this.isMine(name, partition)).map((partition) => ({ topic: name, partition })),
    );
  }
}

function hashOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = (Math.imul(hash, 31) + character.codePointAt(0)!) & 0x3fffffff;
  return hash;
}
