import type { Column } from '../column.ts';
import type { StringArena } from '../string-arena.ts';
import { base64Of } from '../values/base64.ts';
import { describe, outOfRange, wrongClass } from './descriptor.ts';
import type { BytesType } from './sql-type.ts';

/** CHAR, VARCHAR and STRING. Order is that of the UTF-8 bytes, which is that of the code points. */
export const textDescriptor = describe({
  roots: ['CHAR', 'VARCHAR'],
  jsType: 'string',
  read: textAt,
  write: (column, row, value, arena) => {
    if (typeof value !== 'string') wrongClass(column.type, 'a string', value);
    const { length } = column.type as BytesType;
    if (value.length > length && codePointCount(value) > length) outOfRange(column.type, value);
    putBytes(column, row, value, arena);
  },
  text: textAt,
  json: (column, row) => jsonString(textAt(column, row)),
  compare: compareBytes,
});

/** BINARY, VARBINARY and BYTES. Order is that of the bytes, unsigned. */
export const bytesDescriptor = describe({
  roots: ['BINARY', 'VARBINARY'],
  jsType: 'Uint8Array',
  read: (column, row) => column.memory.bytes(addressAt(column, row), lengthAt(column, row)),
  write: (column, row, value, arena) => {
    if (!(value instanceof Uint8Array)) wrongClass(column.type, 'a Uint8Array', value);
    if (value.length > (column.type as BytesType).length) outOfRange(column.type, value);
    putBytes(column, row, value, arena);
  },
  text: textAt,
  json: (column, row) => `"${base64Of(column.memory.bytes(addressAt(column, row), lengthAt(column, row)))}"`,
  compare: compareBytes,
});

export const addressAt = (column: Column, row: number): number => (column.values[row] as number) >>> 0;
export const lengthAt = (column: Column, row: number): number => column.aux[row] as number;

function textAt(column: Column, row: number): string {
  return column.memory.text(addressAt(column, row), lengthAt(column, row));
}

function putBytes(column: Column, row: number, value: string | Uint8Array, arena: StringArena): void {
  const address = arena.put(value);
  column.values[row] = address | 0;
  column.aux[row] = arena.byteLength;
}

function compareBytes(a: Column, aRow: number, b: Column, bRow: number): number {
  const x = a.memory.u8;
  const y = b.memory.u8;
  const xAt = addressAt(a, aRow);
  const yAt = addressAt(b, bRow);
  const xLength = lengthAt(a, aRow);
  const yLength = lengthAt(b, bRow);
  const shorter = Math.min(xLength, yLength);
  for (let i = 0; i < shorter; i++) {
    const difference = x[xAt + i]! - y[yAt + i]!;
    if (difference !== 0) return difference;
  }
  return xLength - yLength;
}

/** JSON text of a string. A lone surrogate cannot occur in decoded UTF-8. */
export const jsonString = (text: string): string => JSON.stringify(text);

/** How many Unicode code points a string has: what CHAR(n) and VARCHAR(n) count. */
export function codePointCount(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length - 1; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      count--;
      i++;
    }
  }
  return count;
}
