import type { BytePool } from '../../kafka/client/byte-pool.ts';
import type { Checksum } from '../../kafka/client/checksum.ts';
import { COMPRESSION_TYPES, type Codecs, type CompressionType } from '../../kafka/codecs/codecs.ts';
import { sealBatch, stampBatch } from '../../kafka/sink/sealed-batch.ts';
import { HEADER_BYTES } from '../../kafka/source/record-batch.ts';

const MIN_BYTES = 64 * 1024;
const NOBODY = { producerId: -1n, epoch: -1 };

/** How the records of a block are compressed. */
export const compressionOf = (block: Uint8Array): CompressionType =>
  COMPRESSION_TYPES[new DataView(block.buffer, block.byteOffset).getInt16(21) & 7] ?? 'none';

/** Walks the records of a block: each is a length, attributes, a time and an offset as differences, a key, a value and headers. */
export class RecordCursor {
  /** The records' bytes. */
  readonly bytes: Uint8Array;
  offset = 0;
  timestamp = 0;
  /** Where the key begins and ends; both are -1 where there is none. */
  keyStart = -1;
  keyEnd = -1;
  /** Whether there is no value. */
  isDeletion = false;
  /** Where the key's length begins, behind all that depends on the block. */
  bodyStart = 0;
  end = 0;
  readonly #baseOffset: number;
  readonly #baseTimestamp: number;
  #left: number;
  #at = 0;

  /** `baseOffset` is not in the block as it is stored. */
  constructor(block: Uint8Array, baseOffset: number, codecs: Codecs, place: string) {
    const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
    const type = compressionOf(block);
    const records = block.subarray(HEADER_BYTES);
    this.bytes = type === 'none' ? records : codecs.decompress(type, records, place);
    this.#baseOffset = baseOffset;
    this.#baseTimestamp = Number(view.getBigInt64(27));
    this.#left = view.getInt32(57);
  }

  next(): boolean {
    if (this.#left-- <= 0) return false;
    this.#at = this.end;
    const length = this.#varint();
    this.end = this.#at + length;
    this.#at++;
    this.timestamp = this.#baseTimestamp + this.#varint();
    this.offset = this.#baseOffset + this.#varint();
    this.bodyStart = this.#at;
    const keyBytes = this.#varint();
    this.keyStart = keyBytes < 0 ? -1 : this.#at;
    this.keyEnd = keyBytes < 0 ? -1 : this.#at + keyBytes;
    this.#at += Math.max(0, keyBytes);
    this.isDeletion = this.#varint() < 0;
    return true;
  }

  /** The key as a text of its bytes; undefined where there is none. */
  key(): string | undefined {
    if (this.keyStart < 0) return undefined;
    return Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.keyStart, this.keyEnd - this.keyStart).toString('latin1');
  }

  /** Seven bits a byte, low ones first; then signs are in the lowest bit. Times need more than 32 bits. */
  #varint(): number {
    let [value, weight] = [0, 1];
    for (;;) {
      const byte = this.bytes[this.#at++]!;
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) break;
      weight *= 128;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}

/** Puts records of other blocks together to one. */
export class BlockBuilder {
  recordCount = 0;
  maxTimestamp = Number.NEGATIVE_INFINITY;
  #firstTimestamp = 0;
  #bytes = new Uint8Array(MIN_BYTES);
  #size = 0;

  get byteSize(): number {
    return this.#size;
  }

  /** `baseOffset` is that of the block. */
  add({ bytes, timestamp, offset, bodyStart, end }: RecordCursor, baseOffset: number): void {
    if (this.recordCount++ === 0) this.#firstTimestamp = timestamp;
    this.maxTimestamp = Math.max(this.maxTimestamp, timestamp);
    const [time, place] = [timestamp - this.#firstTimestamp, offset - baseOffset];
    const length = 1 + varintBytes(time) + varintBytes(place) + end - bodyStart;
    this.#reserve(length + 10);
    this.#put(length);
    this.#bytes[this.#size++] = 0;
    this.#put(time);
    this.#put(place);
    this.#bytes.set(bytes.subarray(bodyStart, end), this.#size);
    this.#size += end - bodyStart;
  }

  /** The block, whose offsets reach up to `endOffset`; the builder is empty then. */
  finish(baseOffset: number, endOffset: number, type: CompressionType, codecs: Codecs, pool: BytePool, checksum: Checksum): Uint8Array {
    const sealed = sealBatch(
      {
        partition: 0,
        recordCount: this.recordCount,
        firstTimestamp: BigInt(this.#firstTimestamp),
        maxTimestamp: BigInt(this.maxTimestamp),
        records: this.#bytes.subarray(0, this.#size),
      },
      type,
      codecs,
      pool,
    );
    new DataView(sealed.bytes.buffer, sealed.bytes.byteOffset).setInt32(23, endOffset - baseOffset - 1);
    stampBatch(sealed, NOBODY, -1, false, checksum);
    this.reset();
    return sealed.bytes;
  }

  reset(): void {
    this.recordCount = 0;
    this.maxTimestamp = Number.NEGATIVE_INFINITY;
    this.#size = 0;
  }

  #reserve(byteSize: number): void {
    if (this.#size + byteSize <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#size + byteSize));
    grown.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = grown;
  }

  #put(value: number): void {
    let left = value < 0 ? -value * 2 - 1 : value * 2;
    for (; left >= 128; left = Math.floor(left / 128)) this.#bytes[this.#size++] = (left % 128) | 0x80;
    this.#bytes[this.#size++] = left;
  }
}

function varintBytes(value: number): number {
  let count = 1;
  for (let left = value < 0 ? -value * 2 - 1 : value * 2; left >= 128; left = Math.floor(left / 128)) count++;
  return count;
}
