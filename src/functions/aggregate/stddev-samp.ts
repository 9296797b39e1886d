import { deviation } from './deviation.ts';

export const stddevSamp = deviation({
  name: 'STDDEV_SAMP',
  aliases: ['STDDEV'],
  less: 1,
  root: true,
  doc: 'The sample standard deviation of the values that are not null, NULL of fewer than two. It is computed in double precision and given in the type that AVG has.',
  examples: [
    { sql: 'SELECT STDDEV_SAMP(x) FROM (VALUES (1e0), (5e0), (8e0)) AS t(x)', result: '3.511884584284246' },
    { sql: 'SELECT STDDEV_SAMP(x) FROM (VALUES (1), (5), (8)) AS t(x)', result: '3' },
    { sql: 'SELECT STDDEV_SAMP(x) FROM (VALUES (1)) AS t(x)', result: null },
  ],
});
