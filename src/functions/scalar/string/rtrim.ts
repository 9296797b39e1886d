import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { trimmed, trimText } from './trim-text.ts';

export const rtrim = plainFunction({
  name: 'RTRIM',
  family: 'string',
  signatures: [signature([param.text, param.text], ([text]) => trimmed(text), { optional: 1 })],
  call: (text: string, set = ' ') => trimText(text, set, false, true),
  doc: 'A text without spaces, or without the characters of a second text, at its end.',
  examples: [
    { sql: "RTRIM(' a  ')", result: ' a' },
    { sql: "RTRIM('axyx', 'xy')", result: 'a' },
    { sql: "RTRIM('', 'x')", result: '' },
  ],
});
