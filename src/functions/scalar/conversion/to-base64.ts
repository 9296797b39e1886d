import { types } from '../../../data/types/sql-type.ts';
import { base64Of } from '../../../data/values/base64.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

const encoder = new TextEncoder();

export const toBase64 = plainFunction({
  name: 'TO_BASE64',
  family: 'conversion',
  signatures: [signature([param.text], types.string())],
  call: (text: string) => base64Of(encoder.encode(text)),
  doc: 'The UTF-8 bytes of a text in base64.',
  examples: [
    { sql: "TO_BASE64('hello')", result: 'aGVsbG8=' },
    { sql: "TO_BASE64('é')", result: 'w6k=' },
    { sql: "TO_BASE64('')", result: '' },
  ],
});
