import type { StoredField } from '../data/stored-field.ts';
import { compile } from './compile.ts';
import type { CodegenContext } from './environment.ts';

/** A field by which rows of a store are ordered. */
export interface OrderField {
  readonly field: StoredField;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Compares the rows at two addresses: less than, equal to or more than 0. */
export type RowComparison = (a: number, b: number) => number;

/** Orders rows by fields, the first that differs counts. NaN is the largest number, -0.0 less than 0.0; texts go by their bytes. */
export function compileRowOrder(context: CodegenContext, fields: readonly OrderField[]): RowComparison {
  const lines = fields.flatMap(({ field, descending, nullsFirst }, k) => [
    ...nullLines(field, k),
    `  if (x${k} !== y${k}) return x${k} === ${nullsFirst} ? -1 : 1;`,
    `  if (!x${k}) {`,
    `    const c = ${comparison(field)};`,
    `    if (c !== 0) return ${descending ? '-c' : 'c'};`,
    '  }',
  ]);
  return build(context, 'compare_rows', [...lines, '  return 0;']);
}

/** 0 where the fields of two rows are equal, NULL being equal to NULL. */
export function compileRowEquality(context: CodegenContext, fields: readonly StoredField[]): RowComparison {
  const lines = fields.flatMap((field, k) => [
    ...nullLines(field, k),
    `  if (x${k} !== y${k} || (!x${k} && ${comparison(field)} !== 0)) return 1;`,
  ]);
  return build(context, 'rows_differ', [...lines, '  return 0;']);
}

function build(context: CodegenContext, name: string, lines: readonly string[]): RowComparison {
  const text = [
    'const { k, memory, floats, unsigned } = env;',
    `return function ${name}(a, b) {`,
    '  const { u8: U8, i8: I8, i16: I16, i32: I32, i64: I64, f32: F32, f64: F64 } = memory;',
    ...lines,
    '};',
  ].join('\n');
  const env = { k: context.kernels, memory: context.memory, floats: compareFloats, unsigned: compareUnsigned };
  return compile<RowComparison>({ name: `${context.name}.${name}`, text }, env);
}

function nullLines({ nullOffset, nullMask }: StoredField, k: number): string[] {
  const isNull = (row: string): string => `(U8[(${row} + ${nullOffset}) >>> 0] & ${nullMask}) !== 0`;
  return [`  const x${k} = ${isNull('a')};`, `  const y${k} = ${isNull('b')};`];
}

/** An expression of the order of a field of rows `a` and `b` that have one. */
function comparison({ storage, offset }: StoredField): string {
  const plain = (view: string, shift: number, at = offset): string => {
    const [x, y] = [`${view}[(a + ${at}) >>> ${shift}]`, `${view}[(b + ${at}) >>> ${shift}]`];
    return `(${x} < ${y} ? -1 : ${x} > ${y} ? 1 : 0)`;
  };
  switch (storage) {
    case 'i8':
      return plain('I8', 0);
    case 'i16':
      return plain('I16', 1);
    case 'i32':
      return plain('I32', 2);
    case 'f32':
      return `floats(F32[(a + ${offset}) >>> 2], F32[(b + ${offset}) >>> 2])`;
    case 'f64':
      return `floats(F64[(a + ${offset}) >>> 3], F64[(b + ${offset}) >>> 3])`;
    case 'i128':
      return `(${plain('I64', 3, offset + 8)} || unsigned(I64[(a + ${offset}) >>> 3], I64[(b + ${offset}) >>> 3]))`;
    case 'ts96':
      return `(${plain('I64', 3)} || ${plain('I32', 2, offset + 8)})`;
    case 'bytes': {
      const length = (row: string): string => `I32[(${row} + ${offset}) >>> 2]`;
      const address = (row: string): string => `(${length(row)} <= 12 ? ${row} + ${offset + 4} : I32[(${row} + ${offset + 8}) >>> 2])`;
      return `k.bytesCompare(${address('a')}, ${length('a')}, ${address('b')}, ${length('b')})`;
    }
    default:
      return plain('I64', 3);
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
