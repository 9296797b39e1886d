import { deviation } from './deviation.ts';

export const varPop = deviation({
  name: 'VAR_POP',

  less: 0,
  root: false,
  doc: 'The population variance of the values that are not null, NULL when there is none. It is computed in double precision and given in the type that AVG has.',
  examples: [
    { sql: 'SELECT VAR_POP(x) FROM (VALUES (1e0), (5e0), (8e0)) AS t(x)', result: '8.222222222222221' },
    { sql: 'SELECT VAR_POP(x) FROM (VALUES (1), (5), (8)) AS t(x)', result: '8' },
    { sql: 'SELECT VAR_POP(x) FROM (VALUES (1)) AS t(x)', result: '0' },
  ],
});
