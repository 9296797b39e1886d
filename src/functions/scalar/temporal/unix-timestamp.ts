import { types } from '../../../data/types/sql-type.ts';
import { badConstant, badValue } from '../../bad-argument.ts';
import { code, type Emitter } from '../../code.ts';
import { callPlain, define } from '../../plain-function.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { param, signature } from '../../signatures.ts';
import { keepLast } from './keep-last.ts';
import { instantNow } from './now.ts';
import { parseLenient } from './parse-lenient.ts';

const parserOf = keepLast((pattern: string) => parseLenient(pattern, badValue));
/** What Flink gives for a text that is no time. */
const NO_TIME = -(2n ** 63n);

/** Seconds since 1970 of a text in a zone, rounded down. */
function secondsOf(text: string, pattern: string, timeZone: string): bigint {
  const ms = parserOf(pattern)(text, timeZone);
  return ms === undefined ? NO_TIME : BigInt(Math.trunc(ms / 1000));
}

function emitOfText(e: Emitter, args: Parameters<ScalarFunction['emit']>[1], returns: Parameters<ScalarFunction['emit']>[2]) {
  const { timeZone } = e;
  const pattern = args[1]?.constant;
  if (typeof pattern === 'string') parseLenient(pattern, badConstant);
  return callPlain(
    e,
    'UNIX_TIMESTAMP',
    (text: string, format = 'yyyy-MM-dd HH:mm:ss') => secondsOf(text, format, timeZone),
    args,
    returns,
    false,
  );
}

export const unixTimestamp = define({
  name: 'UNIX_TIMESTAMP',
  family: 'temporal',
  signatures: [signature([], types.bigint()), signature([param.text, param.text], types.bigint(), { optional: 1 })],
  deterministic: false,
  emit(e, args, returns) {
    if (args.length > 0) return emitOfText(e, args, returns);
    return code(returns, e.once('seconds', `BigInt(Math.floor(${instantNow(e)} / 1000))`));
  },
  doc: "Seconds since 1970: now, or of a text in the session's time zone, by a pattern of Java's SimpleDateFormat (by default yyyy-MM-dd HH:mm:ss). The least BIGINT for what is none.",
  examples: [
    { sql: "UNIX_TIMESTAMP('1970-01-01 00:00:10')", result: '10' },
    { sql: "UNIX_TIMESTAMP('1970-01-01 00:00:10.9')", result: '10' },
    { sql: "UNIX_TIMESTAMP('1970/01/01 01', 'yyyy/MM/dd HH')", result: '3600' },
    { sql: "UNIX_TIMESTAMP('2020-01-02 03:04:05 PM', 'yyyy-MM-dd hh:mm:ss a')", result: '1577977445' },
    { sql: "UNIX_TIMESTAMP('2020-13-02 03:04:05')", result: '1609556645' },
    { sql: "UNIX_TIMESTAMP('2020-01-02 03:04:05 +0200', 'yyyy-MM-dd HH:mm:ss Z')", result: '1577927045' },
    { sql: "UNIX_TIMESTAMP('bad', 'yyyy-MM-dd')", result: '-9223372036854775808' },
    { sql: 'UNIX_TIMESTAMP() > 1700000000', result: 'TRUE' },
  ],
});
