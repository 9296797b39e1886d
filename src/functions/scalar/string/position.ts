import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { locateText } from './find-text.ts';

export const position = plainFunction({
  name: 'POSITION',
  family: 'string',
  signatures: [signature([param.text, param.text], types.int())],
  call: locateText,
  flink: ([part, text]) => `POSITION(${part} IN ${text})`,
  doc: 'Where a text first stands in another: the number of a character, from 1; 0 for nowhere.',
  examples: [
    { sql: "POSITION('l' IN 'hello')", result: '3' },
    { sql: "POSITION('a' IN '😀a')", result: '2' },
    { sql: "POSITION('' IN 'hello')", result: '1' },
    { sql: "POSITION('z' IN 'hello')", result: '0' },
  ],
});
