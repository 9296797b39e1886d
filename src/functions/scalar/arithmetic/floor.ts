import { wholeFunction } from './whole.ts';

export const floor = wholeFunction(
  'FLOOR',
  'The greatest whole number that is not greater; or the beginning of a unit that a time lies in.',
  [
    { sql: 'FLOOR(-1.2)', result: '-2' },
    { sql: 'FLOOR(-1.2e0)', result: '-2.0' },
    { sql: 'FLOOR(5)', result: '5' },
    { sql: "FLOOR(TIMESTAMP '2020-05-17 13:14:15.678' TO HOUR)", result: '2020-05-17 13:00:00.000' },
    { sql: "FLOOR(TIMESTAMP '2020-05-17 13:14:15.678' TO MONTH)", result: '2020-05-01 00:00:00.000' },
    { sql: "FLOOR(TIMESTAMP '1969-12-31 13:14:15' TO HOUR)", result: '1969-12-31 13:00:00' },
    { sql: "FLOOR(DATE '2020-05-20' TO WEEK)", result: '2020-05-17' },
    { sql: "FLOOR(TIMESTAMP '2000-05-17 13:14:15' TO CENTURY)", result: '1901-01-01 00:00:00' },
    { sql: "FLOOR(TIME '13:14:15' TO HOUR)", result: '13:00:00' },
  ],
);
