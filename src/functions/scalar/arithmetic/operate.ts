import { isInteger, type SqlType } from '../../../data/types/sql-type.ts';
import { type Code, code, type Emitter } from '../../code.ts';

const BITS: Partial<Record<SqlType['root'], number>> = { TINYINT: 8, SMALLINT: 16, INT: 32 };

/** JavaScript of `left sign right` on two numbers of the type `type`, wrapping integers as Java (and so Flink) does. */
export function wrap(type: SqlType, expression: string): string {
  if (type.root === 'BIGINT') return `BigInt.asIntN(64, ${expression})`;
  const bits = BITS[type.root];
  if (bits === 32) return `(${expression}) | 0`;
  if (bits !== undefined) return `((${expression}) << ${32 - bits}) >> ${32 - bits}`;
  return type.root === 'FLOAT' ? `Math.fround(${expression})` : expression;
}

/** The code of an operator that JavaScript has, on integers or floating-point numbers. */
export function plainOperator(e: Emitter, hint: string, sign: string, left: Code, right: Code, type: SqlType): Code {
  const product = sign === '*' && type.root === 'INT' ? `Math.imul(${left.value}, ${right.value})` : `${left.value} ${sign} ${right.value}`;
  const isExactInt = sign === '*' && type.root === 'INT';
  return code(type, e.bind(hint, isExactInt ? product : wrap(type, product)));
}

export const isPlain = (type: SqlType): boolean => isInteger(type) || type.root === 'FLOAT' || type.root === 'DOUBLE';
