import { assert } from '../../common/assert.ts';

/** Words of the head: how far was written and read, in units of 8 bytes that wrap around at 2^32; whether a side sleeps. */
const WRITTEN = 0;
const READ = 1;
const READER_SLEEPS = 2;
const WRITER_SLEEPS = 3;
const HEAD_BYTES = 64;
/** A message begins with its kind and its length in bytes, two u32; one of this kind says that the rest of the ring is left out. */
const WRAP = 0xffff_ffff;
const MESSAGE_HEAD = 8;
const UNIT = 8;

/** A message in place: valid until it is released. */
export interface RingMessage {
  readonly kind: number;
  /** In the ring; lies at a multiple of 8. */
  readonly bytes: Uint8Array;
}

/**
 * Messages from one thread to one other through shared memory, without a lock: the writer moves one counter, the reader the other. A message
 * lies in one piece, so that it is copied in one go. Neither side waits here: a full ring refuses, an empty one has nothing, and
 * `wake` tells the other side.
 */
export class Ring {
  readonly buffer: SharedArrayBuffer;
  readonly #head: Int32Array;
  readonly #words: Uint32Array;
  readonly #bytes: Uint8Array;
  /** Units in the ring. */
  readonly #units: number;
  /** Where this side is, known without asking the shared counter. */
  #written: number;
  #read: number;
  /** Units that the message in hand takes. */
  #held = 0;
  /** How far the reader was when a write was refused. */
  #refusedAt = 0;
  /** One sleep of each side at a time, however often it is asked for: two would take each other's flag. */
  #reading: Promise<void> | undefined;
  #writing: Promise<void> | undefined;

  /** Makes a ring of `byteSize` bytes, a power of two. */
  static create(byteSize: number): Ring {
    assert(byteSize >= 64 && (byteSize & (byteSize - 1)) === 0, `a ring of ${byteSize} bytes`);
    return new Ring(new SharedArrayBuffer(HEAD_BYTES + byteSize));
  }

  /** The ring that another thread has made. */
  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#head = new Int32Array(buffer, 0, HEAD_BYTES / 4);
    this.#bytes = new Uint8Array(buffer, HEAD_BYTES);
    this.#words = new Uint32Array(buffer, HEAD_BYTES);
    this.#units = this.#bytes.length / UNIT;
    this.#written = Atomics.load(this.#head, WRITTEN) >>> 0;
    this.#read = Atomics.load(this.#head, READ) >>> 0;
  }

  /** Bytes of the longest message that fits. */
  get longestBytes(): number {
    return (this.#units / 2) * UNIT - MESSAGE_HEAD;
  }

  /** Copies a message into the ring; false where there is no room for it now. It may be put together of several parts. */
  write(kind: number, ...parts: readonly Uint8Array[]): boolean {
    const byteLength = parts.reduce((sum, part) => sum + part.length, 0);
    assert(byteLength <= this.longestBytes, `a message of ${byteLength} bytes in a ring of ${this.#bytes.length}`);
    const units = Math.ceil((MESSAGE_HEAD + byteLength) / UNIT);
    const place = this.#written % this.#units;
    const isWrapped = place + units > this.#units;
    const skipped = isWrapped ? this.#units - place : 0;
    const read = Atomics.load(this.#head, READ) >>> 0;
    const used = (this.#written - read) >>> 0;
    if (used + skipped + units > this.#units) {
      this.#refusedAt = read;
      return false;
    }
    if (isWrapped) this.#words[place * 2] = WRAP;
    const start = isWrapped ? 0 : place;
    this.#words[start * 2] = kind;
    this.#words[start * 2 + 1] = byteLength;
    let at = start * UNIT + MESSAGE_HEAD;
    for (const part of parts) {
      this.#bytes.set(part, at);
      at += part.length;
    }
    this.#written = (this.#written + skipped + units) >>> 0;
    Atomics.store(this.#head, WRITTEN, this.#written);
    this.#wake(READER_SLEEPS);
    return true;
  }

  /** The next message; undefined where there is none now. The one before is released. */
  read(): RingMessage | undefined {
    this.release();
    if (!this.#hasMore) return undefined;
    let place = this.#read % this.#units;
    if (this.#words[place * 2] === WRAP) {
      this.#read = (this.#read + this.#units - place) >>> 0;
      place = 0;
    }
    const byteLength = this.#words[place * 2 + 1]!;
    this.#held = Math.ceil((MESSAGE_HEAD + byteLength) / UNIT);
    const start = place * UNIT + MESSAGE_HEAD;
    return { kind: this.#words[place * 2]!, bytes: this.#bytes.subarray(start, start + byteLength) };
  }

  /** Gives the room of the message in hand back to the writer. */
  release(): void {
    if (this.#held === 0) return;
    this.#read = (this.#read + this.#held) >>> 0;
    this.#held = 0;
    Atomics.store(this.#head, READ, this.#read);
    if (this.#hasRoom) this.#wake(WRITER_SLEEPS);
  }

  /** Resolves when something was written since the last read; at once where something is there. It may be early. */
  readable(): Promise<void> {
    this.#reading ??= this.#sleep(READER_SLEEPS, () => this.#hasMore).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /**
   * Resolves when something was read since the last write that was refused, and half of the ring is free: woken for each message, the
   * writer would sleep again after each. It may be early.
   */
  writable(): Promise<void> {
    const isReady = (): boolean => Atomics.load(this.#head, READ) >>> 0 !== this.#refusedAt && this.#hasRoom;
    this.#writing ??= this.#sleep(WRITER_SLEEPS, isReady).finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  get #hasRoom(): boolean {
    return (Atomics.load(this.#head, WRITTEN) - Atomics.load(this.#head, READ)) >>> 0 <= this.#units / 2;
  }

  get #hasMore(): boolean {
    return Atomics.load(this.#head, WRITTEN) >>> 0 !== this.#read;
  }

  /** The side says that it sleeps before it looks once more, and the other looks at the flag after it has moved on: none is missed. */
  async #sleep(flag: number, isReady: () => boolean): Promise<void> {
    Atomics.store(this.#head, flag, 1);
    if (!isReady()) await waitAsync(this.#head, flag, 1);
    Atomics.store(this.#head, flag, 0);
  }

  /** Blocks the thread until something is there or the time is over: for a thread that has nothing else to do. */
  waitReadable(timeoutMs: number): boolean {
    for (let spin = 0; spin < SPINS; spin++) if (this.#hasMore) return true;
    Atomics.store(this.#head, READER_SLEEPS, 1);
    if (!this.#hasMore) Atomics.wait(this.#head, READER_SLEEPS, 1, timeoutMs);
    Atomics.store(this.#head, READER_SLEEPS, 0);
    return this.#hasMore;
  }

  #wake(flag: number): void {
    if (Atomics.load(this.#head, flag) === 0) return;
    Atomics.store(this.#head, flag, 0);
    Atomics.notify(this.#head, flag);
  }
}

/** A message follows the one before within a microsecond or two where both threads are at work. */
const SPINS = 2000;

interface AsyncWaits {
  waitAsync(array: Int32Array, index: number, value: number): { readonly async: boolean; readonly value: Promise<string> | string };
}

async function waitAsync(array: Int32Array, index: number, value: number): Promise<void> {
  await (Atomics as unknown as AsyncWaits).waitAsync(array, index, value).value;
}
