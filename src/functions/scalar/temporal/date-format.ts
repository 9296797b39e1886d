import { isTimestamp, types } from '../../../data/types/sql-type.ts';
import { storageOf } from '../../../data/types/storage.ts';
import { zoneRules } from '../../../data/values/time-zone.ts';
import { badConstant, badValue } from '../../bad-argument.ts';
import { bytesCode, type Code, type Emitter } from '../../code.ts';
import { define, named } from '../../plain-function.ts';
import { type Parameter, param, signature } from '../../signatures.ts';
import { CachedFormat } from './cached-format.ts';
import { compileDateFormat, momentOf } from './format-date.ts';
import { keepLast } from './keep-last.ts';
import { localFields, unitsPerMs } from './local-fields.ts';
import { parseLenient } from './parse-lenient.ts';

const timestamp: Parameter = { text: 'TIMESTAMP', accept: ({ type }) => (isTimestamp(type) ? type : undefined) };
const SECONDS = parseLenient('yyyy-MM-dd HH:mm:ss', badConstant);

/** Text is read and written by the rules of SimpleDateFormat; its seconds have no fraction. */
const formatText = keepLast((pattern: string) => compileDateFormat(pattern, 'SimpleDateFormat', badValue));
const formatTime = keepLast((pattern: string) => compileDateFormat(pattern, 'DateTimeFormatter', badValue));

function ofText(text: string, pattern: string): string | null {
  const ms = SECONDS(text);
  if (ms === undefined) return null;
  const day = Math.floor(ms / 86_400_000);
  return formatText(pattern).format(momentOf(day, ms - day * 86_400_000, 0));
}

/** Hot (NEXMark q10, q15, q16, q17): a constant pattern is compiled once, and the text of the last time is kept. */
export const dateFormat = define({
  name: 'DATE_FORMAT',
  family: 'temporal',
  signatures: [signature([timestamp, param.text], types.string()), signature([param.text, param.text], types.string())],
  nullable: true,
  emit(e, [time, pattern], returns) {
    const constant = typeof pattern!.constant === 'string' ? pattern!.constant : undefined;
    if (!isTimestamp(time!.type)) {
      if (constant !== undefined) compileDateFormat(constant, 'SimpleDateFormat', badConstant);
      return e.unbox('formatted', returns, `${e.helper('formatText', ofText)}(${e.box(time!)}, ${e.box(pattern!)})`);
    }
    if (constant !== undefined && storageOf(time!.type) === 'i64') return emitCached(e, named(e, 'time', time!), constant, returns);
    if (constant !== undefined) compileDateFormat(constant, 'DateTimeFormatter', badConstant);
    const fields = localFields(e, time!);
    const format = e.helper('formatTime', (day: number, ms: number, nanos: number, text: string) =>
      formatTime(text).format(momentOf(day, ms, nanos)),
    );
    const parts = [fields.epochDay(), fields.msOfDay(), fields.nanoOfMs(), e.box(pattern!)];
    return { ...e.unbox('formatted', returns, `${format}(${parts.join(', ')})`), isNull: null };
  },
  doc: "A time as text by a pattern of Java's DateTimeFormatter. A text `yyyy-MM-dd HH:mm:ss` is read first, and NULL where it is none.",
  examples: [
    { sql: "DATE_FORMAT(TIMESTAMP '2020-01-02 03:04:05.678', 'yyyy-MM-dd HH:mm:ss.SSS')", result: '2020-01-02 03:04:05.678' },
    { sql: "DATE_FORMAT(TIMESTAMP '2020-01-02 13:04:05', 'd MMM yy, h a')", result: '2 Jan 20, 1 PM' },
    { sql: "DATE_FORMAT(TIMESTAMP '2020-01-02 13:04:05.678', 'EEEE E MMMM D Q QQQ')", result: 'Thursday Thu January 2 1 Q1' },
    { sql: "DATE_FORMAT(TIMESTAMP '2020-12-31 03:04:05.6', 'Y-w-W-e-ee-eee-c')", result: '2021-1-5-5-05-Thu-5' },
    { sql: "DATE_FORMAT(TIMESTAMP '2020-01-02 03:04:05.123456789', 'ss.SSSSSSSSS n')", result: '05.123456789 123456789' },
    { sql: "DATE_FORMAT(TIMESTAMP '0099-01-02 00:04:05', 'y yy yyy yyyy h hh KK kk a')", result: '99 99 099 0099 12 12 00 24 AM' },
    { sql: "DATE_FORMAT(TIMESTAMP '2020-01-02 03:04:05', 'yyyy''T''')", result: '2020T' },
    { sql: "DATE_FORMAT('2020-01-02 03:04:05', 'yyyy/MM/dd')", result: '2020/01/02' },
    { sql: "DATE_FORMAT('2020-13-02 03:04:05', 'yyyy-MM-dd')", result: '2021-01-02' },
    { sql: "DATE_FORMAT('2020-01-02', 'yyyy')", result: null },
  ],
});

function emitCached(e: Emitter, time: Code, pattern: string, returns: Code['type']): Code {
  const format = compileDateFormat(pattern, 'DateTimeFormatter', badConstant);
  const rules = time.type.root === 'TIMESTAMP_LTZ' ? zoneRules(e.timeZone) : undefined;
  const range = e.bytes(new Uint8Array(16)).value;
  const cache = e.helper('dateFormat', new CachedFormat(format, rules, unitsPerMs(time), Number(range)));
  const isStale = `${e.kernels}.timeInRange(${range}, ${time.value}) === 0 || ${cache}.generation !== ${e.arena}.generation`;
  e.line(`if (${isStale}) ${cache}.refresh(${e.memory}, ${e.arena}, ${time.value});`);
  return bytesCode(returns, e.bind('formatted', `${cache}.address`), e.bind('formatted_length', `${cache}.byteLength`));
}
