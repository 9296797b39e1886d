import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { trimmed, trimText } from './trim-text.ts';

export const ltrim = plainFunction({
  name: 'LTRIM',
  family: 'string',
  signatures: [signature([param.text, param.text], ([text]) => trimmed(text), { optional: 1 })],
  call: (text: string, set = ' ') => trimText(text, set, true, false),
  doc: 'A text without spaces, or without the characters of a second text, at its beginning.',
  examples: [
    { sql: "LTRIM('  a ')", result: 'a ' },
    { sql: "LTRIM('xyxa', 'xy')", result: 'a' },
    { sql: "LTRIM('xa', '')", result: 'xa' },
  ],
});
