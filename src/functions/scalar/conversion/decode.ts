import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { decodeText } from './charsets.ts';

export const decode = plainFunction({
  name: 'DECODE',
  family: 'conversion',
  signatures: [signature([param.bytes, param.text], types.string())],
  call: decodeText,
  doc: 'Bytes in an encoding as a text: US-ASCII, ISO-8859-1, UTF-8, UTF-16BE, UTF-16LE or UTF-16.',
  examples: [
    { sql: "DECODE(X'E9', 'ISO-8859-1')", result: 'é' },
    { sql: "DECODE(X'FFFEE900', 'UTF-16')", result: 'é' },
    { sql: "DECODE(X'00E9', 'UTF-16')", result: 'é' },
    { sql: "DECODE(X'FF', 'UTF-8')", result: '\ufffd' },
  ],
});
