import { type BytesType, MAX_LENGTH, type SqlType, types } from '../../../data/types/sql-type.ts';
import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { emitConcat } from './concatenate.ts';

/** Lengths add up; two CHARs make a CHAR. */
function joined([left, right]: readonly SqlType[]): SqlType {
  const [a, b] = [left as BytesType, right as BytesType];
  const length = Math.min(a.length + b.length, MAX_LENGTH);
  return a.root === 'CHAR' && b.root === 'CHAR' ? types.char(length) : types.varchar(length);
}

export const concatOperator = define({
  name: '||',
  family: 'string',
  signatures: [signature([param.text, param.text], joined)],
  emit: (e, args, returns) => emitConcat(e, args, returns),
  flink: ([left, right]) => `(${left} || ${right})`,
  doc: 'Two texts one after the other.',
  examples: [
    { sql: "'a' || 'b'", result: 'ab' },
    { sql: "CAST('a' AS CHAR(3)) || 'b'", result: 'a  b' },
    { sql: "'a' || CAST(NULL AS STRING)", result: null },
  ],
});
