import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

export const split = plainFunction({
  name: 'SPLIT',
  family: 'collection',
  signatures: [signature([param.text, param.text], types.array(types.string()))],
  call: (text: string, delimiter: string) => (text === '' ? [] : delimiter === '' ? [...text] : text.split(delimiter)),
  doc: 'The parts of a text between delimiters; with an empty delimiter its characters.',
  examples: [
    { sql: "SPLIT('a,b,,c,', ',')", result: '[a, b, , c, ]' },
    { sql: "SPLIT('abc', '')", result: '[a, b, c]' },
    { sql: "SPLIT('a.b', '.')", result: '[a, b]' },
    { sql: "SPLIT('', ',')", result: '[]' },
    { sql: "SPLIT(CAST(NULL AS STRING), ',')", result: null },
  ],
});
