import { types } from '../../../data/types/sql-type.ts';
import { code } from '../../code.ts';
import { define, named } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

export const startswith = define({
  name: 'STARTSWITH',
  family: 'string',
  bareNull: true,
  signatures: [signature([param.text, param.text], types.boolean()), signature([param.bytes, param.bytes], types.boolean())],
  emit(e, operands, returns) {
    const [text, start] = [named(e, 'text', operands[0]!), named(e, 'start', operands[1]!)];
    const isEqual = `${e.kernels}.bytesEqual(${text.value}, ${start.aux}, ${start.value}, ${start.aux}) !== 0`;
    return code(returns, e.bind('starts', `${text.aux} >= ${start.aux} && ${isEqual}`));
  },
  doc: 'Whether a text or bytes begin with others.',
  examples: [
    { sql: "STARTSWITH('hello', 'he')", result: 'TRUE' },
    { sql: "STARTSWITH('hello', '')", result: 'TRUE' },
    { sql: "STARTSWITH('he', 'hello')", result: 'FALSE' },
    { sql: "STARTSWITH(X'0102', X'01')", result: 'TRUE' },
  ],
});
