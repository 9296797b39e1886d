import type { NewBlock } from '../store/append-blocks.ts';

/** Bytes that are stored in one transaction of the log, unless a single block is larger. */
const STORED_BYTES = 8 * 1024 * 1024;

/** Blocks that belong together: the number of their transaction, 0 where there are none. */
type Store = (transaction: number, blocks: readonly NewBlock[]) => Promise<void>;

interface Queued {
  readonly transaction: number;
  readonly block: NewBlock;
}

/** Stores blocks in the order in which they come, as many at a time as have gathered while those before were brought to the disk. */
export class BlockWriter {
  /** Bytes that are not yet on the disk. */
  pendingBytes = 0;
  failure: unknown;
  readonly #store: Store;
  readonly #onStored: (block: NewBlock) => void;
  #queue: Queued[] = [];
  #isRunning = false;
  #added = 0;
  #stored = 0;
  readonly #waiting = new Set<() => void>();

  /** `onStored` gets each block back when nothing refers to it any more. */
  constructor(store: Store, onStored: (block: NewBlock) => void) {
    this.#store = store;
    this.#onStored = onStored;
  }

  add(transaction: number, block: NewBlock): void {
    this.#queue.push({ transaction, block });
    this.pendingBytes += block.bytes.length;
    this.#added++;
    if (!this.#isRunning) void this.#run();
  }

  /** Resolves when `condition` holds; rejects when storing has failed. */
  async until(condition: () => boolean): Promise<void> {
    while (this.failure === undefined && !condition()) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    if (this.failure !== undefined) throw this.failure;
  }

  /** Resolves when all blocks handed over so far are on the disk. */
  stored(): Promise<void> {
    const added = this.#added;
    return this.until(() => this.#stored >= added);
  }

  /** Resolves when nothing is being stored, whatever became of it. What has not begun is given up. */
  async stop(): Promise<void> {
    this.failure ??= new Error('the sink is closed');
    while (this.#isRunning) await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#queue.length > 0 && this.failure === undefined) {
        const taken = this.#take();
        const blocks = taken.map(({ block }) => block);
        await this.#store(taken[0]!.transaction, blocks);
        for (const block of blocks) this.#done(block);
        this.#wake();
      }
    } catch (error) {
      this.failure ??= error;
    }
    this.#isRunning = false;
    this.#wake();
  }

  #done(block: NewBlock): void {
    this.pendingBytes -= block.bytes.length;
    this.#stored++;
    this.#onStored(block);
  }

  /** The first blocks of the queue, of one transaction. */
  #take(): Queued[] {
    const { transaction } = this.#queue[0]!;
    let count = 0;
    let byteSize = 0;
    while (count < this.#queue.length && this.#queue[count]!.transaction === transaction && (count === 0 || byteSize < STORED_BYTES)) {
      byteSize += this.#queue[count++]!.block.bytes.length;
    }
    return this.#queue.splice(0, count);
  }

  #wake(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
