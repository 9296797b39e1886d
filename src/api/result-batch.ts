import { type Batch, ROW_KIND_TEXT } from '../data/batch.ts';
import type { Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import { descriptorOf } from '../data/types/descriptors.ts';
import { printType } from '../data/types/print-type.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import type { Value } from '../data/values/value.ts';
import type { Op } from './row-reader.ts';

/** The values of a column as they are kept: numbers in a typed array, BOOLEAN as 0 and 1; every other type as exact values. */
export type VectorValues = Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array | readonly Value[];

const TYPED: ReadonlySet<string> = new Set(['BOOLEAN', 'TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'FLOAT', 'DOUBLE']);

/** One column of a batch: a copy, which stays as it is. */
export class ColumnVector<V = Value> {
  readonly name: string;
  /** The SQL type, as DESCRIBE prints it. */
  readonly type: string;
  readonly values: VectorValues;
  /** 1 where the value is null, whatever `values` has there; null when none is. */
  readonly nulls: Uint8Array | null;
  readonly #isBoolean: boolean;

  /** @internal */
  constructor(name: string, type: SqlType, values: VectorValues, nulls: Uint8Array | null) {
    this.name = name;
    this.type = printType(type);
    this.values = values;
    this.nulls = nulls;
    this.#isBoolean = type.root === 'BOOLEAN';
  }

  /** The exact value at a row, counted from 0. */
  get(row: number): V {
    if (this.nulls?.[row] === 1) return null as V;
    const value = this.values[row];
    return (this.#isBoolean ? value === 1 : value) as V;
  }
}

/** Up to 4,096 changes of a result, by column. */
export class ResultBatch<Row = Record<string, Value>> {
  readonly size: number;
  readonly columns: readonly ColumnVector[];
  /** What each row does; null when all are inserts. */
  readonly ops: readonly Op[] | null;

  /** @internal Copies the rows that count. */
  constructor(batch: Batch, schema: Schema) {
    const rows = Array.from({ length: batch.size }, (_, n) => batch.rowIndex(n));
    this.size = rows.length;
    this.columns = schema.fields.map(({ name, type }, i) => copyColumn(name, type, batch.columns[i]!, rows));
    this.ops = batch.kinds === null ? null : rows.map((row) => ROW_KIND_TEXT[batch.kind(row)]);
  }

  /** The column of that name. Throws RangeError where there is none. */
  column<K extends keyof Row & string>(name: K): ColumnVector<Row[K]> {
    const found = this.columns.find((column) => column.name === name);
    if (found === undefined)
      throw new RangeError(`there is no column ${name}; there are: ${this.columns.map((column) => column.name).join(', ')}`);
    return found as ColumnVector<unknown> as ColumnVector<Row[K]>;
  }
}

function copyColumn(name: string, type: SqlType, column: Column, rows: readonly number[]): ColumnVector {
  const nulls = column.hasNulls ? Uint8Array.from(rows, (row) => column.nulls[row]!) : null;
  if (!TYPED.has(type.root)) {
    const { read } = descriptorOf(type);
    return new ColumnVector(
      name,
      type,
      rows.map((row) => read(column, row)),
      nulls,
    );
  }
  return new ColumnVector(name, type, pick(column.values as Int32Array, rows), nulls);
}

/** The rows' values in an array of their own, of the same class. */
function pick(values: Int32Array, rows: readonly number[]): VectorValues {
  const picked = values.slice(0, rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i]!]!;
  return picked;
}
