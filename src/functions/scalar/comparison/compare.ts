import type { Column } from '../../../data/column.ts';
import { commonType } from '../../../data/types/arithmetic.ts';
import { descriptorOf } from '../../../data/types/descriptors.ts';
import { isBinary, isNumeric, isText, type SqlType, types } from '../../../data/types/sql-type.ts';
import { isNestedStorage, storageOf } from '../../../data/types/storage.ts';
import { type Code, code, type Emitter } from '../../code.ts';
import type { ScalarFunction, Signature } from '../../scalar-function.ts';

/** Both sides are cast to the least type that holds both; text compares by its UTF-8 bytes, as in Flink. */
const comparableBy = (typeOf: typeof comparisonType): Signature => ({
  text: '(ANY, ANY)',
  resolve([left, right, ...rest]) {
    if (left === undefined || right === undefined || rest.length > 0) return undefined;
    const common = typeOf(left.type, right.type);
    if (common === undefined) return undefined;
    const to = (type: SqlType): SqlType => ({ ...common, nullable: type.nullable });
    return { args: [to(left.type), to(right.type)], returns: types.boolean() };
  },
});

/** Numbers compare with text as numbers (Flink casts the text), times with text as times; otherwise the common type. */
export function comparisonType(left: SqlType, right: SqlType): SqlType | undefined {
  if (left.root === 'NULL') return right.root === 'ROW' ? undefined : right;
  if (right.root === 'NULL') return left.root === 'ROW' ? undefined : left;
  const common = commonType(left, right);
  if (common !== undefined) return common;
  if (isText(left) && !isText(right)) return textWith(right);
  if (isText(right)) return textWith(left);
  return undefined;
}

/** As comparisonType, but FLOAT and DOUBLE are compared as DOUBLE: `<` and its kin, and IS DISTINCT FROM. `=` compares as the left side. */
export function orderType(left: SqlType, right: SqlType): SqlType | undefined {
  const isMixed = (left.root === 'FLOAT' && right.root === 'DOUBLE') || (left.root === 'DOUBLE' && right.root === 'FLOAT');
  return isMixed ? types.double() : comparisonType(left, right);
}

/** Rows, arrays and maps are equal or not, but none comes before another. */
function orderedType(left: SqlType, right: SqlType): SqlType | undefined {
  const common = orderType(left, right);
  return common === undefined || isNestedStorage(storageOf(common)) ? undefined : common;
}

function textWith(other: SqlType): SqlType | undefined {
  if (isNumeric(other)) return other.root === 'DECIMAL' || other.root === 'FLOAT' ? types.double() : other;
  if (isBinary(other) || other.root === 'ROW' || other.root === 'ARRAY' || other.root === 'MAP') return undefined;
  return other;
}

type Sign = '=' | '<>' | '<' | '<=' | '>' | '>=';
const JS_SIGN: Record<Sign, string> = { '=': '===', '<>': '!==', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };

/** JavaScript of a comparison of two codes of the same type that are not null. */
export function compareCode(e: Emitter, sign: Sign, left: Code, right: Code): string {
  const js = JS_SIGN[sign];
  switch (storageOf(left.type)) {
    case 'bytes':
      if (sign === '=' || sign === '<>') {
        return sign === '=' ? `(${equalBytes(e, left, right)})` : `!(${equalBytes(e, left, right)})`;
      }
      return `(${e.kernels}.bytesCompare(${left.value}, ${left.aux}, ${right.value}, ${right.aux}) ${js} 0)`;
    case 'row':
    case 'array':
    case 'map':
      return `${sign === '<>' ? '!' : ''}${e.helper('equal', nestedEquality(left.type))}(${left.value}, ${left.aux}, ${right.value}, ${right.aux})`;
    case 'i128':
      return wideCompare(sign, left, right, (x) => `BigInt.asUintN(64, ${x})`, true);
    case 'ts96':
      return wideCompare(sign, left, right, (x) => x, false);
    default:
      return `(${left.value} ${js} ${right.value})`;
  }
}

const nestedEquality = (type: SqlType): ((a: Column, aRow: number, b: Column, bRow: number) => boolean) => {
  const descriptor = descriptorOf(type);
  return (a, aRow, b, bRow) => descriptor.equals(a, aRow, b, bRow);
};

/** JavaScript that is true where two texts have the same bytes. Against a constant most differ in length: that needs no call. */
export function equalBytes(e: Pick<Emitter, 'kernels'>, left: Code, right: Code): string {
  const call = `${e.kernels}.bytesEqual(${left.value}, ${left.aux}, ${right.value}, ${right.aux}) !== 0`;
  return left.constant === undefined && right.constant === undefined ? call : `${left.aux} === ${right.aux} && ${call}`;
}

/** Two-part values: the first part that differs decides. An i128 has its high half in aux, a ts96 its low one. */
function wideCompare(sign: Sign, left: Code, right: Code, low: (x: string) => string, highInAux: boolean): string {
  const [lh, ll] = highInAux ? [left.aux, low(left.value)] : [left.value, left.aux];
  const [rh, rl] = highInAux ? [right.aux, low(right.value)] : [right.value, right.aux];
  if (sign === '=') return `(${left.value} === ${right.value} && ${left.aux} === ${right.aux})`;
  if (sign === '<>') return `(${left.value} !== ${right.value} || ${left.aux} !== ${right.aux})`;
  return `(${lh} === ${rh} ? ${ll} ${JS_SIGN[sign]} ${rl} : ${lh} ${JS_SIGN[sign]} ${rh})`;
}

/** One of the six comparison operators. */
export function comparison(sign: Sign, doc: string, examples: ScalarFunction['examples']): ScalarFunction {
  return {
    name: sign,
    family: 'comparison',
    signatures: [comparableBy(sign === '=' || sign === '<>' ? comparisonType : orderedType)],
    nulls: 'propagate',
    bareNull: true,
    nested: true,
    total: ([left]) => storageOf(left!.type) !== 'bytes' && !isNestedStorage(storageOf(left!.type)),
    emit: (e, [left, right], returns) => code(returns, compareCode(e, sign, left!, right!)),
    flink: ([left, right]) => `(${left} ${sign} ${right})`,
    doc,
    examples,
  };
}
