import type { RowType } from '../types/sql-type.ts';
import { toJsonText, toJsonValue } from './json-text.ts';
import type { RowObject, Value } from './value.ts';

/** Makes the objects of one row type from the values of its fields, in order. */
export type RowFactory = (values: readonly Value[]) => RowObject;

type ToJson = (this: RowObject) => unknown;

const typesOfRows = new WeakMap<ToJson, RowType>();

/**
 * The factory of a row type's objects: plain objects with the fields in order, equal to literals in every comparison. They carry a
 * hidden (not enumerable) toJSON, so that JSON.stringify(row) prints what the json format prints; a copy by `{ ...row }` does not.
 * A field named `__proto__` is an ordinary own property; one named `toJSON` takes the place of the hidden one.
 */
export function rowFactory(type: RowType): RowFactory {
  const names = type.fields.map((field) => field.name);
  const toJSON: ToJson = function () {
    return toJsonValue(this, type);
  };
  typesOfRows.set(toJSON, type);
  const hidden = { value: toJSON, enumerable: false, configurable: true, writable: true };
  const isHidden = !names.includes('toJSON');
  return (values) => {
    const row: Record<string, Value> = {};
    for (let i = 0; i < names.length; i++) setField(row, names[i]!, values[i]!);
    if (isHidden) Object.defineProperty(row, 'toJSON', hidden);
    return row;
  };
}

/** Sets an own property, whatever its name. */
function setField(row: Record<string, Value>, name: string, value: Value): void {
  if (name === '__proto__') Object.defineProperty(row, name, { value, enumerable: true, configurable: true, writable: true });
  else row[name] = value;
}

/**
 * JSON text of a row with every digit, on every version of Node. Rows made by Millstream know their types; for others the type can
 * be given, else numbers print as JavaScript prints them.
 */
export function stringifyRow(row: RowObject, type?: RowType): string {
  return toJsonText(row, type ?? typesOfRows.get((row as { toJSON?: unknown }).toJSON as ToJson));
}
