import { types } from '../../../data/types/sql-type.ts';
import { code } from '../../code.ts';
import { define, named } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

/** Flink reads a signed byte of the UTF-8 text: it is negative for a character beyond ASCII. */
export const ascii = define({
  name: 'ASCII',
  family: 'string',
  signatures: [signature([param.text], types.int())],
  emit(e, [operand], returns) {
    const text = named(e, 'text', operand!);
    return code(returns, e.bind('ascii', `${text.aux} === 0 ? 0 : ${e.memory}.i8[${text.value} >>> 0]`));
  },
  doc: 'The code of the first character of a text, as a signed byte of its UTF-8 form; 0 for an empty text.',
  examples: [
    { sql: "ASCII('abc')", result: '97' },
    { sql: "ASCII('é')", result: '-61' },
    { sql: "ASCII('')", result: '0' },
  ],
});
