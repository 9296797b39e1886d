import { DataError } from '../common/errors.ts';
import type { Batch, RowKindCode } from './batch.ts';
import type { Column } from './column.ts';
import type { Schema } from './schema.ts';
import { unscaledAt } from './types/decimal-descriptor.ts';
import type { TypeDescriptor } from './types/descriptor.ts';
import { descriptorOf } from './types/descriptors.ts';
import { printType } from './types/print-type.ts';
import { types } from './types/sql-type.ts';
import { epochMsAt } from './types/time-descriptors.ts';
import { type RowFactory, rowFactory } from './values/row.ts';
import type { RowObject, Value } from './values/value.ts';

/**
 * A place in a batch, through which JavaScript sees one row at a time. `moveTo` sets the place; the typed getters read numbers
 * straight from the columns and allocate nothing, and may be used only where the column has that storage and is not null.
 * The cursor is reused: it, and what getBytes views, are valid until it moves or the batch is filled anew.
 */
export class RowCursor {
  readonly schema: Schema;
  readonly #indexes = new Map<string, number>();
  readonly #descriptors: readonly TypeDescriptor[];
  readonly #factory: RowFactory;
  #columns: readonly Column[] = [];
  #batch: Batch | undefined;
  /** Index of the row in the batch's columns. */
  row = 0;

  constructor(schema: Schema) {
    this.schema = schema;
    for (const [i, { name }] of schema.fields.entries()) if (!this.#indexes.has(name)) this.#indexes.set(name, i);
    this.#descriptors = schema.fields.map((field) => descriptorOf(field.type));
    this.#factory = rowFactory(types.row(schema.fields));
  }

  /** Stands on a row of a batch, whose columns are those of the schema. `row` is an index in its columns. */
  moveTo(batch: Batch, row: number): this {
    this.#batch = batch;
    this.#columns = batch.columns;
    this.row = row;
    return this;
  }

  /** What the row does to the table: an insert, an update's old or new row, a delete. */
  get kind(): RowKindCode {
    return this.#batch?.kind(this.row) ?? 0;
  }

  /** The index of a column; names are case-sensitive. Throws MS2009 for an unknown one. */
  indexOf(name: string): number {
    const index = this.#indexes.get(name);
    if (index !== undefined) return index;
    throw new DataError('MS2009', `the row has no column ${JSON.stringify(name)}`, {
      hint: `it has ${[...this.#indexes.keys()].join(', ')}`,
    });
  }

  isNull(column: string | number): boolean {
    return this.#column(column).isNull(this.row);
  }

  /** The exact value of any type; null for NULL. */
  get(column: string | number): Value {
    const index = typeof column === 'number' ? column : this.indexOf(column);
    return this.#descriptors[index]!.read(this.#column(index), this.row);
  }

  getBoolean(column: string | number): boolean {
    return this.#number(column, 'i8') !== 0;
  }

  /** TINYINT, SMALLINT, INT, DATE (days since 1970-01-01), TIME (milliseconds of the day). */
  getInt(column: string | number): number {
    return this.#number(column, 'i32');
  }

  /** FLOAT, DOUBLE and the integers of up to 32 bits. */
  getDouble(column: string | number): number {
    return this.#number(column, 'f64');
  }

  /** BIGINT. */
  getLong(column: string | number): bigint {
    const found = this.#column(column);
    if (found.type.root !== 'BIGINT' && found.type.root !== 'INTERVAL_DAY_TIME') return mismatch(found, 'getLong');
    return found.values[this.row] as bigint;
  }

  /** The unscaled integer of a DECIMAL; its scale is the type's. */
  getUnscaled(column: string | number): bigint {
    const found = this.#column(column);
    return found.type.root === 'DECIMAL' ? unscaledAt(found, this.row) : mismatch(found, 'getUnscaled');
  }

  /** Milliseconds since 1970-01-01 00:00:00 of a TIMESTAMP or TIMESTAMP_LTZ, rounded down. */
  getEpochMs(column: string | number): number {
    const found = this.#column(column);
    const isTime = found.type.root === 'TIMESTAMP' || found.type.root === 'TIMESTAMP_LTZ';
    return isTime ? epochMsAt(found, this.row) : mismatch(found, 'getEpochMs');
  }

  getString(column: string | number): string {
    const found = this.#column(column);
    if (found.type.root !== 'VARCHAR' && found.type.root !== 'CHAR') return mismatch(found, 'getString');
    return found.memory.text(found.values[this.row] as number, found.aux[this.row] as number);
  }

  /** The bytes of a string or of BYTES where they lie: a view, to be copied by who keeps it. */
  getBytes(column: string | number): Uint8Array {
    const found = this.#column(column);
    if (found.storage !== 'bytes') return mismatch(found, 'getBytes');
    const address = (found.values[this.row] as number) >>> 0;
    return found.memory.u8.subarray(address, address + (found.aux[this.row] as number));
  }

  /** The row as an object of exact values that stays valid; JSON.stringify prints it as the json format does. */
  toObject(): RowObject {
    const values = new Array<Value>(this.#columns.length);
    for (let i = 0; i < values.length; i++) values[i] = this.#descriptors[i]!.read(this.#columns[i]!, this.row);
    return this.#factory(values);
  }

  #column(column: string | number): Column {
    return this.#columns[typeof column === 'number' ? column : this.indexOf(column)]!;
  }

  #number(column: string | number, wanted: 'i8' | 'i32' | 'f64'): number {
    const found = this.#column(column);
    const { storage } = found;
    const isInteger = storage === 'i8' || storage === 'i16' || storage === 'i32';
    const fits =
      wanted === 'i8' ? found.type.root === 'BOOLEAN' : isInteger || (wanted === 'f64' && (storage === 'f64' || storage === 'f32'));
    return fits ? (found.values[this.row] as number) : mismatch(found, GETTERS[wanted]);
  }
}

const GETTERS = { i8: 'getBoolean', i32: 'getInt', f64: 'getDouble' } as const;

function mismatch(column: Column, getter: string): never {
  throw new DataError('MS2003', `${getter} does not read ${printType(column.type)}`, { hint: 'get(name) reads any type' });
}
