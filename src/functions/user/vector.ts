import { DataError } from '../../common/errors.ts';
import type { Column, ValueArray } from '../../data/column.ts';
import { beginNulls, clearNulls } from '../../data/nulls.ts';
import type { StringArena } from '../../data/string-arena.ts';
import { descriptorOf } from '../../data/types/descriptors.ts';
import { printType } from '../../data/types/print-type.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import type { Value } from '../../data/values/value.ts';
import { ownValue } from './own-value.ts';

/**
 * An argument of a vectorized function: the values of one batch, where the engine has them. All is valid during the call only. Rows that do
 * not count (`rows` has those that do) may hold anything.
 */
export class ArgumentColumn {
  /** The SQL type, as DESCRIBE prints it. */
  readonly type: string;
  /** Whether the argument is a constant: then all rows have the same value. */
  readonly isConstant: boolean;
  readonly #column: Column;

  /** @internal */
  constructor(column: Column, isConstant: boolean) {
    this.#column = column;
    this.type = printType(column.type);
    this.isConstant = isConstant;
  }

  /**
   * The values of BOOLEAN (0 and 1), the integers, FLOAT and DOUBLE. Of text and bytes: the offset in `bytes` of each value's first byte;
   * an offset may be read as negative: `values[row] >>> 0`.
   */
  get values(): ValueArray {
    return this.#column.values;
  }

  /** Byte length of each text (in UTF-8) or byte string. */
  get lengths(): Int32Array {
    return this.#column.aux as Int32Array;
  }

  /** The bytes that texts and byte strings lie in. */
  get bytes(): Uint8Array {
    return this.#column.memory.u8;
  }

  /** 1 where the value is NULL; null where none is. */
  get nulls(): Uint8Array | null {
    return this.#column.hasNulls ? this.#column.nulls : null;
  }

  /** The exact value, as results have it. */
  get(row: number): Value {
    return descriptorOf(this.#column.type).read(this.#column, row);
  }
}

/** Where a vectorized function writes its results: one for each of `rows`. A row that is not written is 0, false or an empty text. */
export class ResultColumn {
  /** The SQL type, as DESCRIBE prints it. */
  readonly type: string;
  readonly #column: Column;
  readonly #arena: StringArena;
  readonly #declared: SqlType;

  /** @internal */
  constructor(column: Column, declared: SqlType, arena: StringArena) {
    this.#column = column;
    this.#arena = arena;
    this.#declared = declared;
    this.type = printType(declared);
  }

  /** Of BOOLEAN (0 and 1), the integers, FLOAT and DOUBLE: to be written to by row, without any check. */
  get values(): ValueArray {
    return this.#column.values;
  }

  /** Writes an exact value, or null. Throws MS2001, MS2003 and MS2004 where the type does not hold it. */
  set(row: number, value: unknown): void {
    const { type } = this.#column;
    if ((value === null || value === undefined) && !this.#declared.nullable) throw new DataError('MS2004', `null for ${this.type}`);
    descriptorOf(type).write(this.#column, row, ownValue(type, value), this.#arena);
  }

  /** Makes the result of a row NULL. Throws MS2004 where the declared type says NOT NULL. */
  setNull(row: number): void {
    this.set(row, null);
  }
}

/** What a vectorized function is called with: arguments, the results to write, and the indexes of the rows that count. */
export type VectorCode = (columns: readonly ArgumentColumn[], out: ResultColumn, rows: Int32Array) => void;

/** Makes a column ready to be written: no nulls, and nothing of an earlier batch. */
export function clearResult(column: Column): void {
  clearNulls(column);
  zero(column.values);
  zero(column.aux);
}

function zero(values: ValueArray): void {
  if (values instanceof BigInt64Array) values.fill(0n);
  else values.fill(0);
}

/** NULL for each row that has a NULL among the arguments; returns the other rows. */
export function skipNulls(args: readonly Column[], out: Column, rows: Int32Array, kept: Int32Array): Int32Array {
  const nullable = args.filter(({ hasNulls }) => hasNulls);
  if (nullable.length === 0) return rows;
  beginNulls(out);
  const outNulls = out.nulls;
  let count = 0;
  for (let n = 0; n < rows.length; n++) {
    const row = rows[n]!;
    if (nullable.some(({ nulls }) => nulls[row] === 1)) outNulls[row] = 1;
    else kept[count++] = row;
  }
  return kept.subarray(0, count);
}
