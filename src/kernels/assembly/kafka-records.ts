// Record batches of Kafka (magic 2) as they come from the wire: the records of one batch to a table of messages, in place. Nothing is
// copied: a message is the address and size of its value and key in the batch. The byte behind a value or key, which was read by then,
// becomes a line feed, so that text formats have an end to stop at.
import { readVarint, storeLineFeed, varintEnd } from "./kafka-varint";

/** What is walked: written by src/connectors/kafka/source/message-table.ts. */
@unmanaged
class RecordsState {
  baseOffset: i64;
  baseTimestamp: i64;
  /** Records before this offset, and from the other on, are passed over. */
  fromOffset: i64;
  endOffset: i64;
  /** Where the next record begins, and where the batch ends. */
  at: usize;
  end: usize;
  /** Records that follow. */
  remaining: u32;
  /** 1: all records have the batch's time (the broker's clock). */
  sameTime: u32;
  leaderEpoch: i32;
  /** Message[max]. */
  messages: usize;
  count: u32;
  max: u32;
  /** Whether messages without a value are wanted. */
  tombstones: u32;
  /** Out: 1 where the bytes are none of a batch. */
  fault: u32;
}

@unmanaged
class Message {
  value: usize;
  /** NONE where there is none. */
  valueSize: u32;
  key: usize;
  keySize: u32;
  offset: i64;
  timestamp: i64;
  headers: usize;
  headerCount: u32;
  leaderEpoch: i32;
  sameTime: u32;
}
const MESSAGE_BYTES: usize = 48;
const NONE: u32 = u32.MAX_VALUE;

/** Walks records until the table is full or the batch ends. Hot: bench/kafka.ts. */
export function kafkaRecords(stateAddress: usize): void {
  const state = changetype<RecordsState>(stateAddress);
  let at = state.at;
  let count = state.count;
  let remaining = state.remaining;
  const end = state.end;
  const max = state.max;
  state.fault = 0;
  while (remaining > 0 && count < max) {
    const next = readRecord(state, at, end, changetype<Message>(state.messages + count * MESSAGE_BYTES));
    if (next == 0) {
      state.fault = 1;
      break;
    }
    if (isWanted) count++;
    at = next;
    remaining--;
  }
  state.at = at;
  state.count = count;
  state.remaining = remaining;
}

let isWanted: bool = false;

/** Reads the record at `at`; the address of the next one, or 0 where the bytes are no record. */
function readRecord(state: RecordsState, at: usize, batchEnd: usize, message: Message): usize {
  const size = readVarint(at, batchEnd);
  let p = varintEnd;
  if (p == 0 || size < 0 || size > <i64>(batchEnd - p)) return 0;
  const end = p + <usize>size;
  p++; // attributes, of which none is defined
  const timestampDelta = readVarint(p, end);
  p = varintEnd;
  if (p == 0) return 0;
  const offset = state.baseOffset + readVarint(p, end);
  p = varintEnd;
  if (p == 0) return 0;
  const keySize = readVarint(p, end);
  p = varintEnd;
  if (p == 0 || keySize > <i64>(end - p)) return 0;
  const key = p;
  if (keySize > 0) p += <usize>keySize;
  const valueSize = readVarint(p, end);
  p = varintEnd;
  if (p == 0 || valueSize > <i64>(end - p)) return 0;
  const value = p;
  if (valueSize > 0) p += <usize>valueSize;
  const headerCount = readVarint(p, end);
  if (varintEnd == 0 || headerCount < 0) return 0;
  isWanted = offset >= state.fromOffset && offset < state.endOffset && (valueSize >= 0 || state.tombstones != 0);
  message.value = value;
  message.valueSize = valueSize < 0 ? NONE : <u32>valueSize;
  message.key = key;
  message.keySize = keySize < 0 ? NONE : <u32>keySize;
  message.offset = offset;
  message.timestamp = state.sameTime != 0 ? state.baseTimestamp : state.baseTimestamp + timestampDelta;
  message.headers = varintEnd;
  message.headerCount = <u32>headerCount;
  message.leaderEpoch = state.leaderEpoch;
  message.sameTime = state.sameTime;
  if (keySize >= 0) storeLineFeed(key + <usize>keySize);
  if (valueSize >= 0) storeLineFeed(value + <usize>valueSize);
  return end;
}
