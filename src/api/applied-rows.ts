import type { RowObject, Value } from '../data/values/value.ts';
import type { Op } from './row-reader.ts';

/**
 * The rows that a changelog leaves, in the order in which they first came: the new form of a row takes the place of the old one. A
 * row is found by all its values; equal rows are counted.
 */
export class AppliedRows {
  readonly #rows = new Map<number, RowObject>();
  readonly #idsByKey = new Map<string, number[]>();
  #nextId = 0;
  /** The place that an update has just left, for the row's new form. */
  #vacant: number | undefined;

  get rows(): RowObject[] {
    this.#closeGap();
    return [...this.#rows.values()];
  }

  apply(op: Op, row: RowObject): void {
    if (op === '+I' || op === '+U') this.#add(row);
    else this.#remove(op, row);
  }

  #add(row: RowObject): void {
    const key = keyOf(row);
    const id = this.#vacant ?? this.#nextId++;
    this.#vacant = undefined;
    this.#rows.set(id, row);
    const ids = this.#idsByKey.get(key);
    if (ids === undefined) this.#idsByKey.set(key, [id]);
    else ids.push(id);
  }

  #remove(op: Op, row: RowObject): void {
    this.#closeGap();
    const key = keyOf(row);
    const ids = this.#idsByKey.get(key);
    const id = ids?.pop();
    if (id === undefined) return;
    if (ids!.length === 0) this.#idsByKey.delete(key);
    if (op === '-U') this.#vacant = id;
    else this.#rows.delete(id);
  }

  #closeGap(): void {
    if (this.#vacant !== undefined) this.#rows.delete(this.#vacant);
    this.#vacant = undefined;
  }
}

/** A text that is the same for equal rows of one schema only: each value's text with its length before it. */
const keyOf = (row: RowObject): string => Object.values(row).map(valueKey).join('');

function valueKey(value: Value): string {
  if (value === null) return 'n';
  const text = textOf(value);
  return `${text.length}:${text}`;
}

function textOf(value: Exclude<Value, null>): string {
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value) || value instanceof Uint8Array) return Array.from(value as readonly Value[], valueKey).join('');
  if (value instanceof Map) return [...value].flatMap(([key, item]) => [valueKey(key), valueKey(item)]).join('');
  return isPlainRow(value) ? keyOf(value) : String(value);
}

/** Rows are plain objects; the other values have classes that print themselves exactly. */
const isPlainRow = (value: object): value is RowObject => Object.getPrototypeOf(value) === Object.prototype;
