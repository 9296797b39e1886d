import { STORAGE_CODES } from '../../kernels/storage-codes.ts';
import { damagedState } from '../damaged-state.ts';
import type { KeyedTableOptions } from '../keyed-table.ts';
import { readHeader, writeHeader } from './group-bytes.ts';
import { type RowLayout, rowLayout } from './row-layout.ts';

/** How rows of one layout become rows of another. */
export interface Conversion {
  readonly from: KeyedTableOptions;
  /** As many keys as `from` has, of the same or wider integers, with the same columns choosing the key group. */
  readonly to: KeyedTableOptions;
  /** For each slot of `to` the slot of `from` that it takes, of the same or a narrower number; undefined begins at zero. */
  readonly slots: readonly (number | undefined)[];
}

const { i8, i16, i32, i64, f32, f64, bytes: BYTES, i128, ts96 } = STORAGE_CODES as Record<string, number>;
const FIELD_BYTES = new Map([
  [i8, 1],
  [i16, 2],
  [i32, 4],
  [i64, 8],
  [f32, 4],
  [f64, 8],
  [BYTES, 16],
  [i128, 16],
  [ts96, 12],
]);
const INLINE_BYTES = 12;
const MARK_AND_HASH = [0, 4] as const;
const RANK = [i8, i16, i32, i64, i128];

/** Whether a field of the one storage can become one of the other: it is the same, or holds all its values. */
export function widens(from: number, to: number): boolean {
  if (from === to) return true;
  if (from === f32) return to === f64;
  return RANK.includes(from) && RANK.indexOf(to) > RANK.indexOf(from);
}

/**
 * The rows of a key group in another layout: fields copied, widened, left out or zero. Keys keep their hashes, as integers of equal value
 * have one. Throws MS4003 and MS4005 for bytes that are not a key group of `from`.
 */
export function convertGroup(bytes: Uint8Array, { from, to, slots }: Conversion): Uint8Array {
  const [before, after] = [rowLayout(from), rowLayout(to)];
  const { header, body } = readHeader(bytes);
  const heap = body + header.rowCount * before.rowBytes;
  if (header.description !== before.description || heap + header.heapBytes !== bytes.length)
    throw damagedState('a key group is of another table');
  const target = new GroupTarget(header.rowCount * after.rowBytes, header.heapBytes);
  const source = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let n = 0; n < header.rowCount; n++) {
    const row = { source, at: body + n * before.rowBytes, heap };
    copyRow(row, before, target, n * after.rowBytes, after, slots);
  }
  return target.finish({ ...header, description: after.description });
}

interface SourceRow {
  readonly source: DataView;
  readonly at: number;
  /** Where the group's long values begin. */
  readonly heap: number;
}

function copyRow(row: SourceRow, before: RowLayout, target: GroupTarget, to: number, after: RowLayout, slots: Conversion['slots']): void {
  const { source, at } = row;
  target.rows.setUint16(to + MARK_AND_HASH[0], source.getUint16(at + MARK_AND_HASH[0], true), true);
  target.rows.setUint32(to + MARK_AND_HASH[1], source.getUint32(at + MARK_AND_HASH[1], true), true);
  if (after.groupOffset !== 0) target.rows.setUint16(to + after.groupOffset, source.getUint16(at + before.groupOffset, true), true);
  after.keys.forEach((key, k) => {
    const old = before.keys[k]!;
    if ((source.getUint8(at + old.nullOffset) & old.nullBit) !== 0) {
      target.rows.setUint8(to + key.nullOffset, target.rows.getUint8(to + key.nullOffset) | key.nullBit);
    } else target.copy(row, old.offset, old.storage, to + key.offset, key.storage);
  });
  slots.forEach((slot, s) => {
    if (slot !== undefined)
      target.copy(row, before.slotOffsets[slot]!, before.slotCodes[slot]!, to + after.slotOffsets[s]!, after.slotCodes[s]!);
  });
}

/** The bytes that are being made: rows, and the long values behind them. */
class GroupTarget {
  readonly rows: DataView;
  readonly #heap: Uint8Array;
  #used = 0;

  constructor(rowBytes: number, heapBytes: number) {
    this.rows = new DataView(new ArrayBuffer(rowBytes));
    this.#heap = new Uint8Array(heapBytes);
  }

  copy({ source, at, heap }: SourceRow, offset: number, storage: number, to: number, as: number): void {
    const from = at + offset;
    if (storage !== as) return this.#widen(source, from, storage, to, as);
    const size = FIELD_BYTES.get(storage)!;
    for (let i = 0; i < size; i++) this.rows.setUint8(to + i, source.getUint8(from + i));
    if (storage !== BYTES) return;
    const length = source.getUint32(from, true);
    if (length <= INLINE_BYTES) return;
    const start = source.byteOffset + heap + Number(source.getBigUint64(from + 8, true));
    if (start + length > source.byteOffset + source.byteLength || this.#used + length > this.#heap.length)
      throw damagedState('a value lies outside of its group');
    this.#heap.set(new Uint8Array(source.buffer, start, length), this.#used);
    this.rows.setBigUint64(to + 8, BigInt(this.#used), true);
    this.#used += length;
  }

  #widen(source: DataView, from: number, storage: number, to: number, as: number): void {
    if (storage === f32) return this.rows.setFloat64(to, source.getFloat32(from, true), true);
    const value = integerAt(source, from, storage);
    if (as === i16) this.rows.setInt16(to, Number(value), true);
    else if (as === i32) this.rows.setInt32(to, Number(value), true);
    else this.rows.setBigInt64(to, value, true);
    if (as === i128) this.rows.setBigInt64(to + 8, value < 0n ? -1n : 0n, true);
  }

  finish(header: Parameters<typeof writeHeader>[0]): Uint8Array {
    const { byteLength } = this.rows;
    const { bytes, body } = writeHeader({ ...header, heapBytes: this.#used }, byteLength + this.#used);
    bytes.set(new Uint8Array(this.rows.buffer), body);
    bytes.set(this.#heap.subarray(0, this.#used), body + byteLength);
    return bytes;
  }
}

function integerAt(source: DataView, at: number, storage: number): bigint {
  if (storage === i8) return BigInt(source.getInt8(at));
  if (storage === i16) return BigInt(source.getInt16(at, true));
  return storage === i32 ? BigInt(source.getInt32(at, true)) : source.getBigInt64(at, true);
}
