import { types } from '../../../data/types/sql-type.ts';
import { code } from '../../code.ts';
import { define, named } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

export const endswith = define({
  name: 'ENDSWITH',
  family: 'string',
  bareNull: true,
  signatures: [signature([param.text, param.text], types.boolean()), signature([param.bytes, param.bytes], types.boolean())],
  emit(e, operands, returns) {
    const [text, end] = [named(e, 'text', operands[0]!), named(e, 'end', operands[1]!)];
    const isEqual = `${e.kernels}.bytesEqual(${text.value} + ${text.aux} - ${end.aux}, ${end.aux}, ${end.value}, ${end.aux}) !== 0`;
    return code(returns, e.bind('ends', `${text.aux} >= ${end.aux} && ${isEqual}`));
  },
  doc: 'Whether a text or bytes end with others.',
  examples: [
    { sql: "ENDSWITH('hello', 'lo')", result: 'TRUE' },
    { sql: "ENDSWITH('hello', '')", result: 'TRUE' },
    { sql: "ENDSWITH('hello', 'he')", result: 'FALSE' },
  ],
});
