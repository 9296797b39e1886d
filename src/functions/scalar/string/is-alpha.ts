import { characterTest } from './character-test.ts';

export const isAlpha = characterTest(
  'IS_ALPHA',
  /^\p{L}+$/u,
  'Whether all characters of a text are letters; FALSE for an empty text and for NULL.',
  [
    { sql: "IS_ALPHA('abc')", result: 'TRUE' },
    { sql: "IS_ALPHA('é')", result: 'TRUE' },
    { sql: "IS_ALPHA('ab1')", result: 'FALSE' },
    { sql: "IS_ALPHA('')", result: 'FALSE' },
  ],
);
