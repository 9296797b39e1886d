import { DataError } from '../../common/errors.ts';
import type { Column } from '../column.ts';
import { setNotNull, setNull } from '../nulls.ts';
import type { StringArena } from '../string-arena.ts';
import type { Value } from '../values/value.ts';
import { printType } from './print-type.ts';
import type { SqlType, TypeRoot } from './sql-type.ts';

/** All that is known about the values of one SQL type or a close family of types. One per type, listed in descriptors.ts. */
export interface TypeDescriptor {
  readonly roots: readonly TypeRoot[];
  /** The JavaScript class of the values, for docs and error messages: `bigint`, `Decimal`. */
  readonly jsType: string;
  /** The value as an exact JavaScript value; null when it is null. Strings are decoded, bytes copied. */
  read(column: Column, row: number): Value;
  /**
   * Stores a JavaScript value. Strings and bytes go to the arena. Elements of arrays and maps are appended in the order of rows, so
   * rows of such columns (and of ROWs that hold them) are written in ascending order, nulls too.
   * Throws MS2003 (class), MS2001 (range) or MS2004 (null where the type says NOT NULL), naming the type.
   */
  write(column: Column, row: number, value: unknown, arena: StringArena): void;
  /** Stores null without looking at the type's nullability (the fields of a null ROW are null, too). */
  writeNull(column: Column, row: number): void;
  /** What Flink's CAST to STRING prints; `NULL` for null (as inside an array or a row). `timeZone` is the session's, for TIMESTAMP_LTZ. */
  text(column: Column, row: number, timeZone?: string): string;
  /** What Flink's json format prints, as JSON text; `null` for null. */
  json(column: Column, row: number): string;
  /** Order of two values that are not null: negative, 0 or positive. Throws MS2005 for types that have no order. */
  compare(a: Column, aRow: number, b: Column, bRow: number): number;
  /** Whether two values that are not null are equal. */
  equals(a: Column, aRow: number, b: Column, bRow: number): boolean;
}

/**
 * A descriptor's code without the null rule, which `describe` adds: what is called here is never null. `writeNull` is what null
 * needs beyond its flag.
 */
export type DescriptorCode = Omit<TypeDescriptor, 'equals' | 'writeNull'> & Partial<Pick<TypeDescriptor, 'equals' | 'writeNull'>>;

/** Makes a descriptor: adds the null rule to `code`. */
export function describe(code: DescriptorCode): TypeDescriptor {
  const writeNull = (column: Column, row: number): void => {
    setNull(column, row);
    code.writeNull?.(column, row);
  };
  return {
    roots: code.roots,
    jsType: code.jsType,
    writeNull,
    read: (column, row) => (column.isNull(row) ? null : code.read(column, row)),
    write: (column, row, value, arena) => {
      if (value === null || value === undefined) {
        if (!column.type.nullable) throw new DataError('MS2004', `null for ${printType(column.type)}`);
        return writeNull(column, row);
      }
      setNotNull(column, row);
      code.write(column, row, value, arena);
    },
    text: (column, row, timeZone) => (column.isNull(row) ? 'NULL' : code.text(column, row, timeZone)),
    json: (column, row) => (column.isNull(row) ? 'null' : code.json(column, row)),
    compare: code.compare,
    equals: code.equals ?? ((a, aRow, b, bRow) => code.compare(a, aRow, b, bRow) === 0),
  };
}

/** MS2003: a value of a class that does not belong to the type. */
export function wrongClass(type: SqlType, jsType: string, value: unknown): never {
  throw new DataError('MS2003', `${printType(type)} takes ${jsType}, not ${classOf(value)}`, { detail: showValue(value) });
}

/** MS2001: a value that does not fit in the type. */
export function outOfRange(type: SqlType, value: unknown): never {
  throw new DataError('MS2001', `${showValue(value)} does not fit in ${printType(type)}`);
}

function classOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  const made = (value as { constructor?: unknown }).constructor;
  return typeof made === 'function' && made.name !== '' ? made.name : 'object';
}

/** A short text of any value, for error messages; never throws. */
export function showValue(value: unknown): string {
  try {
    const text = typeof value === 'string' ? JSON.stringify(value) : typeof value === 'object' ? describeObject(value) : String(value);
    return text.length > 80 ? `${text.slice(0, 77)}...` : text;
  } catch {
    return `a ${typeof value}`;
  }
}

function describeObject(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  const text = String(value);
  return text.startsWith('[object') ? text.slice(1, -1) : text;
}
