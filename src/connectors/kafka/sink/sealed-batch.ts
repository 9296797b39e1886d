import type { BytePool } from '../client/byte-pool.ts';
import type { Checksum } from '../client/checksum.ts';
import type { Codecs, CompressionType } from '../codecs/codecs.ts';
import { COMPRESSION_TYPES } from '../codecs/codecs.ts';
import { CHECKED_FROM, HEADER_BYTES, LENGTH_END } from '../source/record-batch.ts';

const TRANSACTIONAL = 16;

/** A record batch of one partition that takes no more records. Who produces it is filled in when it is sent. */
export interface SealedBatch {
  readonly partition: number;
  readonly recordCount: number;
  /** Header and records, as they go over the wire. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What of a batch is known when it is sealed. */
interface SealedRecords {
  readonly partition: number;
  readonly recordCount: number;
  readonly firstTimestamp: bigint;
  readonly maxTimestamp: bigint;
  /** The records: a view, which is copied. */
  readonly records: Uint8Array;
}

/** Makes a batch of records, in bytes from `pool`. */
export function sealBatch(sealed: SealedRecords, compression: CompressionType, codecs: Codecs, pool: BytePool): SealedBatch {
  const { partition, recordCount, firstTimestamp, maxTimestamp } = sealed;
  const records = compression === 'none' ? sealed.records : codecs.compress(compression, sealed.records);
  const bytes = pool.take(HEADER_BYTES + records.length);
  bytes.set(records, HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, 0n);
  view.setInt32(8, bytes.length - LENGTH_END);
  // Leader epoch: not known to producers.
  view.setInt32(12, -1);
  view.setInt8(16, 2);
  view.setInt16(21, COMPRESSION_TYPES.indexOf(compression));
  view.setInt32(23, recordCount - 1);
  view.setBigInt64(27, firstTimestamp);
  view.setBigInt64(35, maxTimestamp);
  view.setInt32(57, recordCount);
  return { partition, recordCount, bytes };
}

/** Who produces a batch. */
export interface Producer {
  readonly producerId: bigint;
  readonly epoch: number;
}

/** Completes a batch before it is sent: its producer, the number of its first record among those of the partition, the checksum. */
export function stampBatch(
  { bytes }: SealedBatch,
  { producerId, epoch }: Producer,
  sequence: number,
  isTransactional: boolean,
  checksum: Pick<Checksum, 'of'>,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const attributes = view.getInt16(21) & ~TRANSACTIONAL;
  view.setInt16(21, isTransactional ? attributes | TRANSACTIONAL : attributes);
  view.setBigInt64(43, producerId);
  view.setInt16(51, epoch);
  view.setInt32(53, sequence);
  view.setUint32(17, checksum.of(bytes.subarray(CHECKED_FROM)));
}
