/** Where the bytes of one answer go. */
export interface AnswerTarget {
  /** The next bytes of the answer, behind its size: a view that is valid during the call. */
  put(bytes: Uint8Array): void;
  /** All bytes were put. */
  end(): void;
}

const SIZE_BYTES = 4;

/**
 * Divides what comes over a connection into answers, each of which is a size and so many bytes. Nothing is kept: the bytes of an answer are
 * handed on as they come, to the target that is asked for when its size is known.
 */
export class AnswerFrames {
  readonly #open: (byteSize: number) => AnswerTarget;
  #target: AnswerTarget | undefined;
  /** Bytes of the answer that have not come. */
  #left = 0;
  #size = 0;
  #sizeBytes = 0;

  constructor(open: (byteSize: number) => AnswerTarget) {
    this.#open = open;
  }

  /** Takes bytes in whatever pieces they come. Throws what a target throws. */
  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#target === undefined) {
        at = this.#takeSize(bytes, at);
        continue;
      }
      const count = Math.min(this.#left, bytes.length - at);
      this.#target.put(bytes.subarray(at, at + count));
      at += count;
      this.#left -= count;
      this.#endWhenWhole();
    }
  }

  #takeSize(bytes: Uint8Array, at: number): number {
    this.#size = ((this.#size << 8) | bytes[at]!) >>> 0;
    if (++this.#sizeBytes === SIZE_BYTES) {
      this.#left = this.#size;
      this.#size = 0;
      this.#sizeBytes = 0;
      this.#target = this.#open(this.#left);
      this.#endWhenWhole();
    }
    return at + 1;
  }

  #endWhenWhole(): void {
    if (this.#left > 0) return;
    const target = this.#target!;
    this.#target = undefined;
    target.end();
  }
}
