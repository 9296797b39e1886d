import { define } from '../../plain-function.ts';
import { emitChangeCase, textToText } from './change-case.ts';

export const lower = define({
  name: 'LOWER',
  family: 'string',
  signatures: [textToText],
  emit: (e, [text], returns) => emitChangeCase(e, 'lower', text!, returns),
  doc: 'The text in lower case.',
  examples: [
    { sql: "LOWER('Apple')", result: 'apple' },
    { sql: "LOWER('ÀΣ')", result: 'àς' },
    { sql: "LOWER('')", result: '' },
    { sql: 'LOWER(CAST(NULL AS STRING))', result: null },
  ],
});
