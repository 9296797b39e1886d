import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

export const replace = plainFunction({
  name: 'REPLACE',
  family: 'string',
  signatures: [signature([param.text, param.text, param.text], types.string())],
  call: (text: string, part: string, other: string) => text.replaceAll(part, () => other),
  doc: 'A text in which every occurrence of a part is replaced. An empty part stands before and after each character.',
  examples: [
    { sql: "REPLACE('hello', 'l', 'L')", result: 'heLLo' },
    { sql: "REPLACE('hello', 'l', '$&')", result: 'he$&$&o' },
    { sql: "REPLACE('aaa', 'aa', 'b')", result: 'ba' },
    { sql: "REPLACE('ab', '', '-')", result: '-a-b-' },
  ],
});
