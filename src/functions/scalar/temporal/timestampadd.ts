import { isTimestamp, type SqlType, types, withNullable, withoutTimeAttribute } from '../../../data/types/sql-type.ts';
import { code } from '../../code.ts';
import { define } from '../../plain-function.ts';
import type { Signature } from '../../scalar-function.ts';
import { addInterval } from '../arithmetic/datetime-operand.ts';
import { symbolOf } from '../symbols.ts';
import { MONTHS_OF, MS_OF, plainUnit } from './interval-units.ts';

const isCount = ({ root }: SqlType): boolean => /^(TINYINT|SMALLINT|INT|BIGINT|NULL)$/.test(root);

/** A DATE moved by hours, minutes or seconds becomes a TIMESTAMP(6); all else keeps its type. */
const addition: Signature = {
  text: '(UNIT, INTEGER, DATETIME)',
  resolve([unit, count, time, ...rest]) {
    if (unit === undefined || count === undefined || time === undefined || rest.length > 0 || !isCount(count.type)) return undefined;
    const name = typeof unit.literal === 'string' ? plainUnit(unit.literal) : '';
    if (MONTHS_OF[name] === undefined && !['WEEK', 'DAY', 'HOUR', 'MINUTE', 'SECOND'].includes(name)) return undefined;
    if (time.type.root !== 'DATE' && time.type.root !== 'TIME' && !isTimestamp(time.type)) return undefined;
    const isClock = name === 'HOUR' || name === 'MINUTE' || name === 'SECOND';
    const type = time.type.root === 'DATE' && isClock ? types.timestamp(6) : withoutTimeAttribute(time.type);
    return { args: [unit.type, types.bigint(count.type.nullable), withNullable(type, time.type.nullable)], returns: type };
  },
};

export const timestampadd = define({
  name: 'TIMESTAMPADD',
  family: 'temporal',
  signatures: [addition],
  emit(e, [symbol, count, time], returns) {
    const unit = plainUnit(symbolOf(symbol));
    const months = MONTHS_OF[unit];
    const interval =
      months === undefined
        ? code(types.intervalDayTime(false), e.bind('interval', `BigInt.asIntN(64, ${count!.value} * ${MS_OF[unit]}n)`))
        : code(types.intervalYearMonth(false), e.bind('interval', `Number(BigInt.asIntN(32, ${count!.value} * ${months}n))`));
    return addInterval(e, time!, interval, 1, returns);
  },
  flink: ([unit, count, time]) => `TIMESTAMPADD(${unit?.replaceAll("'", '')}, ${count}, ${time})`,
  doc: 'A date or time moved on by a number of YEAR, QUARTER, MONTH, WEEK, DAY, HOUR, MINUTE or SECOND.',
  examples: [
    { sql: "TIMESTAMPADD(DAY, 1, TIMESTAMP '2020-01-31 00:00:00')", result: '2020-02-01 00:00:00' },
    { sql: "TIMESTAMPADD(MONTH, 1, DATE '2020-01-31')", result: '2020-02-29' },
    { sql: "TIMESTAMPADD(QUARTER, 1, DATE '2020-01-31')", result: '2020-04-30' },
    { sql: "TIMESTAMPADD(YEAR, -1, DATE '2020-02-29')", result: '2019-02-28' },
    { sql: "TIMESTAMPADD(HOUR, 1, DATE '2020-01-31')", result: '2020-01-31 01:00:00.000000' },
    { sql: "TIMESTAMPADD(SQL_TSI_DAY, 1, DATE '2020-01-31')", result: '2020-02-01' },
    { sql: "TIMESTAMPADD(MINUTE, 1, TIME '23:59:30')", result: '00:00:30' },
  ],
});
