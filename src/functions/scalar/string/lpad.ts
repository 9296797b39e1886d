import { padFunction } from './pad.ts';

export const lpad = padFunction(
  'LPAD',
  'A text filled up from the left, or cut, to a length. NULL for a negative length or an empty padding.',
  [
    { sql: "LPAD('hi', 5, 'ab')", result: 'abahi' },
    { sql: "LPAD('hi', 1, '??')", result: 'h' },
    { sql: "LPAD('hi', 0, 'x')", result: '' },
    { sql: "LPAD('hi', -1, 'x')", result: null },
    { sql: "LPAD('hi', 5, '')", result: null },
  ],
);
