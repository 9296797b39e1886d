import { types } from '../../../data/types/sql-type.ts';
import { MS_PER_DAY } from '../../../data/values/civil-date.ts';
import { localNow, nowFunction } from './now.ts';

export const currentDate = nowFunction(
  {
    name: 'CURRENT_DATE',
    flink: () => 'CURRENT_DATE',
    doc: "The date at which a row is processed, in the session's time zone.",
    examples: [{ sql: 'YEAR(CURRENT_DATE) > 2024', result: 'TRUE' }],
  },
  types.date(false),
  (e) => `Math.floor(${localNow(e)} / ${MS_PER_DAY})`,
);
