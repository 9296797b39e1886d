import { sumType } from '../../data/types/arithmetic.ts';
import { isNumeric, type SqlType, withNullable } from '../../data/types/sql-type.ts';
import { storageOf } from '../../data/types/storage.ts';
import type { AggregateFunction, Slot } from '../aggregate-function.ts';
import { type Code, code, type Emitter } from '../code.ts';
import { fromWide, isDecimal } from '../scalar/arithmetic/wide.ts';
import { addToTotal, addTotals, totalSlot } from './total.ts';

/** The total as a value of the result type; NULL where no value came. A decimal beyond 38 digits is NULL. */
function totalValue(e: Emitter, [total, count]: readonly Slot[], returns: SqlType): Code {
  const isNull = e.bind('sum_null', isZero(count!));
  if (isDecimal(returns)) {
    const wide = fromWide(e, 'sum', `(${total!.aux} << 64n) | BigInt.asUintN(64, ${total!.value})`, returns, true);
    return { ...wide, isNull: `(${isNull} || ${wide.isNull})` };
  }
  if (storageOf(returns) === 'i64') return code(returns, total!.value, isNull);
  const bits = { TINYINT: 8, SMALLINT: 16, INT: 32 }[returns.root as 'INT'];
  return code(returns, bits === undefined ? total!.value : `Number(BigInt.asIntN(${bits}, ${total!.value}))`, isNull);
}

/** A total of nothing but -0.0 is -0.0: it starts with the first value, not with 0. */
function keepSign(e: Emitter, total: Slot, count: Slot, first: string): void {
  e.line(`if (${isZero(count)} && Object.is(${first}, -0)) ${total.value} = -0;`);
}

const isZero = (count: Slot): string => `${count.value} === ${count.kind === 'i8' ? '0' : '0n'}`;

export const sum: AggregateFunction = {
  name: 'SUM',
  result: (argument) => (argument !== undefined && isNumeric(argument) ? withNullable(sumType(argument), true) : undefined),
  slots: (argument, retracts) => [totalSlot(argument!), retracts ? 'i64' : 'i8'],
  accumulate(e, [total, n], argument) {
    if (total!.kind === 'f64') keepSign(e, total!, n!, argument!.value);
    addToTotal(e, total!, argument!, '+');
    e.line(n!.kind === 'i8' ? `${n!.value} = 1;` : `${n!.value} += 1n;`);
  },
  retract(e, [total, n], argument) {
    addToTotal(e, total!, argument!, '-');
    e.line(`${n!.value} -= 1n;`);
  },
  merge(e, [total, n], [otherTotal, otherN]) {
    if (total!.kind === 'f64') keepSign(e, total!, n!, otherTotal!.value);
    addTotals(e, total!, otherTotal!);
    e.line(`${n!.value} ${n!.kind === 'i8' ? '|=' : '+='} ${otherN!.value};`);
  },
  value: (e, slots, returns) => totalValue(e, slots, returns),
  flink: 'SUM',
  doc: 'The total of the values that are not null; NULL when there is none. Integers keep their type and wrap around, a DECIMAL gets 38 digits.',
  examples: [
    { sql: 'SELECT SUM(x) FROM (VALUES (1), (2)) AS t(x)', result: '3' },
    { sql: 'SELECT SUM(x) FROM (VALUES (1.50), (2.25)) AS t(x)', result: '3.75' },
  ],
};
