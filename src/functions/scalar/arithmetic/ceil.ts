import { wholeFunction } from './whole.ts';

export const ceil = wholeFunction(
  'CEIL',
  'The least whole number that is not less; or the beginning of the unit after a time, unless it is one.',
  [
    { sql: 'CEIL(1.2)', result: '2' },
    { sql: 'CEIL(CAST(99.99 AS DECIMAL(4, 2)))', result: '100' },
    { sql: 'CEIL(-0.5e0)', result: '-0.0' },
    { sql: 'CEILING(5)', result: '5' },
    { sql: "CEIL(TIMESTAMP '2020-05-17 13:14:15.678' TO SECOND)", result: '2020-05-17 13:14:16.000' },
    { sql: "CEIL(TIMESTAMP '2020-05-17 13:14:15.678' TO QUARTER)", result: '2020-07-01 00:00:00.000' },
    { sql: "CEIL(TIMESTAMP '2020-05-01 00:00:00' TO MONTH)", result: '2020-05-01 00:00:00' },
    { sql: "CEIL(TIMESTAMP '2020-05-17 13:14:15' TO CENTURY)", result: '2101-01-01 00:00:00' },
    { sql: "CEIL(DATE '2020-05-17' TO YEAR)", result: '2021-01-01' },
    { sql: "CEIL(DATE '2020-05-20' TO WEEK)", result: '2020-05-24' },
  ],
);
