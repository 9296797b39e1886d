/** So small that touching a fresh one for the first time does not hold up a slice of a snapshot. */
const BLOCK_BYTES = 256 * 1024;
/** Blocks that wait for the disk, and the one that is being filled: 32 MB. */
const MAX_BLOCKS = 128;

/** Blocks of bytes on their way to files, which one checkpoint after another uses. */
export class BlockPool {
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  #inUse = 0;

  /** Whether one is to be had within the limit. */
  get hasFree(): boolean {
    return this.#inUse < MAX_BLOCKS;
  }

  /** A block, beyond the limit if need be. */
  take(): Uint8Array<ArrayBuffer> {
    this.#inUse++;
    return this.#free.pop() ?? new Uint8Array(BLOCK_BYTES);
  }

  give(block: Uint8Array<ArrayBuffer>): void {
    this.#inUse--;
    if (this.#free.length < MAX_BLOCKS) this.#free.push(block);
  }
}
