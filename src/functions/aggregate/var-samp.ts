import { deviation } from './deviation.ts';

export const varSamp = deviation({
  name: 'VAR_SAMP',
  aliases: ['VARIANCE'],
  less: 1,
  root: false,
  doc: 'The sample variance of the values that are not null, NULL of fewer than two. It is computed in double precision and given in the type that AVG has.',
  examples: [
    { sql: 'SELECT VAR_SAMP(x) FROM (VALUES (1e0), (5e0), (8e0)) AS t(x)', result: '12.333333333333332' },
    { sql: 'SELECT VAR_SAMP(x) FROM (VALUES (1), (5), (8)) AS t(x)', result: '12' },
    { sql: 'SELECT VAR_SAMP(x) FROM (VALUES (1)) AS t(x)', result: null },
  ],
});
