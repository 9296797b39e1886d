import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { checkLength } from './text-length.ts';

export const repeat = plainFunction({
  name: 'REPEAT',
  family: 'string',
  signatures: [signature([param.text, param.int], types.string())],
  call: (text: string, count: number) => {
    checkLength('REPEAT', text.length * count);
    return text.repeat(Math.max(count, 0));
  },
  doc: 'A text several times over; empty for no times or fewer.',
  examples: [
    { sql: "REPEAT('ab', 3)", result: 'ababab' },
    { sql: "REPEAT('ab', 0)", result: '' },
    { sql: "REPEAT('ab', -1)", result: '' },
  ],
});
