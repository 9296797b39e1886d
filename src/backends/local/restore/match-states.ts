import { printType } from '../../../data/types/print-type.ts';
import type { SqlType } from '../../../data/types/sql-type.ts';
import { storageOf } from '../../../data/types/storage.ts';
import { STORAGE_CODES } from '../../../kernels/storage-codes.ts';
import { type SavedColumn, type SavedState, tableOptions } from '../../../runtime/checkpoints/saved-plan.ts';
import { type Conversion, widens } from '../../../state/memory/convert-group.ts';
import { rowLayout, slotStorage } from '../../../state/memory/row-layout.ts';
import { kindOf } from '../identity/states-of.ts';

/** How a saved table becomes one of the operator as it is now. */
export interface StateMatch {
  readonly from: SavedState;
  readonly to: SavedState;
  /** Undefined where the bytes can be taken as they are. */
  readonly conversion: Conversion | undefined;
  /** What a person should know of it. */
  readonly details: readonly string[];
}

/** Matches two tables that are about the same; a text says why the one cannot become the other. */
export function matchStates(from: SavedState, to: SavedState): StateMatch | string {
  if (from.keys.length !== to.keys.length) return 'it has other keys';
  const details: string[] = [];
  for (const [k, key] of from.keys.entries()) {
    const now = to.keys[k]!;
    if (!keeps(key.type, now.type)) return `${now.name} ${printType(key.type)} does not become ${printType(now.type)}`;
    const widening = wideningOf(key, now);
    if (widening !== undefined) details.push(widening);
  }
  const slots = matchSlots(from, to, details);
  if (typeof slots === 'string') return slots;
  const conversion: Conversion = { from: tableOptions(from), to: tableOptions(to), slots };
  const isSame =
    slots.length === from.slots.length &&
    slots.every((slot, i) => slot === i) &&
    rowLayout(conversion.from).description === rowLayout(conversion.to).description;
  return { from, to, conversion: isSame ? undefined : conversion, details };
}

function matchSlots(from: SavedState, to: SavedState, details: string[]): (number | undefined)[] | string {
  const left = new Map(from.slots.map((slot, i) => [i, slot]));
  const slots: (number | undefined)[] = [];
  for (const slot of to.slots) {
    const found = [...left].find(([, old]) => old.about === slot.about);
    slots.push(found?.[0]);
    if (found === undefined) {
      if (!to.grows) return `${nameOf(slot.name)} is added, and its rows may be taken back: it cannot begin with those to come`;
      details.push(`${nameOf(slot.name)} is added: it begins with the rows to come`);
      continue;
    }
    left.delete(found[0]);
    const [before, now] = [found[1].slot, slot.slot].map((one) => STORAGE_CODES[slotStorage(one)]!) as [number, number];
    if (!widens(before, now)) return `${nameOf(slot.name)} is kept in another form`;
    if (before !== now) details.push(`${nameOf(slot.name)} is widened`);
  }
  for (const { name } of left.values()) details.push(`${nameOf(name)} is dropped`);
  const unique = [...new Set(details)];
  details.splice(0, details.length, ...unique);
  return slots;
}

/** An aggregate's name without its part. */
const nameOf = (slot: string): string => slot.replace(/\$\w+$/, '') || slot;

/** Whether keys of one type are found again under another: their hashes are the same, and none is a null where there can be none. */
function keeps(before: SqlType, now: SqlType): boolean {
  if (before.nullable && !now.nullable) return false;
  if (kindOf(before) !== kindOf(now)) return false;
  const [old, wide] = [storageOf(before), storageOf(now)];
  // A decimal of two words has another hash than one of one.
  return old === wide || (kindOf(now) === 'integer' && widens(STORAGE_CODES[old]!, STORAGE_CODES[wide]!));
}

function wideningOf({ name, type }: SavedColumn, now: SavedColumn): string | undefined {
  const [before, after] = [type, now.type].map((one) => printType({ ...one, nullable: true }));
  return before === after ? undefined : `${name} ${before} becomes ${after}`;
}
