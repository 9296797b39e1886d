// Rows, encoded as lines, to the record batches of Kafka's partitions.
import { varintSize, writeVarint } from "./kafka-varint";

/** Written by src/connectors/kafka/sink/record-writer.ts. Of values and keys, the n-th begins one byte after the end of the one before. */
@unmanaged
class AppendState {
  /** The time of rows that have none of their own, in milliseconds. */
  now: i64;
  values: usize;
  valueEnds: usize;
  keys: usize;
  /** 0: no keys. */
  keyEnds: usize;
  headers: usize;
  /** 0: no headers. A row's headers begin where those of the row before end. */
  headerEnds: usize;
  /** i64 a row, or 0. */
  timestamps: usize;
  /** u8 a row: 1 where the message has no value; or 0. */
  tombstones: usize;
  /** u32 a row: its partition; or 0 where all rows go to one. */
  partitions: usize;
  partition: u32;
  /** PartitionBuffer[]. */
  buffers: usize;
  /** Out: the partition whose buffer had no room for the row where appending stopped, and the bytes that it needs. */
  full: u32;
  needed: u32;
}

@unmanaged
class PartitionBuffer {
  firstTimestamp: i64;
  maxTimestamp: i64;
  address: usize;
  capacity: u32;
  used: u32;
  count: u32;
}
const BUFFER_BYTES: usize = 32;

// @ts-ignore: decorator
@inline
function lineStart(ends: usize, n: u32): u32 {
  return n == 0 ? 0 : load<u32>(ends + ((n - 1) << 2)) + 1;
}

/** Appends rows [from, to) to their partitions' buffers, up to the first that does not fit; the number of rows appended. */
export function kafkaAppend(stateAddress: usize, from: u32, to: u32): u32 {
  const state = changetype<AppendState>(stateAddress);
  for (let n = from; n < to; n++) {
    const partition = state.partitions == 0 ? state.partition : load<u32>(state.partitions + (n << 2));
    if (!appendRow(state, changetype<PartitionBuffer>(state.buffers + partition * BUFFER_BYTES), n)) {
      state.full = partition;
      return n - from;
    }
  }
  return to - from;
}

function appendRow(state: AppendState, buffer: PartitionBuffer, n: u32): bool {
  const isTombstone = state.tombstones != 0 && load<u8>(state.tombstones + n) != 0;
  const valueStart = lineStart(state.valueEnds, n);
  const valueSize = isTombstone ? 0 : <usize>(load<u32>(state.valueEnds + (n << 2)) - valueStart);
  let keyStart: u32 = 0;
  let keySize: i64 = -1;
  if (state.keyEnds != 0) {
    keyStart = lineStart(state.keyEnds, n);
    keySize = <i64>(load<u32>(state.keyEnds + (n << 2)) - keyStart);
  }
  let headerStart: u32 = 0;
  let headerSize: u32 = 1;
  if (state.headerEnds != 0) {
    headerStart = n == 0 ? 0 : load<u32>(state.headerEnds + ((n - 1) << 2));
    headerSize = load<u32>(state.headerEnds + (n << 2)) - headerStart;
  }
  const timestamp = state.timestamps == 0 ? state.now : load<i64>(state.timestamps + (n << 3));
  if (buffer.count == 0) {
    buffer.firstTimestamp = timestamp;
    buffer.maxTimestamp = timestamp;
  }
  const timestampDelta = timestamp - buffer.firstTimestamp;
  const recordedSize = isTombstone ? -1 : <i64>valueSize;
  const body =
    1 + varintSize(timestampDelta) + varintSize(buffer.count) + varintSize(keySize) + <usize>max<i64>(keySize, 0) +
    varintSize(recordedSize) + valueSize + headerSize;
  const needed = <u32>(varintSize(body) + body);
  if (buffer.capacity - buffer.used < needed) {
    state.needed = needed;
    return false;
  }
  let p = writeVarint(body, buffer.address + buffer.used);
  store<u8>(p++, 0);
  p = writeVarint(timestampDelta, p);
  p = writeVarint(buffer.count, p);
  p = writeVarint(keySize, p);
  if (keySize > 0) {
    memory.copy(p, state.keys + keyStart, <usize>keySize);
    p += <usize>keySize;
  }
  p = writeVarint(recordedSize, p);
  memory.copy(p, state.values + valueStart, valueSize);
  p += valueSize;
  if (state.headerEnds == 0) store<u8>(p++, 0);
  else {
    memory.copy(p, state.headers + headerStart, headerSize);
    p += headerSize;
  }
  if (timestamp > buffer.maxTimestamp) buffer.maxTimestamp = timestamp;
  buffer.used = <u32>(p - buffer.address);
  buffer.count++;
  return true;
}

/** The partition of each key, as Kafka's own producer chooses it: murmur2 of its bytes. Writes u32 a row. */
export function kafkaPartitions(keys: usize, ends: usize, count: u32, partitionCount: u32, to: usize): void {
  for (let n: u32 = 0; n < count; n++) {
    const start = lineStart(ends, n);
    const hash = murmur2(keys + start, load<u32>(ends + (n << 2)) - start);
    store<u32>(to + (n << 2), (hash & 0x7fffffff) % partitionCount);
  }
}

/** Austin Appleby's MurmurHash2 of 32 bits, with the seed that Kafka uses. */
function murmur2(address: usize, size: u32): u32 {
  const m: u32 = 0x5bd1e995;
  let h: u32 = 0x9747b28c ^ size;
  let p = address;
  let left = size;
  while (left >= 4) {
    let k = load<u32>(p) * m;
    k ^= k >> 24;
    h = (h * m) ^ (k * m);
    p += 4;
    left -= 4;
  }
  if (left == 3) h ^= <u32>load<u8>(p, 2) << 16;
  if (left >= 2) h ^= <u32>load<u8>(p, 1) << 8;
  if (left >= 1) h = (h ^ load<u8>(p)) * m;
  h = (h ^ (h >> 13)) * m;
  return h ^ (h >> 15);
}
