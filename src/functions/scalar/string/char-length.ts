import { types } from '../../../data/types/sql-type.ts';
import { code } from '../../code.ts';
import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

export const charLength = define({
  name: 'CHAR_LENGTH',
  aliases: ['CHARACTER_LENGTH'],
  family: 'string',
  signatures: [signature([param.text], types.int())],
  emit: (e, [text], returns) => code(returns, e.bind('length', `${e.kernels}.textLength(${text!.value}, ${text!.aux})`)),
  doc: 'The number of characters (code points) of a text.',
  examples: [
    { sql: "CHAR_LENGTH('hello')", result: '5' },
    { sql: "CHARACTER_LENGTH('h😀é')", result: '3' },
    { sql: "CHAR_LENGTH('')", result: '0' },
  ],
});
