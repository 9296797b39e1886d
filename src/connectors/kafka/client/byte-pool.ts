/** Buffers kept at most: with those in use about what waits to be stored. */
const KEPT_MAX = 64;
const SIZE_STEP = 64 * 1024;

/** Buffers that are used again: making large ones anew, and having them collected, cost a sixth of the time of writing. */
export class BytePool {
  #kept: ArrayBuffer[] = [];

  /** So many bytes, whose content is undefined, at the beginning of a buffer. */
  take(byteSize: number): Uint8Array<ArrayBuffer> {
    const index = this.#kept.findIndex(({ byteLength }) => byteLength >= byteSize);
    const [kept] = index < 0 ? [] : this.#kept.splice(index, 1);
    return new Uint8Array(kept ?? new ArrayBuffer(Math.ceil(byteSize / SIZE_STEP) * SIZE_STEP), 0, byteSize);
  }

  /** Gives back what take() returned: nothing refers to it any more. */
  give(bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.buffer.byteLength > 0 && this.#kept.length < KEPT_MAX) this.#kept.push(bytes.buffer);
  }
}
