import type { Clock } from '../../../common/clock.ts';
import type { Checksum } from '../../kafka/client/checksum.ts';
import type { Codecs } from '../../kafka/codecs/codecs.ts';
import { compactPartition } from '../store/compact-partition.ts';
import type { LogStore } from '../store/log-store.ts';
import type { LogTopic } from '../store/log-topic.ts';

/** Less than that is not worth it. */
const MIN_BYTES = 512 * 1024;

export interface CompactorParts {
  readonly store: LogStore;
  readonly topic: LogTopic;
  readonly codecs: Codecs;
  readonly checksum: Checksum;
  readonly clock: Clock;
}

/** Compacts the partitions of a topic beside the writing of it, as soon as half of their bytes have come since the last time. */
export class Compactor {
  readonly #parts: CompactorParts;
  #running: Promise<void> | undefined;
  #isStopped = false;
  #lookedAt = 0;

  constructor(parts: CompactorParts) {
    this.#parts = parts;
  }

  /** Begins where it is due. Does nothing while little was written since the last time it was asked: `byteSize` is all that was. */
  lookAfter(byteSize: number): void {
    if (byteSize - this.#lookedAt < MIN_BYTES / 2) return;
    this.#lookedAt = byteSize;
    this.#look();
  }

  #look(): void {
    if (this.#isStopped || this.#running !== undefined || this.#due().length === 0) return;
    // Records that cannot be compacted stay as they are; what ails the log is met by who writes or reads them.
    this.#running = this.#run()
      .catch(() => undefined)
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Resolves when nothing is due, or it cannot be done. */
  async finish(): Promise<void> {
    this.#look();
    await this.#running;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, ...parts } = this.#parts;
    for (const partition of this.#due()) {
      await compactPartition({ ...parts, partition, nowMs: clock.now(), isStopped: () => this.#isStopped });
    }
  }

  #due(): number[] {
    const { store, topic } = this.#parts;
    return Array.from({ length: topic.partitions }, (_, partition) => partition).filter((partition) => {
      const fresh = store.ends(topic, partition).byteSize - store.cleaned(topic, partition).byteSize;
      return fresh >= Math.max(MIN_BYTES, store.cleaned(topic, partition).byteSize);
    });
  }
}
