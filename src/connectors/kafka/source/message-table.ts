import { ConnectorError } from '../../../common/errors.ts';
import { BATCH_ROWS } from '../../../data/column.ts';
import type { Kernels } from '../../../kernels/kernels.ts';
import { NO_MESSAGE } from '../../../runtime/decoder.ts';
import type { RecordBatch } from './record-batch.ts';

/** Bytes of a Message, and of the RecordsState, in src/kernels/assembly/kafka-records.ts. */
export const MESSAGE_BYTES = 48;
const STATE_BYTES = 80;
/** Bytes a kernel may read past the text it is given. */
const SLACK = 64;
/** Word offsets in RecordsState. */
const WORD = {
  at: 8,
  end: 9,
  remaining: 10,
  sameTime: 11,
  leaderEpoch: 12,
  messages: 13,
  count: 14,
  max: 15,
  tombstones: 16,
  fault: 17,
} as const;

/** The records of a batch. */
export interface Section {
  readonly batch: RecordBatch;
  /** The records where they were compressed; else they are read where the batch lies. */
  readonly decompressed: Uint8Array | undefined;
  /** Records before this offset are not wanted. */
  readonly fromOffset: number;
}

/** A section, and where its records lie. */
interface LoadedSection {
  readonly section: Section;
  readonly at: number;
  readonly end: number;
}

/** What of a message is where, by u32 of the table. */
const MESSAGE = {
  valueSize: 1,
  key: 2,
  keySize: 3,
  offset: 4,
  timestamp: 6,
  headers: 8,
  headerCount: 9,
  leaderEpoch: 10,
  sameTime: 11,
} as const;

/**
 * Records in linear memory, and a table of up to a batch of them at a time: where each one's value and key lie. Records stay where they are
 * until the next load, so that texts may refer to them.
 */
export class MessageTable {
  /** Address of the messages: value's address and size, then what MESSAGE says. */
  readonly address: number;
  count = 0;
  readonly #kernels: Kernels;
  readonly #state: number;
  readonly #takesTombstones: boolean;
  #block = 0;
  #capacity = 0;
  #sections: LoadedSection[] = [];
  #next = 0;
  #endOffset = Number.MAX_SAFE_INTEGER;
  #isBegun = false;

  /** `takesTombstones`: whether messages without a value are wanted. */
  constructor(kernels: Kernels, takesTombstones = false) {
    this.#takesTombstones = takesTombstones;
    this.#kernels = kernels;
    this.address = kernels.memory.alloc(BATCH_ROWS * MESSAGE_BYTES);
    this.#state = kernels.memory.alloc(STATE_BYTES);
    this.#words.fill(0);
  }

  /**
   * Takes records in, of which those before `endOffset` are wanted. What was loaded before is given up. The batches stay in use until the
   * next load, and their bytes are changed.
   */
  load(sections: readonly Section[], endOffset: number): void {
    const copied = sections.reduce((sum, { decompressed }) => sum + (decompressed?.length ?? 0), 0);
    if (copied > 0) this.#reserve(copied + SLACK);
    let at = this.#block;
    this.#sections = sections.map((section) => {
      const { decompressed, batch } = section;
      if (decompressed === undefined) return { section, at: batch.address, end: batch.address + batch.byteSize };
      this.#kernels.memory.u8.set(decompressed, at);
      at += decompressed.length;
      return { section, at: at - decompressed.length, end: at };
    });
    this.#next = 0;
    this.#isBegun = false;
    this.#endOffset = endOffset;
    this.count = 0;
  }

  /** Fills the table with the messages that follow. It is empty then when there are none. Throws MS3075. */
  fill(place: string): void {
    this.count = 0;
    while (this.count < BATCH_ROWS && this.#next < this.#sections.length) this.#walk(place);
  }

  #walk(place: string): void {
    const words = this.#words;
    if (!this.#isBegun) this.#begin(words);
    words[WORD.count] = this.count;
    this.#kernels.kafkaRecords(this.#state);
    this.count = words[WORD.count]!;
    const { batch } = this.#sections[this.#next]!.section;
    if (words[WORD.fault] !== 0) {
      throw new ConnectorError('MS3075', `${place}: the batch of offsets ${batch.baseOffset} to ${batch.lastOffset} is damaged`);
    }
    if (words[WORD.remaining] !== 0) return;
    this.#next++;
    this.#isBegun = false;
  }

  #begin(words: Uint32Array): void {
    const { section, at, end } = this.#sections[this.#next]!;
    const { batch } = section;
    const { i64 } = this.#kernels.memory;
    const first = this.#state >>> 3;
    i64[first] = BigInt(batch.baseOffset);
    i64[first + 1] = batch.isLogAppendTime ? batch.maxTimestamp : batch.baseTimestamp;
    i64[first + 2] = BigInt(section.fromOffset);
    i64[first + 3] = BigInt(this.#endOffset);
    const tombstones = Number(this.#takesTombstones);
    words.set(
      [at, end, batch.recordCount, Number(batch.isLogAppendTime), batch.leaderEpoch, this.address, 0, BATCH_ROWS, tombstones, 0],
      WORD.at,
    );
    this.#isBegun = true;
  }

  /** Whether messages may follow those in the table. */
  get hasMore(): boolean {
    return this.#next < this.#sections.length;
  }

  offset(message: number): bigint {
    return this.#kernels.memory.i64[(this.address + message * MESSAGE_BYTES + MESSAGE.offset * 4) >>> 3]!;
  }

  timestamp(message: number): bigint {
    return this.#kernels.memory.i64[(this.address + message * MESSAGE_BYTES + MESSAGE.timestamp * 4) >>> 3]!;
  }

  leaderEpoch(message: number): number {
    return this.#word(message, MESSAGE.leaderEpoch) | 0;
  }

  isLogAppendTime(message: number): boolean {
    return this.#word(message, MESSAGE.sameTime) !== 0;
  }

  key(message: number): { readonly address: number; readonly byteSize: number } {
    return { address: this.#word(message, MESSAGE.key), byteSize: this.#word(message, MESSAGE.keySize) };
  }

  hasValue(message: number): boolean {
    return this.#word(message, MESSAGE.valueSize) !== NO_MESSAGE;
  }

  /** The headers of a message: several of one name come as often as they are there. */
  headers(message: number): [name: string, value: Uint8Array | null][] {
    const { memory } = this.#kernels;
    let at = this.#word(message, MESSAGE.headers);
    const readSize = (): number => {
      let raw = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = memory.u8[at++]!;
        raw |= (byte & 0x7f) << shift;
        if (byte < 0x80 || shift > 28) return (raw >>> 1) ^ -(raw & 1);
      }
    };
    return Array.from({ length: this.#word(message, MESSAGE.headerCount) }, () => {
      const nameSize = readSize();
      const name = memory.text(at, nameSize);
      at += nameSize;
      const valueSize = readSize();
      const value = valueSize < 0 ? null : memory.bytes(at, valueSize);
      at += Math.max(valueSize, 0);
      return [name, value];
    });
  }

  free(): void {
    const { memory } = this.#kernels;
    memory.free(this.address, BATCH_ROWS * MESSAGE_BYTES);
    memory.free(this.#state, STATE_BYTES);
    if (this.#capacity > 0) memory.free(this.#block, this.#capacity);
  }

  #reserve(byteSize: number): void {
    if (byteSize <= this.#capacity) return;
    const { memory } = this.#kernels;
    if (this.#capacity > 0) memory.free(this.#block, this.#capacity);
    this.#capacity = Math.max(byteSize, this.#capacity * 2);
    this.#block = memory.alloc(this.#capacity);
  }

  #word(message: number, word: number): number {
    return this.#kernels.memory.u32[((this.address + message * MESSAGE_BYTES) >>> 2) + word]!;
  }

  get #words(): Uint32Array {
    return this.#kernels.memory.u32.subarray(this.#state >>> 2, (this.#state + STATE_BYTES) >>> 2);
  }
}
