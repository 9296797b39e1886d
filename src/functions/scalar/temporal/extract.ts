import { isInterval, types } from '../../../data/types/sql-type.ts';
import { type Code, code, type Emitter } from '../../code.ts';
import { define } from '../../plain-function.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { param, signature } from '../../signatures.ts';
import { symbolOf, symbolParameter } from '../symbols.ts';
import { dateParts } from './date-parts.ts';
import { localFields } from './local-fields.ts';

const DATE_UNITS = Object.keys(dateParts);
/** JavaScript of a part of a time of day, from the names of its milliseconds of the day and nanoseconds of the millisecond. */
const CLOCK_PARTS: Readonly<Record<string, (ms: string, nanos: () => string) => string>> = {
  HOUR: (ms) => `(${ms} / 3600000) | 0`,
  MINUTE: (ms) => `((${ms} / 60000) | 0) % 60`,
  SECOND: (ms) => `((${ms} / 1000) | 0) % 60`,
  MILLISECOND: (ms) => `${ms} % 1000`,
  MICROSECOND: (ms, nanos) => `(${ms} % 1000) * 1000 + ((${nanos()} / 1000) | 0)`,
  NANOSECOND: (ms, nanos) => `(${ms} % 1000) * 1000000 + ${nanos()}`,
};
const CLOCK_UNITS = Object.keys(CLOCK_PARTS);

/** Divisor and modulus of a part of an interval, in milliseconds or in months; parts keep the interval's sign. */
const INTERVAL_PARTS: Readonly<Record<string, readonly [divisor: number, modulus: number]>> = {
  YEAR: [12, 0],
  MONTH: [1, 12],
  DAY: [86_400_000, 0],
  HOUR: [3_600_000, 24],
  MINUTE: [60_000, 60],
  SECOND: [1000, 60],
  MILLISECOND: [1, 1000],
};

/** The code of one part of a date, a time or an interval, as BIGINT. */
export function emitExtract(e: Emitter, unit: string, time: Code, returns: Code['type']): Code {
  if (isInterval(time.type)) return code(returns, e.bind('part', intervalPart(unit, time)));
  const fields = localFields(e, time);
  const part = dateParts[unit];
  if (part !== undefined)
    return code(returns, e.bind(unit.toLowerCase(), `BigInt(${e.helper(`${unit.toLowerCase()}Of`, part)}(${fields.epochDay()}))`));
  if (unit === 'EPOCH') return code(returns, e.bind('epoch', `BigInt(${fields.epochDay()} * 86400 + ((${fields.msOfDay()} / 1000) | 0))`));
  return code(returns, e.bind(unit.toLowerCase(), `BigInt(${CLOCK_PARTS[unit]!(fields.msOfDay(), fields.nanoOfMs)})`));
}

function intervalPart(unit: string, interval: Code): string {
  const [divisor, modulus] = INTERVAL_PARTS[unit]!;
  const value = interval.type.root === 'INTERVAL_YEAR_MONTH' ? `BigInt(${interval.value})` : interval.value;
  return `${value} / ${divisor}n${modulus === 0 ? '' : ` % ${modulus}n`}`;
}

const ofDate = symbolParameter('UNIT', [...DATE_UNITS, ...CLOCK_UNITS, 'EPOCH']);
const monthUnits = symbolParameter('UNIT', ['YEAR', 'MONTH']);
const timeUnits = symbolParameter('UNIT', ['DAY', 'HOUR', 'MINUTE', 'SECOND', 'MILLISECOND']);
const dated = { text: 'DATETIME', accept: only((root) => root === 'DATE' || root.startsWith('TIMESTAMP')) };
const months = { text: 'INTERVAL', accept: only((root) => root === 'INTERVAL_YEAR_MONTH') };
const dayTime = { text: 'INTERVAL', accept: only((root) => root === 'INTERVAL_DAY_TIME') };

function only(test: (root: Code['type']['root']) => boolean) {
  return ({ type }: { readonly type: Code['type'] }) => (test(type.root) ? type : undefined);
}

export const extract = define({
  name: 'EXTRACT',
  family: 'temporal',
  signatures: [
    signature([ofDate, dated], types.bigint()),
    signature([symbolParameter('UNIT', CLOCK_UNITS), param.time], types.bigint()),
    signature([monthUnits, months], types.bigint()),
    signature([timeUnits, dayTime], types.bigint()),
  ],
  emit: (e, [unit, time], returns) => emitExtract(e, symbolOf(unit), time!, returns),
  flink: ([unit, time]) => `EXTRACT(${unit?.replaceAll("'", '')} FROM ${time})`,
  doc: 'A part of a date, a time or an interval: YEAR, QUARTER, MONTH, WEEK, DAY, DOW, DOY, HOUR, MINUTE, SECOND, MILLISECOND, EPOCH and more.',
  examples: [
    { sql: "EXTRACT(HOUR FROM TIMESTAMP '2020-01-02 03:04:05')", result: '3' },
    { sql: "EXTRACT(WEEK FROM DATE '2021-01-01')", result: '53' },
    { sql: "EXTRACT(ISOYEAR FROM DATE '2021-01-01')", result: '2020' },
    { sql: "EXTRACT(DOW FROM TIMESTAMP '2020-01-05 03:04:05.678')", result: '1' },
    { sql: "EXTRACT(ISODOW FROM TIMESTAMP '2020-01-05 03:04:05.678')", result: '7' },
    { sql: "EXTRACT(MICROSECOND FROM TIMESTAMP '2020-01-02 03:04:05.678')", result: '678000' },
    { sql: "EXTRACT(EPOCH FROM TIMESTAMP '2020-01-02 03:04:05')", result: '1577934245' },
    { sql: "EXTRACT(CENTURY FROM DATE '2000-05-05')", result: '20' },
    { sql: "EXTRACT(DAY FROM DATE '1969-05-05')", result: '5' },
    { sql: "EXTRACT(MILLISECOND FROM TIME '01:00:00.123')", result: '123' },
    { sql: "EXTRACT(HOUR FROM INTERVAL '1 02:03:04' DAY TO SECOND)", result: '2' },
    { sql: "EXTRACT(MONTH FROM INTERVAL '-3-5' YEAR TO MONTH)", result: '-5' },
  ],
});

/** YEAR(x) and its kin: EXTRACT under a name of its own. */
export function datePart(name: string, unit: string, doc: string, examples: ScalarFunction['examples']): ScalarFunction {
  const isClock = unit in CLOCK_PARTS;
  return define({
    name,
    family: 'temporal',
    signatures: [signature([isClock ? param.datetime : dated], types.bigint())],
    emit: (e, [time], returns) => emitExtract(e, unit, time!, returns),
    doc,
    examples,
  });
}
