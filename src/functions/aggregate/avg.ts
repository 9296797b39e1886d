import { avgType } from '../../data/types/arithmetic.ts';
import { isNumeric, type SqlType, withNullable } from '../../data/types/sql-type.ts';
import { storageOf } from '../../data/types/storage.ts';
import type { AggregateFunction, Slot } from '../aggregate-function.ts';
import { type Code, code, type Emitter } from '../code.ts';
import { fromWide, isDecimal } from '../scalar/arithmetic/wide.ts';
import { addToTotal, addTotals, totalSlot } from './total.ts';

const LIMIT = 10n ** 38n;

/**
 * Divides an unscaled total by a count into a scale larger by `shift`, rounding half away from zero. What a total of more than 38 digits
 * comes to is out of range, too.
 */
function meanBy(shift: number): (total: bigint, count: bigint) => bigint {
  const factor = 10n ** BigInt(shift);
  return (total, count) => {
    if (total >= LIMIT || total <= -LIMIT) return LIMIT;
    const doubled = 2n * total * factor;
    return (doubled + (doubled < 0n ? -count : count)) / (2n * count);
  };
}

function meanValue(e: Emitter, [total, n]: readonly Slot[], returns: SqlType, argument: SqlType): Code {
  const isNull = e.bind('avg_null', `${n!.value} === 0n`);
  if (isDecimal(returns) && isDecimal(argument)) {
    const mean = e.helper('mean', meanBy(returns.scale - argument.scale));
    const wide = fromWide(
      e,
      'avg',
      `${isNull} ? 0n : ${mean}((${total!.aux} << 64n) | BigInt.asUintN(64, ${total!.value}), ${n!.value})`,
      returns,
      true,
    );
    return { ...wide, isNull: `(${isNull} || ${wide.isNull})` };
  }
  if (total!.kind === 'f64') return code(returns, e.bind('avg', `${total!.value} / Number(${n!.value})`), isNull);
  const long = e.bind('avg', `${isNull} ? 0n : BigInt.asIntN(64, ${total!.value} / ${n!.value})`);
  if (storageOf(returns) === 'i64') return code(returns, long, isNull);
  return code(
    returns,
    returns.root === 'DOUBLE' || returns.root === 'FLOAT' ? `Number(${long})` : `Number(BigInt.asIntN(32, ${long}))`,
    isNull,
  );
}

export const avg: AggregateFunction = {
  name: 'AVG',
  result: (argument) => (argument !== undefined && isNumeric(argument) ? withNullable(avgType(argument), true) : undefined),
  slots: (argument) => [totalSlot(argument!), 'i64'],
  accumulate(e, [total, n], argument) {
    addToTotal(e, total!, wide(argument!), '+');
    e.line(`${n!.value} += 1n;`);
  },
  retract(e, [total, n], argument) {
    addToTotal(e, total!, wide(argument!), '-');
    e.line(`${n!.value} -= 1n;`);
  },
  merge(e, [total, n], [otherTotal, otherN]) {
    addTotals(e, total!, otherTotal!);
    e.line(`${n!.value} += ${otherN!.value};`);
  },
  value: (e, slots, returns, argument) => meanValue(e, slots, returns, argument!),
  flink: 'AVG',
  doc: 'The mean of the values that are not null; NULL when there is none. Of integers it is the same integer type, cut towards zero.',
  examples: [
    { sql: 'SELECT AVG(x) FROM (VALUES (1), (2)) AS t(x)', result: '1' },
    { sql: 'SELECT AVG(x) FROM (VALUES (1e0), (2e0)) AS t(x)', result: '1.5' },
  ],
};

/** A FLOAT is averaged in double precision. */
const wide = (argument: Code): Code =>
  argument.type.root === 'FLOAT' ? { ...argument, type: { root: 'DOUBLE', nullable: false } } : argument;
