import type { Column } from '../data/column.ts';
import { clearNulls } from '../data/nulls.ts';
import type { StringArena } from '../data/string-arena.ts';
import { descriptorOf } from '../data/types/descriptors.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import { isNestedStorage, storageOf } from '../data/types/storage.ts';
import type { Code } from '../functions/code.ts';
import { loadFrom } from './column-access.ts';
import type { FunctionBuilder } from './function-builder.ts';

/** JavaScript of the exact value of a code that is not null. Values of one part that JavaScript has are used as they are. */
export function boxCode(b: FunctionBuilder, value: Code): string {
  if (isItsOwnBox(value.type)) return value.value;
  if (storageOf(value.type) === 'bytes' && (value.type.root === 'CHAR' || value.type.root === 'VARCHAR')) {
    return `${b.memory}.text(${value.value}, ${value.aux})`;
  }
  if (isNestedStorage(storageOf(value.type))) {
    const descriptor = descriptorOf(value.type);
    const read = b.helper('read', (column: Column, row: number) => descriptor.read(column, row));
    return `${read}(${value.value}, ${value.aux})`;
  }
  const read = b.helper('read', scratchReader(b, value.type));
  return `${read}(${value.value}${value.aux === '' ? '' : `, ${value.aux}`})`;
}

/** The code of JavaScript that gives an exact value or null. */
export function unboxCode(b: FunctionBuilder, hint: string, type: SqlType, value: string): Code {
  const boxed = b.bind(hint, value);
  if (isItsOwnBox(type)) {
    const zero = storageOf(type) === 'i64' ? '0n' : type.root === 'BOOLEAN' ? 'false' : '0';
    return { type, value: `(${boxed} ?? ${zero})`, aux: '', isNull: `(${boxed} === null)` };
  }
  const scratch = b.scratch(type);
  const column = b.helper('scratch', scratch);
  const write = b.helper('write', scratchWriter(scratch, b.context.arena));
  b.line(`${write}(${boxed});`);
  const loaded = loadFrom(type, column, '0', null);
  const first = b.bind(`${hint}_value`, loaded.value);
  const second = loaded.aux === '' ? '' : b.bind(`${hint}_2`, loaded.aux);
  return { type, value: first, aux: second, isNull: `(${boxed} === null)` };
}

function isItsOwnBox({ root }: SqlType): boolean {
  return (
    root === 'BIGINT' ||
    root === 'INT' ||
    root === 'SMALLINT' ||
    root === 'TINYINT' ||
    root === 'DOUBLE' ||
    root === 'FLOAT' ||
    root === 'BOOLEAN'
  );
}

function scratchReader(b: FunctionBuilder, type: SqlType): (value: number | bigint, aux?: number | bigint) => unknown {
  const scratch = b.scratch(type);
  const descriptor = descriptorOf(type);
  return (value, aux) => {
    scratch.values[0] = value as never;
    if (aux !== undefined) scratch.aux[0] = aux as never;
    return descriptor.read(scratch, 0);
  };
}

function scratchWriter(scratch: Column, arena: StringArena): (value: unknown) => void {
  const descriptor = descriptorOf(scratch.type);
  return (value) => {
    clearNulls(scratch);
    if (value !== null) descriptor.write(scratch, 0, value as never, arena);
  };
}
