import { types } from '../../../data/types/sql-type.ts';
import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { emitConcat } from './concatenate.ts';

export const concat = define({
  name: 'CONCAT',
  family: 'string',
  signatures: [signature([param.text], types.string(), { variadic: true })],
  emit: (e, args, returns) => emitConcat(e, args, returns),
  doc: 'The texts one after the other. NULL where one of them is.',
  examples: [
    { sql: "CONCAT('a', 'b', 'c')", result: 'abc' },
    { sql: "CONCAT('x')", result: 'x' },
    { sql: "CONCAT('a', CAST(NULL AS STRING))", result: null },
  ],
});
