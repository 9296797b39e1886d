import { instantNow, NOW_TYPE, nowFunction } from './now.ts';

export const currentTimestamp = nowFunction(
  {
    name: 'CURRENT_TIMESTAMP',
    aliases: ['NOW', 'CURRENT_ROW_TIMESTAMP'],
    flink: () => 'CURRENT_ROW_TIMESTAMP()',
    doc: 'The time at which a row is processed, as TIMESTAMP_LTZ(3).',
    examples: [
      { sql: 'YEAR(CURRENT_TIMESTAMP) > 2024', result: 'TRUE' },
      { sql: 'TIMESTAMPDIFF(DAY, NOW(), CURRENT_ROW_TIMESTAMP())', result: '0' },
    ],
  },
  NOW_TYPE,
  (e) => `BigInt(${instantNow(e)})`,
);
