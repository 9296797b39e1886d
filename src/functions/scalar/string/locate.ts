import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { locateText } from './find-text.ts';

export const locate = plainFunction({
  name: 'LOCATE',
  family: 'string',
  signatures: [signature([param.text, param.text, param.int], types.int(), { optional: 1 })],
  call: locateText,
  doc: 'Where a text first stands in another, looking from a character on: its number, from 1; 0 for nowhere.',
  examples: [
    { sql: "LOCATE('l', 'hello')", result: '3' },
    { sql: "LOCATE('l', 'hello', 4)", result: '4' },
    { sql: "LOCATE('l', 'hello', 5)", result: '0' },
    { sql: "LOCATE('l', 'hello', -1)", result: '3' },
    { sql: "LOCATE('', 'hello', 30)", result: '1' },
  ],
});
