import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { trimText } from './trim-text.ts';

export const btrim = plainFunction({
  name: 'BTRIM',
  family: 'string',
  bareNull: true,
  signatures: [signature([param.text, param.text], types.string(), { optional: 1 })],
  call: (text: string, set = ' ') => trimText(text, set, true, true),
  doc: 'A text without spaces, or without the characters of a second text, at both ends.',
  examples: [
    { sql: "BTRIM('  a  ')", result: 'a' },
    { sql: "BTRIM('xyaxy', 'yx')", result: 'a' },
    { sql: "BTRIM('aaa', 'a')", result: '' },
  ],
});
