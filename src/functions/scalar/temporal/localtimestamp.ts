import { types } from '../../../data/types/sql-type.ts';
import { localNow, nowFunction } from './now.ts';

export const localtimestamp = nowFunction(
  {
    name: 'LOCALTIMESTAMP',
    flink: () => 'LOCALTIMESTAMP',
    doc: "The time at which a row is processed, as clocks in the session's time zone show it.",
    examples: [{ sql: 'YEAR(LOCALTIMESTAMP) > 2024', result: 'TRUE' }],
  },
  types.timestamp(3, false),
  (e) => `BigInt(${localNow(e)})`,
);
