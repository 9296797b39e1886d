import { types } from '../../../data/types/sql-type.ts';
import { MS_PER_DAY } from '../../../data/values/civil-date.ts';
import { localOfInstant } from '../../../data/values/time-zone.ts';
import { badConstant, badValue } from '../../bad-argument.ts';
import { callPlain, define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { compileDateFormat, momentOf } from './format-date.ts';
import { keepLast } from './keep-last.ts';

const formatOf = keepLast((pattern: string) => compileDateFormat(pattern, 'SimpleDateFormat', badValue));

/** Beyond this many milliseconds from 1970 JavaScript knows no time zones. */
const MAX_MS = 8.64e15;

function formatSeconds(seconds: bigint, timeZone: string, pattern = 'yyyy-MM-dd HH:mm:ss'): string | null {
  const ms = Number(BigInt.asIntN(64, seconds * 1000n));
  if (Math.abs(ms) > MAX_MS) return null;
  const local = localOfInstant(ms, timeZone);
  const day = Math.floor(local / MS_PER_DAY);
  return formatOf(pattern).format(momentOf(day, local - day * MS_PER_DAY, 0));
}

export const fromUnixtime = define({
  name: 'FROM_UNIXTIME',
  family: 'temporal',
  signatures: [signature([param.bigint, param.text], types.string(), { optional: 1 })],
  nullable: true,
  emit(e, args, returns) {
    const { timeZone } = e;
    const pattern = args[1]?.constant;
    if (typeof pattern === 'string') compileDateFormat(pattern, 'SimpleDateFormat', badConstant);
    return callPlain(
      e,
      'FROM_UNIXTIME',
      (seconds: bigint, format?: string) => formatSeconds(seconds, timeZone, format),
      args,
      returns,
      true,
    );
  },
  doc: "Seconds since 1970 as text in the session's time zone, by a pattern of Java's SimpleDateFormat (by default yyyy-MM-dd HH:mm:ss).",
  examples: [
    { sql: 'FROM_UNIXTIME(0)', result: '1970-01-01 00:00:00' },
    { sql: 'FROM_UNIXTIME(-1)', result: '1969-12-31 23:59:59' },
    { sql: "FROM_UNIXTIME(0, 'yyyy/MM/dd')", result: '1970/01/01' },
    { sql: "FROM_UNIXTIME(44, '')", result: '' },
    { sql: 'FROM_UNIXTIME(253402300800)', result: '10000-01-01 00:00:00' },
  ],
});
