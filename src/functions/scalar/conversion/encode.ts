import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { encodeText } from './charsets.ts';

export const encode = plainFunction({
  name: 'ENCODE',
  family: 'conversion',
  signatures: [signature([param.text, param.text], types.bytes())],
  call: encodeText,
  doc: 'A text as bytes in an encoding: US-ASCII, ISO-8859-1, UTF-8, UTF-16BE, UTF-16LE or UTF-16.',
  examples: [
    { sql: "HEX(TO_BASE64(DECODE(ENCODE('é', 'UTF-8'), 'UTF-8')))", result: '77366B3D' },
    { sql: "DECODE(ENCODE('é', 'UTF-16'), 'UTF-16BE')", result: '\ufeffé' },
    { sql: "DECODE(ENCODE('aé', 'US-ASCII'), 'UTF-8')", result: 'a?' },
  ],
});
