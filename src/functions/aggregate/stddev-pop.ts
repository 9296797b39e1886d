import { deviation } from './deviation.ts';

export const stddevPop = deviation({
  name: 'STDDEV_POP',

  less: 0,
  root: true,
  doc: 'The population standard deviation of the values that are not null, NULL when there is none. It is computed in double precision and given in the type that AVG has.',
  examples: [
    { sql: 'SELECT STDDEV_POP(x) FROM (VALUES (1e0), (5e0), (8e0)) AS t(x)', result: '2.8674417556808756' },
    { sql: 'SELECT STDDEV_POP(x) FROM (VALUES (1), (5), (8)) AS t(x)', result: '2' },
    { sql: 'SELECT STDDEV_POP(x) FROM (VALUES (1)) AS t(x)', result: '0' },
  ],
});
