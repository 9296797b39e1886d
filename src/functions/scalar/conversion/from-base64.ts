import { types } from '../../../data/types/sql-type.ts';
import { badValue } from '../../bad-argument.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** Throws MS2051 for what is not base64; padding may be left out. */
function textOfBase64(text: string): string {
  if (!BASE64.test(text)) badValue(`${JSON.stringify(text.slice(0, 100))} is not base64`);
  return decoder.decode(Uint8Array.from(atob(text), (char) => char.charCodeAt(0)));
}

export const fromBase64 = plainFunction({
  name: 'FROM_BASE64',
  family: 'conversion',
  signatures: [signature([param.text], types.string())],
  call: textOfBase64,
  doc: 'The text whose UTF-8 bytes are given in base64.',
  examples: [
    { sql: "FROM_BASE64('aGVsbG8=')", result: 'hello' },
    { sql: "FROM_BASE64('aGVsbG8')", result: 'hello' },
    { sql: "FROM_BASE64('/w==')", result: '\ufffd' },
    { sql: "FROM_BASE64('')", result: '' },
  ],
});
