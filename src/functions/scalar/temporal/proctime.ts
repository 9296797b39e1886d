import { instantNow, NOW_TYPE, nowFunction } from './now.ts';

export const proctime = nowFunction(
  {
    name: 'PROCTIME',
    doc: 'The processing time as a time attribute, for windows and joins that go by the clock.',
    examples: [{ sql: 'YEAR(PROCTIME()) > 2024', result: 'TRUE' }],
  },
  { ...NOW_TYPE, timeAttribute: 'proctime' },
  (e) => `BigInt(${instantNow(e)})`,
);
