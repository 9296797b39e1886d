import { types } from '../../../data/types/sql-type.ts';
import { timestampText } from '../../../data/values/time-text.ts';
import { localOfInstant } from '../../../data/values/time-zone.ts';
import { badConstant } from '../../bad-argument.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { parseLenient } from './parse-lenient.ts';

const parse = parseLenient('yyyy-MM-dd HH:mm:ss', badConstant);

export const convertTz = plainFunction({
  name: 'CONVERT_TZ',
  family: 'temporal',
  signatures: [signature([param.text, param.text, param.text], types.string())],
  nullable: true,
  call: (text: string, from: string, to: string) => {
    const ms = parse(text, from);
    return ms === undefined ? null : timestampText(localOfInstant(ms, to), 0, 0);
  },
  doc: 'A text yyyy-MM-dd HH:mm:ss of one time zone as that of another. NULL for what is none. An unknown zone is an error.',
  examples: [
    { sql: "CONVERT_TZ('1970-01-01 00:00:00', 'UTC', 'America/Los_Angeles')", result: '1969-12-31 16:00:00' },
    { sql: "CONVERT_TZ('1970-01-01 00:00:00', 'UTC', 'GMT+3')", result: '1970-01-01 03:00:00' },
    { sql: "CONVERT_TZ('bad', 'UTC', 'America/Los_Angeles')", result: null },
    { sql: "CONVERT_TZ('1970-01-01', 'UTC', 'Asia/Tokyo')", result: null },
  ],
});
