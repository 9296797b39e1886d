import type { Life, World } from './world.ts';

export interface BrokerRecord {
  readonly key: string;
  readonly value: bigint;
  /** Milliseconds since the epoch. */
  readonly time: bigint;
}

/** Partitions to read, and transactions to write: another machine, which lives on when the job dies. */
export class FakeBroker {
  readonly partitions: readonly (readonly BrokerRecord[])[];
  readonly #world: World;
  /** Rows that readers see. */
  readonly committed: string[] = [];
  readonly #open = new Map<string, readonly string[]>();
  readonly #ended = new Set<string>();

  constructor(world: World, partitions: readonly (readonly BrokerRecord[])[]) {
    this.#world = world;
    this.partitions = partitions;
  }

  /** Stores rows that nobody sees before commit(). */
  prepare(id: string, rows: readonly string[], life: Life): Promise<void> {
    return this.#call(life, () => {
      this.#open.set(id, rows);
    });
  }

  /** Doing it twice is doing it once. Rejects for a transaction that there is not. */
  commit(id: string, life: Life): Promise<void> {
    return this.#call(life, () => {
      if (this.#ended.has(id)) return;
      const rows = this.#open.get(id);
      if (rows === undefined) throw new Error(`there is no transaction ${id}`);
      this.#open.delete(id);
      this.#ended.add(id);
      this.committed.push(...rows);
    });
  }

  /** Gives up what a sink has open. */
  abortAll(sink: string, life: Life): Promise<void> {
    return this.#call(life, () => {
      for (const id of this.#open.keys()) {
        if (!id.startsWith(`${sink}/`)) continue;
        this.#open.delete(id);
        this.#world.count('transaction aborted');
      }
    });
  }

  async #call(life: Life, effect: () => void): Promise<void> {
    await this.#world.delay(life);
    if (this.#world.happens('request lost')) throw new Error('the request timed out');
    effect();
    await this.#world.delay(life);
    if (this.#world.happens('reply lost')) throw new Error('the reply timed out');
  }
}
