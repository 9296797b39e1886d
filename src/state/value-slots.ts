import { StateError } from '../common/errors.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import { storageOf } from '../data/types/storage.ts';
import type { SlotType } from './keyed-table.ts';

/** The slots of a table for these values. Throws MS4006. */
export function valueSlots(valueTypes: readonly SqlType[]): SlotType[] {
  return [...valueTypes.map(slotOf), ...valueTypes.map((): SlotType => 'i8')];
}

function slotOf(type: SqlType): SlotType {
  const storage = storageOf(type);
  if (storage === 'row' || storage === 'array' || storage === 'map') {
    throw new StateError('MS4006', `${type.root} cannot be kept as a value`, { hint: 'keep its fields or elements' });
  }
  return storage === 'bytes' ? 'bytes16' : storage;
}
