import { define } from '../../plain-function.ts';
import { emitChangeCase, textToText } from './change-case.ts';

export const upper = define({
  name: 'UPPER',
  family: 'string',
  signatures: [textToText],
  emit: (e, [text], returns) => emitChangeCase(e, 'upper', text!, returns),
  doc: 'The text in upper case.',
  examples: [
    { sql: "UPPER('Apple-1')", result: 'APPLE-1' },
    { sql: "UPPER(CAST('àß' AS STRING))", result: 'ÀSS' },
    { sql: "UPPER('')", result: '' },
  ],
});
