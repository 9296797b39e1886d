import { isInteger, type SqlType } from '../../data/types/sql-type.ts';
import { storageOf } from '../../data/types/storage.ts';
import type { Slot, SlotKind } from '../aggregate-function.ts';
import type { Code, Emitter } from '../code.ts';

/** The slot a running total of values of a type needs: 64-bit wrapping integers, doubles, or 128-bit decimals. */
export function totalSlot(type: SqlType): SlotKind {
  if (isInteger(type) || type.root === 'INTERVAL_DAY_TIME' || type.root === 'INTERVAL_YEAR_MONTH') return 'i64';
  return type.root === 'DECIMAL' ? 'i128' : 'f64';
}

/** Adds a value to a total, or takes it away. */
export function addToTotal(e: Emitter, total: Slot, value: Code, sign: '+' | '-'): void {
  switch (total.kind) {
    case 'i64': {
      const long = storageOf(value.type) === 'i64' ? value.value : `BigInt(${value.value})`;
      return e.line(`${total.value} = BigInt.asIntN(64, ${total.value} ${sign} ${long});`);
    }
    case 'i128':
      return addWide(e, total, value.value, storageOf(value.type) === 'i64' ? `(${value.value} >> 63n)` : value.aux, sign);
    default: {
      const sum = `${total.value} ${sign} ${value.value}`;
      return e.line(`${total.value} = ${value.type.root === 'FLOAT' ? `Math.fround(${sum})` : sum};`);
    }
  }
}

/** Adds one total to another of the same kind. */
export function addTotals(e: Emitter, total: Slot, other: Slot): void {
  if (total.kind === 'i128') {
    addWide(e, total, other.value, other.aux, '+');
    e.line(`if (${other.aux} === ${OVERFLOWN}) ${total.aux} = ${OVERFLOWN};`);
  } else if (total.kind === 'i64') e.line(`${total.value} = BigInt.asIntN(64, ${total.value} + ${other.value});`);
  else e.line(`${total.value} += ${other.value};`);
}

/** High half of a total that has left 128 bits: it stays so. No decimal of 38 digits comes near it. */
const OVERFLOWN = '-9223372036854775808n';

/** 128-bit addition in two 64-bit halves: the low half has overflowed where, unsigned, it came out smaller than it was. */
function addWide(e: Emitter, total: Slot, low: string, high: string, sign: '+' | '-'): void {
  const before = e.bind('low', total.value);
  const after = e.bind('low_sum', `BigInt.asIntN(64, ${before} ${sign} ${low})`);
  const unsigned = (text: string) => `BigInt.asUintN(64, ${text})`;
  const carry = sign === '+' ? `${unsigned(after)} < ${unsigned(before)}` : `${unsigned(before)} < ${unsigned(low)}`;
  const highBefore = e.bind('high', total.aux);
  const highAfter = e.bind('high_sum', `BigInt.asIntN(64, ${highBefore} ${sign} ${high} ${sign} (${carry} ? 1n : 0n))`);
  // Only a sum of numbers with one sign can leave 128 bits, and it changes its sign then.
  const sameSign = `(${highBefore} < 0n) ${sign === '+' ? '===' : '!=='} (${high} < 0n)`;
  const leaves = `(${highBefore} < 0n) !== (${highAfter} < 0n) && ${sameSign} || ${highBefore} === ${OVERFLOWN}`;
  e.line(`${total.value} = ${after};`);
  e.line(`${total.aux} = ${leaves} ? ${OVERFLOWN} : ${highAfter};`);
}
