import type { Batch } from '../data/batch.ts';
import { BATCH_ROWS } from '../data/column.ts';
import type { StoredField } from '../data/stored-field.ts';
import type { Storage } from '../data/types/sql-type.ts';
import { compile } from './compile.ts';
import type { CodegenContext } from './environment.ts';

/** A field by which rows of a store are ordered. */
export interface OrderField {
  readonly field: StoredField;
  /** The field's column in a batch. */
  readonly column: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** A row of a store, by its address, or of the batch in hand, as `row index * 8 + 1`: addresses are multiples of 8. */
export type RowName = number;

export const batchRow = (index: number): RowName => (index << 3) | 1;
export const isBatchRow = (row: RowName): boolean => (row & 1) === 1;
export const batchIndex = (row: RowName): number => row >>> 3;

/** Compares two rows: less than, equal to or more than 0. */
export type RowComparison = (a: RowName, b: RowName) => number;

/** Compares rows of a store and of a batch, one with the other; `use` says of which, at each batch and when the memory has grown. */
export interface RowOrder {
  readonly compare: RowComparison;
  use(batch: Batch): void;
}

/** Orders rows by fields, the first that differs counts. NaN is the largest number, -0.0 less than 0.0; texts go by their bytes. */
export function compileRowOrder(context: CodegenContext, fields: readonly OrderField[]): RowOrder {
  const columns: Record<string, unknown> = {};
  const lines = fields.flatMap(({ field, descending, nullsFirst }, k) => [
    ...['a', 'b'].map((row) => `  const ${row}${k} = ${isNullOf(row, field, k)};`),
    `  if (a${k} !== b${k}) return a${k} === ${nullsFirst} ? -1 : 1;`,
    `  if (!a${k}) {`,
    `    const c = ${comparison((part) => [valueIn('a', field, k, part), valueIn('b', field, k, part)], field.storage)};`,
    `    if (c !== 0) return ${descending ? '-c' : 'c'};`,
    '  }',
  ]);
  const compare = build(context, 'compare_rows', [...lines, '  return 0;'], columns);
  const use = (batch: Batch): void => {
    for (const [k, { column }] of fields.entries()) {
      const { values, aux, nulls, hasNulls } = batch.columns[column]!;
      Object.assign(columns, { [`v${k}`]: values, [`x${k}`]: aux, [`n${k}`]: hasNulls ? nulls : NO_NULLS });
    }
  };
  return { compare, use };
}

/** A null map without nulls. */
const NO_NULLS = new Uint8Array(BATCH_ROWS);

const isNullOf = (row: string, { nullOffset, nullMask }: StoredField, k: number): string =>
  `((${row} & 1) === 0 ? (U8[(${row} + ${nullOffset}) >>> 0] & ${nullMask}) !== 0 : S.n${k}[${row} >>> 3] !== 0)`;

/** The value of a row, or its second part, from the store or from the batch. */
function valueIn(row: string, field: StoredField, k: number, part: 'value' | 'aux'): string {
  return `((${row} & 1) === 0 ? ${storedPart(row, field, part)} : S.${part === 'value' ? 'v' : 'x'}${k}[${row} >>> 3])`;
}

/** 0 where the fields of two stored rows are equal, NULL being equal to NULL. */
export function compileRowEquality(context: CodegenContext, fields: readonly StoredField[]): RowComparison {
  const lines = fields.flatMap((field, k) => {
    const isNull = (row: string): string => `(U8[(${row} + ${field.nullOffset}) >>> 0] & ${field.nullMask}) !== 0`;
    const differ = comparison((part) => [storedPart('a', field, part), storedPart('b', field, part)], field.storage);
    return [`  const a${k} = ${isNull('a')};`, `  if (a${k} !== (${isNull('b')}) || (!a${k} && ${differ} !== 0)) return 1;`];
  });
  return build(context, 'rows_differ', [...lines, '  return 0;'], {});
}

/** Whether a field of a stored row is NULL. */
export type FieldTest = (row: number) => boolean;

export const fieldIsNull =
  ({ memory }: CodegenContext, { nullOffset, nullMask }: StoredField): FieldTest =>
  (row) =>
    (memory.u8[(row + nullOffset) >>> 0]! & nullMask) !== 0;

/** Reads a field of a stored row that is an integer of any width, a decimal or a time, in its units (above microseconds in nanoseconds), and not NULL. */
export function integerField({ memory }: CodegenContext, { storage, offset }: StoredField): (row: number) => bigint {
  switch (storage) {
    case 'i8':
      return (row) => BigInt(memory.i8[(row + offset) >>> 0]!);
    case 'i16':
      return (row) => BigInt(memory.i16[(row + offset) >>> 1]!);
    case 'i32':
      return (row) => BigInt(memory.i32[(row + offset) >>> 2]!);
    case 'i128':
      return (row) => (memory.i64[(row + offset + 8) >>> 3]! << 64n) | BigInt.asUintN(64, memory.i64[(row + offset) >>> 3]!);
    case 'ts96':
      return (row) => memory.i64[(row + offset) >>> 3]! * 1_000_000n + BigInt(memory.i32[(row + offset + 8) >>> 2]!);
    default:
      return (row) => memory.i64[(row + offset) >>> 3]!;
  }
}

function build(context: CodegenContext, name: string, lines: readonly string[], columns: object): RowComparison {
  const text = [
    'const { k, memory, S, floats, unsigned } = env;',
    `return function ${name}(a, b) {`,
    '  const { u8: U8, i8: I8, i16: I16, i32: I32, i64: I64, f32: F32, f64: F64 } = memory;',
    ...lines,
    '};',
  ].join('\n');
  const env = { k: context.kernels, memory: context.memory, S: columns, floats: compareFloats, unsigned: compareUnsigned };
  return compile<RowComparison>({ name: `${context.name}.${name}`, text }, env);
}

/** Both rows' values, or their second parts, as code. */
type Pair = (part: 'value' | 'aux') => readonly [string, string];

/** An expression of the order of values that are not null. */
function comparison(pair: Pair, storage: Storage): string {
  const [x, y] = pair('value');
  const plain = (a: string, b: string): string => `(${a} < ${b} ? -1 : ${a} > ${b} ? 1 : 0)`;
  switch (storage) {
    case 'f32':
    case 'f64':
      return `floats(${x}, ${y})`;
    case 'i128':
      return `(${plain(...pair('aux'))} || unsigned(${x}, ${y}))`;
    case 'ts96':
      return `(${plain(x, y)} || ${plain(...pair('aux'))})`;
    case 'bytes': {
      const [xLength, yLength] = pair('aux');
      return `k.bytesCompare(${x}, ${xLength}, ${y}, ${yLength})`;
    }
    default:
      return plain(x, y);
  }
}

/** A field of a stored row as a column would have it: a text is its address and its length. */
function storedPart(row: string, { storage, offset }: StoredField, part: 'value' | 'aux'): string {
  const at = (view: string, shift: number, more = 0): string => `${view}[(${row} + ${offset + more}) >>> ${shift}]`;
  switch (storage) {
    case 'i8':
      return at('I8', 0);
    case 'i16':
      return at('I16', 1);
    case 'i32':
      return at('I32', 2);
    case 'f32':
      return at('F32', 2);
    case 'f64':
      return at('F64', 3);
    case 'i128':
      return at('I64', 3, part === 'value' ? 0 : 8);
    case 'ts96':
      return part === 'value' ? at('I64', 3) : at('I32', 2, 8);
    case 'bytes':
      return part === 'aux' ? at('I32', 2) : `(${at('I32', 2)} <= 12 ? ${row} + ${offset + 4} : ${at('I32', 2, 8)})`;
    default:
      return at('I64', 3);
  }
}

function compareFloats(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b) return a === 0 ? Math.sign(1 / a) - Math.sign(1 / b) : 0;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

function compareUnsigned(a: bigint, b: bigint): number {
  const [x, y] = [BigInt.asUintN(64, a), BigInt.asUintN(64, b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
