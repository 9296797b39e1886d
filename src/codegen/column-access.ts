import { type SqlType, types } from '../data/types/sql-type.ts';
import { isNestedStorage, storageOf } from '../data/types/storage.ts';
import type { Code } from '../functions/code.ts';

/** The code of a value that lies in a column: what is nested stays where it is. */
export function loadFrom(type: SqlType, column: string, index: string, isNull: string | null): Code {
  if (isNestedStorage(storageOf(type))) return { type, value: column, aux: index, isNull };
  return loadCode(type, `${column}.values`, `${column}.aux`, index, isNull);
}

/** JavaScript that reads element `index` of the arrays of a column with the given array names. */
export function loadCode(type: SqlType, values: string, aux: string, index: string, isNull: string | null): Code {
  const storage = storageOf(type);
  const value = type.root === 'BOOLEAN' ? `(${values}[${index}] === 1)` : `${values}[${index}]`;
  const hasAux = storage === 'bytes' || storage === 'i128' || storage === 'ts96';
  return { type, value, aux: hasAux ? `${aux}[${index}]` : '', isNull };
}

/** Statements that write a code into element `index` of a column's arrays; nulls apart. */
export function storeStatements(code: Code, values: string, aux: string, index: string): string[] {
  const value = code.type.root === 'BOOLEAN' ? `${code.value} ? 1 : 0` : code.value;
  const statements = [`${values}[${index}] = ${value};`];
  if (code.aux !== '') statements.push(`${aux}[${index}] = ${code.aux};`);
  return statements;
}

/** JavaScript of a value of the type that may be overwritten: what a variable holds before it is known not to be null. */
export function zeroOf(type: SqlType): { readonly value: string; readonly aux: string } {
  switch (storageOf(type)) {
    case 'i64':
      return { value: '0n', aux: '' };
    case 'i128':
      return { value: '0n', aux: '0n' };
    case 'ts96':
      return { value: '0n', aux: '0' };
    case 'bytes':
      return { value: '0', aux: '0' };
    case 'row':
    case 'array':
    case 'map':
      return { value: 'null', aux: '0' };
    case 'i8':
      return { value: type.root === 'BOOLEAN' ? 'false' : '0', aux: '' };
    default:
      return { value: '0', aux: '' };
  }
}

/** The code of NULL. */
export function nullCode(type: SqlType): Code {
  return { type, ...zeroOf(type), isNull: 'true' };
}

export const booleanType = types.boolean(false);
