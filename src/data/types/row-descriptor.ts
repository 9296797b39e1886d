import { DataError } from '../../common/errors.ts';
import type { Column } from '../column.ts';
import { type RowFactory, rowFactory } from '../values/row.ts';
import type { Value } from '../values/value.ts';
import { describe, type TypeDescriptor, wrongClass } from './descriptor.ts';
import { bothNullOrEqual } from './null-equality.ts';
import { printType } from './print-type.ts';
import type { RowType, SqlType } from './sql-type.ts';

const factories = new WeakMap<RowType, RowFactory>();

/** ROW: an object with the fields by name. When writing, a field that is missing is null; an array gives the fields in order. */
export function createRowDescriptor(descriptorOf: (type: SqlType) => TypeDescriptor): TypeDescriptor {
  const fieldsOf = (column: Column): readonly { column: Column; descriptor: TypeDescriptor }[] =>
    column.children.map((child) => ({ column: child, descriptor: descriptorOf(child.type) }));
  return describe({
    roots: ['ROW'],
    jsType: 'object',
    read: (column, row) =>
      factoryOf(column.type as RowType)(fieldsOf(column).map(({ column: child, descriptor }) => descriptor.read(child, row))),
    write: (column, row, value, arena) => {
      const values = fieldValues(column.type as RowType, value);
      for (const [i, { column: child, descriptor }] of fieldsOf(column).entries()) descriptor.write(child, row, values[i], arena);
    },
    writeNull: (column, row) => {
      for (const { column: child, descriptor } of fieldsOf(column)) descriptor.writeNull(child, row);
    },
    text: (column, row, timeZone) =>
      `(${fieldsOf(column)
        .map(({ column: child, descriptor }) => descriptor.text(child, row, timeZone))
        .join(', ')})`,
    json: (column, row) => {
      const { fields } = column.type as RowType;
      return `{${fieldsOf(column)
        .map(({ column: child, descriptor }, i) => `${JSON.stringify(fields[i]!.name)}:${descriptor.json(child, row)}`)
        .join(',')}}`;
    },
    compare: (a) => {
      throw new DataError('MS2005', `${printType(a.type)} has no order`);
    },
    equals: (a, aRow, b, bRow) =>
      fieldsOf(a).every(({ column: child, descriptor }, i) => bothNullOrEqual(descriptor, child, aRow, b.children[i]!, bRow)),
  });
}

function factoryOf(type: RowType): RowFactory {
  let factory = factories.get(type);
  if (factory === undefined) {
    factory = rowFactory(type);
    factories.set(type, factory);
  }
  return factory;
}

function fieldValues(type: RowType, value: unknown): readonly unknown[] {
  if (Array.isArray(value) && value.length === type.fields.length) return value;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof Map) {
    return wrongClass(type, 'an object with its fields', value);
  }
  return type.fields.map(({ name }) => (Object.hasOwn(value, name) ? (value as Record<string, Value>)[name] : null));
}
