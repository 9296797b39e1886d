import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

/** What encodeURIComponent leaves as it is, and Java does not. */
const MORE = /[!'()~]/g;

export const urlEncode = plainFunction({
  name: 'URL_ENCODE',
  family: 'string',
  signatures: [signature([param.text], types.string())],
  nullable: 'by-type',
  call: (text: string) =>
    encodeURIComponent(text)
      .replace(MORE, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
      .replaceAll('%20', '+'),
  doc: 'A text as a part of a URL, as forms are sent: UTF-8, a space as +.',
  examples: [
    { sql: "URL_ENCODE('a b&c=ü~*-_.')", result: 'a+b%26c%3D%C3%BC%7E*-_.' },
    { sql: "URL_ENCODE('🐟(x)!''')", result: '%F0%9F%90%9F%28x%29%21%27' },
  ],
});
