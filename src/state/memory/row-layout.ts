import { StateError } from '../../common/errors.ts';
import type { SqlType, Storage } from '../../data/types/sql-type.ts';
import { storageOf } from '../../data/types/storage.ts';
import { STORAGE_CODES } from '../../kernels/storage-codes.ts';
import type { KeyedTableOptions, SlotType } from '../keyed-table.ts';

/** Bytes and alignment of a field of a row, by storage code. */
const FIELD_BYTES = [1, 2, 4, 8, 4, 8, 16, 16, 12] as const;
const FIELD_ALIGNMENT = [1, 2, 4, 8, 4, 8, 8, 8, 8] as const;
const BYTES_CODE = 6;
/** The header: the mark, null bits of the first 8 keys, one slot of a byte, the hash. */
const HEADER_BYTES = 8;
const NULLS_OFFSET = 2;
const HEADER_SLOT_OFFSET = 3;
const LINE_BYTES = 64;
/** A row lies in one page of 64 KB, behind a chunk's header. */
const MAX_ROW_BYTES = 65_536 - 64;

export interface KeyField {
  readonly storage: number;
  readonly offset: number;
  readonly nullOffset: number;
  readonly nullBit: number;
}

/** Where everything lies in a row; offsets and sizes in bytes. */
export interface RowLayout {
  readonly keys: readonly KeyField[];
  /** Indexes of the keys in the order of hashing: first those that choose the key group. */
  readonly hashOrder: readonly number[];
  readonly groupKeyCount: number;
  /** Whether equal keys have the same bytes: no key refers to bytes, none has several zeroes. */
  readonly keysAsGiven: boolean;
  readonly slotCodes: readonly number[];
  readonly slotOffsets: readonly number[];
  /** Offsets of all variable-length fields. */
  readonly bytesOffsets: readonly number[];
  /** What saveBefore copies: from here on to the end of the row. */
  readonly savedOffset: number;
  /** Where the row's u16 key group lies; 0 where its hash tells the group. */
  readonly groupOffset: number;
  readonly rowBytes: number;
  /** Rows begin at multiples of it. */
  readonly rowAlign: number;
  /** The layout in words, for snapshots and errors. */
  readonly description: string;
}

export const slotStorage = (slot: SlotType): Storage => (slot === 'bytes16' ? 'bytes' : slot);

/** Lays out a row: the header, the keys and the slots, each part from its widest fields to its narrowest. Throws MS4002, and MS4006 for too many. */
export function rowLayout({ keyTypes, slots, groupKeys = keyTypes.map((_, i) => i) }: KeyedTableOptions): RowLayout {
  const keyCodes = keyTypes.map(keyCode);
  const slotCodes = slots.map((slot) => STORAGE_CODES[slotStorage(slot)]!);
  const hashOrder = [...groupKeys, ...keyTypes.map((_, i) => i).filter((i) => !groupKeys.includes(i))];
  const grouped =
    hashOrder.every((key, i) => key === i) && groupKeys.length === keyTypes.length ? '' : ` grouped by ${groupKeys.join(', ')}`;
  // The header has null bits for 8 keys; every further 8 take a byte behind the keys.
  const nullBytes = Array.from({ length: Math.max(0, Math.ceil(keyCodes.length / 8) - 1) }, () => STORAGE_CODES.i8!);
  const groupField = groupKeys.length === keyTypes.length ? [] : [STORAGE_CODES.i16!];
  const keyPart = place([...keyCodes, ...nullBytes, ...groupField], HEADER_BYTES);
  const valuePart = placeSlots(slotCodes, keyPart.end);
  if (valuePart.end > MAX_ROW_BYTES) {
    throw new StateError('MS4006', `a row of state takes ${valuePart.end} bytes, more than ${MAX_ROW_BYTES}`, {
      hint: 'keep fewer columns',
    });
  }
  const nullOffset = (byte: number): number => (byte === 0 ? NULLS_OFFSET : keyPart.offsets[keyCodes.length + byte - 1]!);
  const keys = keyCodes.map((storage, i) => ({
    storage,
    offset: keyPart.offsets[i]!,
    nullOffset: nullOffset(i >> 3),
    nullBit: 1 << (i & 7),
  }));
  const bytesOffsets = [
    ...keys.filter((key) => key.storage === BYTES_CODE).map((key) => key.offset),
    ...valuePart.offsets.filter((_, i) => slotCodes[i] === BYTES_CODE),
  ];
  return {
    keys,
    hashOrder,
    groupKeyCount: groupKeys.length,
    keysAsGiven: !keyTypes.some((type) => ['bytes', 'f32', 'f64'].includes(storageOf(type))),
    slotCodes,
    slotOffsets: valuePart.offsets,
    bytesOffsets,
    savedOffset: valuePart.offsets.includes(HEADER_SLOT_OFFSET) ? 0 : keyPart.end,
    groupOffset: groupField.length === 0 ? 0 : keyPart.offsets.at(-1)!,
    ...strideOf(valuePart.end),
    description: `keys (${keyTypes.map(storageOf).join(', ')}), slots (${slots.join(', ')})${grouped}`,
  };
}

function keyCode(type: SqlType): number {
  const code = STORAGE_CODES[storageOf(type)];
  if (code === undefined) throw new StateError('MS4002', `${type.root} cannot be a key`, { hint: 'use its fields or elements as keys' });
  return code;
}

/** The first slot of a byte lies in the header. */
function placeSlots(codes: readonly number[], start: number): { offsets: number[]; end: number } {
  const first = codes.indexOf(STORAGE_CODES.i8!);
  const rest = place(
    codes.filter((_, i) => i !== first),
    start,
  );
  if (first !== -1) rest.offsets.splice(first, 0, HEADER_SLOT_OFFSET);
  return rest;
}

/** Rows of up to a cache line lie within one where that takes no or little memory. */
function strideOf(byteSize: number): { rowBytes: number; rowAlign: number } {
  const rowBytes = byteSize === LINE_BYTES - 8 ? LINE_BYTES : byteSize;
  const fits = rowBytes <= LINE_BYTES && (rowBytes & (rowBytes - 1)) === 0;
  return { rowBytes, rowAlign: fits ? rowBytes : 8 };
}

function place(codes: readonly number[], start: number): { offsets: number[]; end: number } {
  const offsets = new Array<number>(codes.length);
  let at = start;
  for (const alignment of [8, 4, 2, 1]) {
    codes.forEach((code, i) => {
      if (FIELD_ALIGNMENT[code] !== alignment) return;
      at = (at + alignment - 1) & -alignment;
      offsets[i] = at;
      at += FIELD_BYTES[code]!;
    });
  }
  return { offsets, end: (at + 7) & -8 };
}
