import { define, named } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { emitSlice, partOf, TO_END } from './slice.ts';

export const right = define({
  name: 'RIGHT',
  family: 'string',
  signatures: [signature([param.text, param.int], ([text]) => partOf(text))],
  nullable: 'by-type',
  emit(e, [operand, count], returns) {
    const text = named(e, 'text', operand!);
    const length = e.bind('length', `${e.kernels}.textLength(${text.value}, ${text.aux})`);
    const skipped = `Math.max(${length} - Math.max(${count!.value}, 0), 0)`;
    return emitSlice(e, text, `${skipped} + 1`, TO_END, returns);
  },
  doc: 'The last characters of a text; none for a number below 1.',
  examples: [
    { sql: "RIGHT('hello', 2)", result: 'lo' },
    { sql: "RIGHT('hello', 10)", result: 'hello' },
    { sql: "RIGHT('hello', 0)", result: '' },
    { sql: "RIGHT('a😀b', 2)", result: '😀b' },
  ],
});
