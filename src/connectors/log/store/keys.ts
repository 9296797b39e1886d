/** Keys and values of a log's tables. Numbers are big-endian, so that keys lie in the order of what they say. */

/** What a partition's index says of a block: it is found by its topic, its partition and its first offset. */
export interface BlockEntry {
  readonly baseOffset: number;
  /** Offset after its last record. */
  readonly endOffset: number;
  /** The latest time of its records, in milliseconds. */
  readonly maxTimestamp: number;
  readonly byteSize: number;
  readonly block: number;
}

/** Where a partition begins and ends, and the bytes of its blocks. */
export interface PartitionEnds {
  readonly start: number;
  readonly end: number;
  readonly byteSize: number;
}

/** A block that waits for the commit of its transaction. */
export interface PendingBlock {
  readonly partition: number;
  readonly recordCount: number;
  readonly maxTimestamp: number;
  readonly byteSize: number;
  readonly block: number;
}

const bytesOf = (byteSize: number, write: (view: DataView) => void): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(byteSize);
  write(new DataView(bytes.buffer));
  return bytes;
};

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const putLong = (view: DataView, at: number, value: number): void => view.setBigInt64(at, BigInt(value));
const long = (view: DataView, at: number): number => Number(view.getBigInt64(at));

export const numberKey = (value: number): Uint8Array => bytesOf(8, (view) => putLong(view, 0, value));
export const readNumber = (bytes: Uint8Array): number => long(viewOf(bytes), 0);

export const partitionKey = (topic: number, partition: number): Uint8Array =>
  bytesOf(8, (view) => {
    view.setUint32(0, topic);
    view.setUint32(4, partition);
  });

export const indexKey = (topic: number, partition: number, offset: number): Uint8Array =>
  bytesOf(16, (view) => {
    view.setUint32(0, topic);
    view.setUint32(4, partition);
    putLong(view, 8, offset);
  });

export const writeEntry = ({ endOffset, maxTimestamp, byteSize, block }: BlockEntry): Uint8Array =>
  bytesOf(28, (view) => {
    putLong(view, 0, endOffset);
    putLong(view, 8, maxTimestamp);
    view.setUint32(16, byteSize);
    putLong(view, 20, block);
  });

export function readEntry(key: Uint8Array, value: Uint8Array): BlockEntry {
  const view = viewOf(value);
  return {
    baseOffset: long(viewOf(key), 8),
    endOffset: long(view, 0),
    maxTimestamp: long(view, 8),
    byteSize: view.getUint32(16),
    block: long(view, 20),
  };
}

export const writeEnds = ({ start, end, byteSize }: PartitionEnds): Uint8Array =>
  bytesOf(24, (view) => {
    putLong(view, 0, start);
    putLong(view, 8, end);
    putLong(view, 16, byteSize);
  });

export function readEnds(bytes: Uint8Array | undefined): PartitionEnds {
  if (bytes === undefined) return { start: 0, end: 0, byteSize: 0 };
  const view = viewOf(bytes);
  return { start: long(view, 0), end: long(view, 8), byteSize: long(view, 16) };
}

/** Of a group's offset: names cannot hold a NUL. */
export const groupKey = (group: string, topicId: string, partition: number): Uint8Array => nameKey(`${group}\0${topicId}\0${partition}`);

/** Up to where a partition is compacted, and the bytes it had then. */
export interface Cleaned {
  readonly to: number;
  readonly byteSize: number;
}

export const writeCleaned = ({ to, byteSize }: Cleaned): Uint8Array =>
  bytesOf(16, (view) => {
    putLong(view, 0, to);
    putLong(view, 8, byteSize);
  });

export function readCleaned(bytes: Uint8Array | undefined): Cleaned {
  if (bytes === undefined) return { to: 0, byteSize: 0 };
  const view = viewOf(bytes);
  return { to: long(view, 0), byteSize: long(view, 8) };
}

/** Of a writer's pending blocks: by transaction, then in the order in which they were written. */
export const pendingKey = (writer: number, transaction: number, sequence: number): Uint8Array =>
  bytesOf(20, (view) => {
    view.setUint32(0, writer);
    putLong(view, 4, transaction);
    putLong(view, 12, sequence);
  });

export const writePending = ({ partition, recordCount, maxTimestamp, byteSize, block }: PendingBlock): Uint8Array =>
  bytesOf(28, (view) => {
    view.setUint32(0, partition);
    view.setUint32(4, recordCount);
    putLong(view, 8, maxTimestamp);
    view.setUint32(16, byteSize);
    putLong(view, 20, block);
  });

export function readPending(bytes: Uint8Array): PendingBlock {
  const view = viewOf(bytes);
  return {
    partition: view.getUint32(0),
    recordCount: view.getUint32(4),
    maxTimestamp: long(view, 8),
    byteSize: view.getUint32(16),
    block: long(view, 20),
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Names are keys of up to 1,978 bytes. */
export const nameKey = (name: string): Uint8Array => encoder.encode(name);
export const nameOfKey = (key: Uint8Array): string => decoder.decode(key);
export const writeJson = (value: object): Uint8Array => encoder.encode(JSON.stringify(value));
export const readJson = <T>(bytes: Uint8Array): T => JSON.parse(decoder.decode(bytes)) as T;
