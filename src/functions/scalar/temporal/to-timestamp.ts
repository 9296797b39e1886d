import { types } from '../../../data/types/sql-type.ts';
import { Timestamp } from '../../../data/values/timestamp.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { keepLast } from './keep-last.ts';
import { parseDefault, parseStrict, type StrictParser } from './parse-strict.ts';

class BadPattern extends Error {}

const refuse = (message: string): never => {
  throw new BadPattern(message);
};

/** A pattern that Java refuses reads nothing, as in Flink. */
const parserOf = keepLast((pattern: string): StrictParser => {
  try {
    return parseStrict(pattern, refuse);
  } catch (error) {
    if (error instanceof BadPattern) return () => undefined;
    throw error;
  }
});

/** Local milliseconds of a text by a pattern; what does not fit is tried without the pattern, as in Flink. */
export function localTimeOf(text: string, pattern?: string): number | undefined {
  const byPattern = pattern === undefined ? undefined : parserOf(pattern)(text);
  return byPattern ?? parseDefault(text);
}

export const toTimestamp = plainFunction({
  name: 'TO_TIMESTAMP',
  family: 'temporal',
  signatures: [signature([param.text, param.text], types.timestamp(3), { optional: 1 })],
  nullable: true,
  call: (text: string, pattern?: string) => {
    const ms = localTimeOf(text, pattern);
    return ms === undefined ? null : Timestamp.ofEpochMs(ms);
  },
  doc: "A TIMESTAMP(3) from a text by a pattern of Java's DateTimeFormatter, by default yyyy-MM-dd HH:mm:ss. NULL for what is none.",
  examples: [
    { sql: "TO_TIMESTAMP('2020-01-02 03:04:05')", result: '2020-01-02 03:04:05.000' },
    { sql: "TO_TIMESTAMP('2020-1-2 3:4:5.123456')", result: '2020-01-02 03:04:05.123' },
    { sql: "TO_TIMESTAMP('2020-01-02')", result: '2020-01-02 00:00:00.000' },
    { sql: "TO_TIMESTAMP('2020-02-30 03:04:05')", result: '2020-02-29 03:04:05.000' },
    { sql: "TO_TIMESTAMP('2020-01-02 24:00:00')", result: '2020-01-03 00:00:00.000' },
    { sql: "TO_TIMESTAMP('2020-13-02 03:04:05')", result: null },
    { sql: "TO_TIMESTAMP('2020-01-02T03:04:05')", result: null },
    { sql: "TO_TIMESTAMP('20200102', 'yyyyMMdd')", result: '2020-01-02 00:00:00.000' },
    { sql: "TO_TIMESTAMP('2020/01/02 03', 'yyyy/MM/dd HH')", result: '2020-01-02 03:00:00.000' },
    { sql: "TO_TIMESTAMP('Jan 2 2020', 'MMM d yyyy')", result: '2020-01-02 00:00:00.000' },
    { sql: "TO_TIMESTAMP('2020-01-02 12:04:05 AM', 'yyyy-MM-dd hh:mm:ss a')", result: '2020-01-02 00:04:05.000' },
    { sql: "TO_TIMESTAMP('2020-001', 'yyyy-DDD')", result: '2020-01-01 00:00:00.000' },
    { sql: "TO_TIMESTAMP('20-1-2', 'yy-M-d')", result: '2020-01-02 00:00:00.000' },
    { sql: "TO_TIMESTAMP('2020-01-02T03:04:05+02:00', 'yyyy-MM-dd''T''HH:mm:ssXXX')", result: '2020-01-02 03:04:05.000' },
    { sql: "TO_TIMESTAMP('2020-jan-01', 'yyyy-MMM-dd')", result: null },
    { sql: "TO_TIMESTAMP('2020-01-02 x', 'yyyy-MM-dd')", result: null },
  ],
});
