import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';

export const reverse = plainFunction({
  name: 'REVERSE',
  family: 'string',
  signatures: [signature([param.text], types.string())],
  nullable: 'by-type',
  call: (text: string) => [...text].reverse().join(''),
  doc: 'The characters of a text in the opposite order.',
  examples: [
    { sql: "REVERSE('hello')", result: 'olleh' },
    { sql: "REVERSE('a😀b')", result: 'b😀a' },
    { sql: "REVERSE('')", result: '' },
  ],
});
