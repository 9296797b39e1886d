import { DataError } from '../../common/errors.ts';
import type { Column } from '../column.ts';
import type { Value } from '../values/value.ts';
import { describe, type TypeDescriptor, wrongClass } from './descriptor.ts';
import { bothNullOrEqual } from './null-equality.ts';
import { printType } from './print-type.ts';
import type { SqlType } from './sql-type.ts';

type Lookup = (type: SqlType) => TypeDescriptor;

const startAt = (column: Column, row: number): number => column.values[row] as number;
const countAt = (column: Column, row: number): number => column.aux[row] as number;
const MAX_ELEMENTS = 64 * 1024 * 1024;

/** ARRAY: a JavaScript array. */
export function createArrayDescriptor(descriptorOf: Lookup): TypeDescriptor {
  const elements = <T>(column: Column, row: number, take: (descriptor: TypeDescriptor, child: Column, at: number) => T): T[] => {
    const child = column.children[0]!;
    const descriptor = descriptorOf(child.type);
    const start = startAt(column, row);
    return Array.from({ length: countAt(column, row) }, (_, i) => take(descriptor, child, start + i));
  };
  return describe({
    roots: ['ARRAY'],
    jsType: 'array',
    read: (column, row) => elements(column, row, (descriptor, child, at) => descriptor.read(child, at)),
    write: (column, row, value, arena) => {
      if (!Array.isArray(value)) wrongClass(column.type, 'an array', value);
      const start = beginElements(column, row, value.length);
      const child = column.children[0]!;
      const descriptor = descriptorOf(child.type);
      for (const [i, element] of value.entries()) descriptor.write(child, start + i, element, arena);
    },
    writeNull: (column, row) => beginElements(column, row, 0),
    text: (column, row, timeZone) =>
      `[${elements(column, row, (descriptor, child, at) => descriptor.text(child, at, timeZone)).join(', ')}]`,
    json: (column, row) => `[${elements(column, row, (descriptor, child, at) => descriptor.json(child, at)).join(',')}]`,
    compare: noOrder,
    equals: (a, aRow, b, bRow) => {
      const [x, y] = [a.children[0]!, b.children[0]!];
      if (countAt(a, aRow) !== countAt(b, bRow)) return false;
      const [xAt, yAt] = [startAt(a, aRow), startAt(b, bRow)];
      const descriptor = descriptorOf(x.type);
      return elements(a, aRow, () => 0).every((_, i) => bothNullOrEqual(descriptor, x, xAt + i, y, yAt + i));
    },
  });
}

/** MAP: a JavaScript Map in the order of its entries. A plain object can be written where the keys are strings. */
export function createMapDescriptor(descriptorOf: Lookup): TypeDescriptor {
  const entries = <T>(column: Column, row: number, take: (key: TypeDescriptor, value: TypeDescriptor, at: number) => T): T[] => {
    const [keys, values] = column.children as [Column, Column];
    const start = startAt(column, row);
    return Array.from({ length: countAt(column, row) }, (_, i) => take(descriptorOf(keys.type), descriptorOf(values.type), start + i));
  };
  return describe({
    roots: ['MAP'],
    jsType: 'Map',
    read: (column, row) => {
      const [keys, values] = column.children as [Column, Column];
      return new Map(entries(column, row, (key, value, at): [Value, Value] => [key.read(keys, at), value.read(values, at)]));
    },
    write: (column, row, value, arena) => {
      const pairs = entriesOf(column.type, value);
      const start = beginElements(column, row, pairs.length);
      const [keys, values] = column.children as [Column, Column];
      for (const [i, [key, item]] of pairs.entries()) {
        descriptorOf(keys.type).write(keys, start + i, key, arena);
        descriptorOf(values.type).write(values, start + i, item, arena);
      }
    },
    writeNull: (column, row) => beginElements(column, row, 0),
    text: (column, row, timeZone) => {
      const [keys, values] = column.children as [Column, Column];
      return `{${entries(column, row, (key, value, at) => `${key.text(keys, at, timeZone)}=${value.text(values, at, timeZone)}`).join(', ')}}`;
    },
    json: (column, row) => {
      const [keys, values] = column.children as [Column, Column];
      return `{${entries(column, row, (key, value, at) => `${JSON.stringify(key.text(keys, at))}:${value.json(values, at)}`).join(',')}}`;
    },
    compare: noOrder,
    equals: (a, aRow, b, bRow) => {
      const keys = descriptorOf(a.children[0]!.type);
      const values = descriptorOf(a.children[1]!.type);
      if (countAt(a, aRow) !== countAt(b, bRow)) return false;
      const inB = entries(b, bRow, (_key, _value, at) => at);
      const hasEqual = (at: number): boolean =>
        inB.some(
          (other) =>
            bothNullOrEqual(keys, a.children[0]!, at, b.children[0]!, other) &&
            bothNullOrEqual(values, a.children[1]!, at, b.children[1]!, other),
        );
      return entries(a, aRow, (_key, _value, at) => at).every(hasEqual);
    },
  });
}

/** Makes room for the elements of one row behind those of the row before it, and notes their place. */
function beginElements(column: Column, row: number, count: number): number {
  const start = row === 0 ? 0 : startAt(column, row - 1) + countAt(column, row - 1);
  if (start + count > MAX_ELEMENTS)
    throw new DataError('MS2007', `more than ${MAX_ELEMENTS} elements of ${printType(column.type)} in one batch`);
  for (const child of column.children) {
    if (start === 0) child.hasNulls = false;
    child.reserve(start + count);
  }
  column.values[row] = start;
  column.aux[row] = count;
  return start;
}

function entriesOf(type: SqlType, value: unknown): readonly (readonly [unknown, unknown])[] {
  if (value instanceof Map) return [...value];
  if (type.root !== 'MAP' || !isPlainObject(value) || (type.key.root !== 'VARCHAR' && type.key.root !== 'CHAR')) {
    return wrongClass(type, 'a Map', value);
  }
  return Object.entries(value);
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function noOrder(column: Column): never {
  throw new DataError('MS2005', `${printType(column.type)} has no order`);
}
