import { type SqlType, types } from '../../../data/types/sql-type.ts';
import { addMonths, MS_PER_DAY } from '../../../data/values/civil-date.ts';
import { type Code, code, type Emitter } from '../../code.ts';
import { doubleOfLong } from '../../long-number.ts';
import { define } from '../../plain-function.ts';
import type { Signature } from '../../scalar-function.ts';
import { symbolOf } from '../symbols.ts';
import { MONTHS_OF, MS_OF, plainUnit } from './interval-units.ts';
import { unitsPerMs } from './local-fields.ts';

const isKnown = (unit: string): boolean => unit === 'MICROSECOND' || unit in MONTHS_OF || unit in MS_OF;
/** Dates and timestamps go together; times, and times with a zone, only among themselves. */
const kindOf = ({ root }: SqlType): string => (root === 'TIMESTAMP' ? 'DATE' : root);

const sameKind: Signature = {
  text: '(UNIT, DATETIME, DATETIME)',
  resolve([unit, from, to, ...rest]) {
    if (unit === undefined || from === undefined || to === undefined || rest.length > 0) return undefined;
    if (typeof unit.literal !== 'string' || !isKnown(plainUnit(unit.literal))) return undefined;
    const [a, b] = [from.type.root === 'NULL' ? to.type : from.type, to.type.root === 'NULL' ? from.type : to.type];
    if (kindOf(a) !== kindOf(b) || !/^(?:DATE|TIME|TIMESTAMP|TIMESTAMP_LTZ)$/.test(a.root)) return undefined;
    return { args: [unit.type, { ...a, nullable: from.type.nullable }, { ...b, nullable: to.type.nullable }], returns: types.int() };
  },
};

/** JavaScript of a time's milliseconds since 1970-01-01 00:00:00, a number; finer digits are cut. */
function millisecondsOf(e: Emitter, time: Code): string {
  if (time.type.root === 'DATE') return e.bind('ms', `${time.value} * ${MS_PER_DAY}`);
  if (time.type.root === 'TIME') return time.value;
  const units = unitsPerMs(time);
  if (units === 1n) return doubleOfLong(e, time.value);
  return e.bind(
    'ms',
    `${e.helper('floorMs', (value: bigint) => Math.floor(Number(value - (((value % 1000n) + 1000n) % 1000n)) / 1000))}(${time.value})`,
  );
}

/**
 * Whole months from one time to another, by the calendar: 31 January to 29 February is a month. Where the days are whole months
 * apart, an earlier time of day takes one away, backwards too, as in Flink.
 */
export function monthsBetween(from: number, to: number): number {
  const [start, end] = [Math.floor(from / MS_PER_DAY), Math.floor(to / MS_PER_DAY)];
  const months = end < start ? -wholeMonths(end, start) : wholeMonths(start, end);
  const isShort = addMonths(start, months) === end && to - end * MS_PER_DAY < from - start * MS_PER_DAY;
  return isShort ? months - 1 : months;
}

/** Between days, the first of which comes first. No month has more than 31 days, so that the estimate is not too high. */
function wholeMonths(start: number, end: number): number {
  let months = Math.floor((end - start) / 31);
  while (addMonths(start, months) < end && addMonths(start, months + 1) <= end) months++;
  return months;
}

export const timestampdiff = define({
  name: 'TIMESTAMPDIFF',
  family: 'temporal',
  signatures: [sameKind],
  emit(e, [symbol, from, to], returns) {
    const unit = plainUnit(symbolOf(symbol));
    const [start, end] = [millisecondsOf(e, from!), millisecondsOf(e, to!)];
    const months = MONTHS_OF[unit];
    if (months !== undefined)
      return code(returns, e.bind('months', `Math.trunc(${e.helper('monthsBetween', monthsBetween)}(${start}, ${end}) / ${months}) | 0`));
    const difference = `${end} - (${start})`;
    if (unit === 'MICROSECOND') return code(returns, e.bind('difference', `Number(BigInt.asIntN(32, BigInt(${difference}) * 1000n))`));
    return code(returns, e.bind('difference', `Math.trunc((${difference}) / ${MS_OF[unit]}) | 0`));
  },
  flink: ([unit, from, to]) => `TIMESTAMPDIFF(${unit?.replaceAll("'", '')}, ${from}, ${to})`,
  doc: 'How many whole units lie between two dates or times; negative where the second comes first.',
  examples: [
    { sql: "TIMESTAMPDIFF(DAY, TIMESTAMP '2020-01-01 12:00:00', TIMESTAMP '2020-01-03 00:00:00')", result: '1' },
    { sql: "TIMESTAMPDIFF(DAY, TIMESTAMP '2020-01-03 00:00:00', TIMESTAMP '2020-01-01 12:00:00')", result: '-1' },
    { sql: "TIMESTAMPDIFF(MONTH, TIMESTAMP '2020-01-31 00:00:00', TIMESTAMP '2020-02-29 00:00:00')", result: '1' },
    { sql: "TIMESTAMPDIFF(MONTH, TIMESTAMP '2020-01-31 12:00:00', TIMESTAMP '2020-02-29 11:00:00')", result: '0' },
    { sql: "TIMESTAMPDIFF(MONTH, TIMESTAMP '2020-02-29 12:00:00', TIMESTAMP '2020-01-31 11:00:00')", result: '-1' },
    { sql: "TIMESTAMPDIFF(MONTH, TIMESTAMP '2020-01-31 12:00:00', TIMESTAMP '2020-04-30 12:00:00')", result: '3' },
    { sql: "TIMESTAMPDIFF(MONTH, TIMESTAMP '1999-01-01 12:00:00', TIMESTAMP '1970-01-01 00:00:00')", result: '-349' },
    { sql: "TIMESTAMPDIFF(YEAR, DATE '2020-03-14', DATE '2022-03-13')", result: '1' },
    { sql: "TIMESTAMPDIFF(QUARTER, DATE '2020-03-14', DATE '2022-03-13')", result: '7' },
    { sql: "TIMESTAMPDIFF(WEEK, DATE '2020-03-14', DATE '2022-03-13')", result: '104' },
    { sql: "TIMESTAMPDIFF(SECOND, TIMESTAMP '2020-01-01 12:00:00.9', TIMESTAMP '2020-01-01 12:00:01.1')", result: '0' },
    { sql: "TIMESTAMPDIFF(DAY, DATE '2020-01-01', TIMESTAMP '2020-01-03 00:00:00')", result: '2' },
    { sql: "TIMESTAMPDIFF(SECOND, TIMESTAMP '0001-01-01 12:00:00', TIMESTAMP '9999-01-01 12:00:01')", result: '1973748993' },
    { sql: "TIMESTAMPDIFF(MICROSECOND, TIMESTAMP '2020-01-01 00:00:01', TIMESTAMP '2020-01-01 00:00:02')", result: '1000000' },
    { sql: "TIMESTAMPDIFF(HOUR, TIME '10:00:00', TIME '08:30:00')", result: '-1' },
  ],
});
