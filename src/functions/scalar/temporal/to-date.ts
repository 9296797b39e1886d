import { types } from '../../../data/types/sql-type.ts';
import { daysInMonth, epochDayOf, MAX_EPOCH_DAY, MIN_EPOCH_DAY, MS_PER_DAY } from '../../../data/values/civil-date.ts';
import { LocalDate } from '../../../data/values/local-date.ts';
import { badValue } from '../../bad-argument.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { keepLast } from './keep-last.ts';
import { parseLenient } from './parse-lenient.ts';

const parserOf = keepLast((pattern: string) => parseLenient(pattern, badValue));
/** A year, or a year and a month, are dates, too; a time of day is left out. */
const PLAIN = /^\s*(\d{1,4})(?:-(\d{1,2})(?:-(\d{1,2})(?: .*)?)?)?\s*$/;

function plainDay(text: string): number | undefined {
  const match = PLAIN.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month) ? epochDayOf(year, month, day) : undefined;
}

function dayOfText(text: string, pattern?: string): number | undefined {
  if (pattern === undefined) return plainDay(text);
  const ms = parserOf(pattern)(text);
  return ms === undefined ? undefined : Math.floor(ms / MS_PER_DAY);
}

export const toDate = plainFunction({
  name: 'TO_DATE',
  family: 'temporal',
  signatures: [signature([param.text, param.text], types.date(), { optional: 1 })],
  nullable: true,
  call: (text: string, pattern?: string) => {
    const day = dayOfText(text, pattern);
    return day === undefined || day < MIN_EPOCH_DAY || day > MAX_EPOCH_DAY ? null : new LocalDate(day);
  },
  doc: "A date from a text, by default yyyy-MM-dd, else by a pattern of Java's SimpleDateFormat, which lets numbers out of range roll on. NULL for what is none.",
  examples: [
    { sql: "TO_DATE('2020-01-02')", result: '2020-01-02' },
    { sql: "TO_DATE('2020-1-2')", result: '2020-01-02' },
    { sql: "TO_DATE('2020-05')", result: '2020-05-01' },
    { sql: "TO_DATE('2020-01-02 03:04:05')", result: '2020-01-02' },
    { sql: "TO_DATE('2020-02-30')", result: null },
    { sql: "TO_DATE('bad')", result: null },
    { sql: "TO_DATE('20200102', 'yyyyMMdd')", result: '2020-01-02' },
    { sql: "TO_DATE('2020-02-30', 'yyyy-MM-dd')", result: '2020-03-01' },
    { sql: "TO_DATE('Jan 02 2020', 'MMM dd yyyy')", result: '2020-01-02' },
  ],
});
