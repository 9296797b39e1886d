import type { SqlType } from '../../data/types/sql-type.ts';
import { storageOf } from '../../data/types/storage.ts';
import type { Slot, SlotKind } from '../aggregate-function.ts';
import { type Code, code, type Emitter } from '../code.ts';

/** The slot that holds a value of a type. */
export function valueSlot(type: SqlType): SlotKind {
  switch (storageOf(type)) {
    case 'i8':
    case 'i16':
    case 'i32':
      return 'i32';
    case 'f32':
    case 'f64':
      return 'f64';
    case 'i128':
      return 'i128';
    case 'ts96':
      return 'ts96';
    case 'bytes':
      return 'bytes16';
    default:
      return 'i64';
  }
}

/** A slot's content as a code of the argument's type. */
export function slotCode(slot: Slot, type: SqlType): Code {
  if (type.root === 'BOOLEAN') return code(type, `(${slot.value} === 1)`);
  return { type, value: slot.value, aux: slot.aux, isNull: null };
}

/** Writes a value that is not null into its slot. */
export function storeInSlot(e: Emitter, slot: Slot, value: Code): void {
  if (slot.kind === 'bytes16') return e.line(slot.store(value.value, value.aux));
  e.line(`${slot.value} = ${value.type.root === 'BOOLEAN' ? `${value.value} ? 1 : 0` : value.value};`);
  if (slot.aux !== '') e.line(`${slot.aux} = ${value.aux};`);
}

/** Whether a type's values can be kept in a slot. */
export const fitsSlot = ({ root }: SqlType): boolean => root !== 'ROW' && root !== 'ARRAY' && root !== 'MAP';
