import { padFunction } from './pad.ts';

export const rpad = padFunction(
  'RPAD',
  'A text filled up from the right, or cut, to a length. NULL for a negative length or an empty padding.',
  [
    { sql: "RPAD('hi', 5, 'ab')", result: 'hiaba' },
    { sql: "RPAD('hi', 1, '??')", result: 'h' },
    { sql: "RPAD('hi', -1, 'x')", result: null },
  ],
);
