import { isInterval, isTimestamp, type SqlType, withoutTimeAttribute } from '../../../data/types/sql-type.ts';
import { timestampUnitsPerSecond } from '../../../data/types/storage.ts';
import { addMonths } from '../../../data/values/civil-date.ts';
import { type Code, code, type Emitter } from '../../code.ts';
import { intOfLong } from '../../long-number.ts';
import type { Signature } from '../../scalar-function.ts';

const isPoint = (type: SqlType): boolean => type.root === 'DATE' || type.root === 'TIME' || isTimestamp(type);

/** `time + interval`, and where `flipped` is allowed `interval + time`. The result has the time's type. */
export function timeAndInterval(flipped: boolean): Signature {
  return {
    text: '(DATETIME, INTERVAL)',
    resolve(args) {
      const [left, right] = args.map(({ type }) => type);
      if (args.length !== 2 || left === undefined || right === undefined) return undefined;
      const [time, interval] = flipped && isInterval(left) ? [right, left] : [left, right];
      if (!isPoint(time) || !isInterval(interval)) return undefined;
      return { args: [left, right], returns: withoutTimeAttribute(time) };
    },
  };
}

/** Adds (sign 1) or takes away (sign -1) an interval: months by the calendar, cut to the month's last day; days and time exactly. */
export function addInterval(e: Emitter, time: Code, interval: Code, sign: 1 | -1, returns: SqlType): Code {
  if (interval.type.root === 'INTERVAL_YEAR_MONTH') return addMonthsCode(e, time, interval, sign, returns);
  const operator = sign === 1 ? '+' : '-';
  switch (time.type.root) {
    case 'DATE':
      return code(returns, e.bind('date', `${time.value} ${operator} ${intOfLong(e, `${interval.value} / 86400000n`)}`));
    case 'TIME': {
      const day = 86_400_000;
      const step = intOfLong(e, `${interval.value} % ${day}n`);
      const sum = e.bind('time_of_day', `(${time.value} ${operator} ${step}) % ${day}`);
      return code(returns, `(${sum} < 0 ? ${sum} + ${day} : ${sum})`);
    }
    default: {
      const units = 'precision' in time.type && time.type.precision <= 6 ? timestampUnitsPerSecond(time.type.precision) / 1000 : 1;
      const step = units === 1 ? interval.value : `${interval.value} * ${units}n`;
      return { type: returns, value: e.bind('time', `BigInt.asIntN(64, ${time.value} ${operator} ${step})`), aux: time.aux, isNull: null };
    }
  }
}

/** Months are added to the local date; the time of the day stays. */
function addMonthsCode(e: Emitter, time: Code, interval: Code, sign: 1 | -1, returns: SqlType): Code {
  const add = e.helper('addMonths', addMonths);
  const months = sign === 1 ? interval.value : `-${interval.value}`;
  if (time.type.root === 'DATE') return code(returns, e.bind('date', `${add}(${time.value}, ${months})`));
  if (time.type.root === 'TIME') return { ...time, type: returns };
  const perDay =
    86_400n * BigInt('precision' in time.type && time.type.precision <= 6 ? timestampUnitsPerSecond(time.type.precision) : 1000);
  const floorDay = e.helper('floorDay', (value: bigint) => Number((value - (((value % perDay) + perDay) % perDay)) / perDay));
  const day = e.bind('day', `${floorDay}(${time.value})`);
  const moved = e.bind('time', `BigInt.asIntN(64, ${time.value} + BigInt(${add}(${day}, ${months}) - ${day}) * ${perDay}n)`);
  return { type: returns, value: moved, aux: time.aux, isNull: null };
}

/** Both sides intervals of the same kind. */
export const intervals: Signature = {
  text: '(INTERVAL, INTERVAL)',
  resolve(args) {
    const [left, right] = args.map(({ type }) => type);
    if (args.length !== 2 || left === undefined || right === undefined) return undefined;
    return isInterval(left) && left.root === right.root ? { args: [left, right], returns: left } : undefined;
  },
};
