import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { emitSlice, partOf } from './slice.ts';

export const left = define({
  name: 'LEFT',
  family: 'string',
  signatures: [signature([param.text, param.int], ([text]) => partOf(text))],
  nullable: 'by-type',
  emit: (e, [text, count], returns) => emitSlice(e, text!, '1', `Math.max(${count!.value}, 0)`, returns),
  doc: 'The first characters of a text; none for a number below 1.',
  examples: [
    { sql: "LEFT('hello', 2)", result: 'he' },
    { sql: "LEFT('hello', 10)", result: 'hello' },
    { sql: "LEFT('hello', -1)", result: '' },
  ],
});
