import { characterTest } from './character-test.ts';

export const isDigit = characterTest(
  'IS_DIGIT',
  /^\p{Nd}+$/u,
  'Whether all characters of a text are digits; FALSE for an empty text and for NULL.',
  [
    { sql: "IS_DIGIT('123')", result: 'TRUE' },
    { sql: "IS_DIGIT('٣')", result: 'TRUE' },
    { sql: "IS_DIGIT('1.2')", result: 'FALSE' },
    { sql: 'IS_DIGIT(CAST(NULL AS STRING))', result: 'FALSE' },
  ],
);
