import { Column } from '../../../src/data/column.ts';
import { StringArena } from '../../../src/data/string-arena.ts';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import type { SqlType } from '../../../src/data/types/sql-type.ts';
import type { Value } from '../../../src/data/values/value.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';

const { memory } = await loadKernels();

export const testMemory = memory;

/** A column with the values written by its descriptor, in order. */
export function columnOf(type: SqlType, values: readonly unknown[]): Column {
  const column = new Column(memory, type);
  const arena = new StringArena(memory);
  values.forEach((value, row) => {
    descriptorOf(type).write(column, row, value, arena);
  });
  return column;
}

/** What a value is after it went through a column. */
export function throughColumn(type: SqlType, value: unknown): Value {
  return descriptorOf(type).read(columnOf(type, [value]), 0);
}

export const textOf = (type: SqlType, value: unknown, timeZone?: string): string =>
  descriptorOf(type).text(columnOf(type, [value]), 0, timeZone);

export const jsonOf = (type: SqlType, value: unknown): string => descriptorOf(type).json(columnOf(type, [value]), 0);
