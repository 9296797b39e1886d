import { DataError, StreamError } from '../../common/errors.ts';
import type { Column } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import { clearNullsDeep } from '../../data/nulls.ts';
import type { Schema } from '../../data/schema.ts';
import { StringArena } from '../../data/string-arena.ts';
import { showValue, type TypeDescriptor } from '../../data/types/descriptor.ts';
import { descriptorOf } from '../../data/types/descriptors.ts';
import type { RowInput, RowLog } from './row-log.ts';

interface Target {
  readonly name: string;
  /** Where a row that is an array has the value. */
  readonly index: number;
  readonly column: Column;
  readonly descriptor: TypeDescriptor;
}

/** Writes the program's rows into columns, column by column. */
export class RowWriter {
  readonly #tableName: string;
  readonly #width: number;
  readonly #targets: readonly Target[];
  readonly #arena: StringArena;

  /** `columns` are those of `schema`, which are some of the table's. */
  constructor(memory: LinearMemory, tableName: string, tableSchema: Schema, schema: Schema, columns: readonly Column[]) {
    this.#tableName = tableName;
    this.#width = tableSchema.fields.length;
    this.#arena = new StringArena(memory);
    this.#targets = columns.map((column, i) => {
      const { name } = schema.fields[i]!;
      const index = tableSchema.fields.findIndex((field) => field.name === name);
      return { name, index, column, descriptor: descriptorOf(column.type) };
    });
  }

  /**
   * Writes `count` rows of a log to the first rows of the columns. A column that an object does not have is null.
   * Throws MS3051 (shape of a row) and what TypeDescriptor.write throws, with the names of table and column.
   */
  write(log: RowLog, from: number, count: number): void {
    this.#arena.reset();
    for (let i = 0; i < count; i++) this.#checkShape(log.row(from + i), from + i);
    for (const target of this.#targets) this.#writeColumn(target, log, from, count);
  }

  free(): void {
    this.#arena.free();
  }

  #writeColumn({ name, index, column, descriptor }: Target, log: RowLog, from: number, count: number): void {
    clearNullsDeep(column);
    let i = 0;
    try {
      for (; i < count; i++) descriptor.write(column, i, fieldOf(log.row(from + i), name, index), this.#arena);
    } catch (cause) {
      throw this.#withPlace(cause, name, from + i);
    }
  }

  #checkShape(row: unknown, number: number): void {
    if (Array.isArray(row) ? row.length === this.#width : typeof row === 'object' && row !== null) return;
    const found = Array.isArray(row) ? `an array of ${row.length}` : showValue(row);
    throw new DataError('MS3051', `row ${number + 1} of memory table ${this.#tableName} is ${found}`, {
      hint: `a row is an object with columns by name, or an array of ${this.#width} values`,
    });
  }

  #withPlace(cause: unknown, column: string, number: number): unknown {
    if (!(cause instanceof StreamError) || cause.domain !== 'user') return cause;
    const message = `column ${column} in row ${number + 1} of memory table ${this.#tableName}: ${cause.message}`;
    return new DataError(cause.code, message, { detail: cause.detail, hint: cause.hint, cause });
  }
}

/** Only a row's own properties count, so that `constructor` or `__proto__` as a column's name finds nothing inherited. */
function fieldOf(row: RowInput, name: string, index: number): unknown {
  if (Array.isArray(row)) return row[index];
  return Object.hasOwn(row, name) ? (row as Readonly<Record<string, unknown>>)[name] : null;
}
