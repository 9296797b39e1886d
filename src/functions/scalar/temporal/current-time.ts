import { types } from '../../../data/types/sql-type.ts';
import { localNow, msOfDay, nowFunction } from './now.ts';

export const currentTime = nowFunction(
  {
    name: 'CURRENT_TIME',
    aliases: ['LOCALTIME'],
    flink: () => 'LOCALTIME',
    doc: "The time of day at which a row is processed, in the session's time zone, to the second.",
    examples: [{ sql: 'HOUR(CURRENT_TIME) < 24 AND HOUR(LOCALTIME) >= 0', result: 'TRUE' }],
  },
  types.time(0, false),
  (e) => msOfDay(localNow(e)),
);
