import { Cell } from '../data/cell.ts';
import { CellWriter } from '../data/cell-writer.ts';
import { type SqlType, withNullable } from '../data/types/sql-type.ts';
import { isNestedStorage, storageOf } from '../data/types/storage.ts';
import type { Code, Emitter } from './code.ts';

/** A value made by a call: the writer of a column of one row, and how generated code names it. */
export interface MadeCell {
  readonly writer: CellWriter;
  /** JavaScript of the writer. */
  readonly name: string;
  /** The code of the value once it is written. */
  readonly code: Code;
}

/** A place for a value of a type, written anew for each row; statements must call `begin()` of it first. */
export function makeCell(e: Emitter, hint: string, type: SqlType): MadeCell {
  const writer = new CellWriter(e.scratch(type));
  const column = e.helper(`${hint}_cell`, writer.column);
  return { writer, name: e.helper(`${hint}_writer`, writer), code: e.load(type, column, '0') };
}

/** Writes statements that store a code as row `index` of the column of a writer. */
export function storeCell(e: Emitter, writer: CellWriter, index: string, value: Code): void {
  const name = e.helper('part', writer);
  if (value.isNull === 'true') return e.line(`${name}.setNull(${index});`);
  const store = (): void => {
    if (isNestedStorage(storageOf(value.type))) return e.line(`${name}.copy(${value.value}, ${value.aux}, ${index});`);
    e.line(`${name}.column.values[${index}] = ${value.type.root === 'BOOLEAN' ? `${value.value} ? 1 : 0` : value.value};`);
    if (value.aux !== '') e.line(`${name}.column.aux[${index}] = ${value.aux};`);
    e.line(`${name}.setPresent(${index});`);
  };
  if (value.isNull === null) return store();
  e.block(`if (${value.isNull})`, () => e.line(`${name}.setNull(${index});`));
  e.block('else', store);
}

/** Writes statements that make a Cell of a code, and returns its name. What is not nested is written into a column of one row. */
export function cellOf(e: Emitter, value: Code): string {
  const writer = new CellWriter(e.scratch(withNullable(value.type, true)));
  const name = e.helper('cell', new Cell(writer.column));
  if (isNestedStorage(storageOf(value.type))) {
    if (value.isNull !== 'true') e.line(`${name}.column = ${value.value}; ${name}.row = ${value.aux};`);
  } else if (value.isNull === null) storeCell(e, writer, '0', value);
  else if (value.isNull !== 'true') e.block(`if (!${value.isNull})`, () => storeCell(e, writer, '0', { ...value, isNull: null }));
  e.line(`${name}.isNull = ${value.isNull ?? 'false'};`);
  return name;
}
