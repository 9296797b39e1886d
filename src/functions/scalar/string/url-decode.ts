import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes that are no UTF-8 become U+FFFD, as in Java. Null where % has no two hexadecimal digits behind it. */
function decode(text: string): string | null {
  const spaced = text.replaceAll('+', ' ');
  if (/%(?![0-9a-f]{2})/i.test(spaced)) return null;
  return spaced.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    utf8.decode(Uint8Array.from(run.slice(1).split('%'), (pair) => Number.parseInt(pair, 16))),
  );
}

export const urlDecode = plainFunction({
  name: 'URL_DECODE',
  family: 'string',
  signatures: [signature([param.text], types.string())],
  nullable: true,
  call: decode,
  doc: 'The text that URL_ENCODE makes this of. NULL where % stands before something else than two hexadecimal digits.',
  examples: [
    { sql: "URL_DECODE('a+b%26c%3D%C3%BC')", result: 'a b&c=ü' },
    { sql: "URL_DECODE('%zz')", result: null },
  ],
});
