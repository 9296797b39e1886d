import { characterTest } from './character-test.ts';

/** What Java reads as a double, hexadecimal forms apart. */
const NUMBER = /^[\0- ]*[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)[\0- ]*$/;

export const isDecimal = characterTest('IS_DECIMAL', NUMBER, 'Whether a text is a number as Java writes it; FALSE for NULL.', [
  { sql: "IS_DECIMAL('-1.5')", result: 'TRUE' },
  { sql: "IS_DECIMAL('1e5')", result: 'TRUE' },
  { sql: "IS_DECIMAL('5.')", result: 'TRUE' },
  { sql: "IS_DECIMAL('1.2.3')", result: 'FALSE' },
  { sql: "IS_DECIMAL('')", result: 'FALSE' },
]);
