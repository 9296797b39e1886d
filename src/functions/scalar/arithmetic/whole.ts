import { isNumeric, type SqlType, types, withoutTimeAttribute } from '../../../data/types/sql-type.ts';
import { powerOfTen } from '../../../data/values/decimal.ts';
import { type Code, code, type Emitter } from '../../code.ts';
import { define } from '../../plain-function.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { param, signature } from '../../signatures.ts';
import { symbolOf, symbolParameter } from '../symbols.ts';
import { CLOCK_UNITS, DATE_UNITS, emitRoundTime } from './round-time.ts';
import { fromWide, isDecimal, wideValue } from './wide.ts';

/** FLOOR and CEIL: of a number, to a whole one of the same type; of a date or a time, to a unit. */
export function wholeFunction(name: 'FLOOR' | 'CEIL', doc: string, examples: ScalarFunction['examples']): ScalarFunction {
  const dated = {
    text: 'DATETIME',
    accept: ({ type }: { readonly type: SqlType }) => (/^(DATE|TIMESTAMP|TIMESTAMP_LTZ)$/.test(type.root) ? type : undefined),
  };
  return define({
    name,
    ...(name === 'CEIL' ? { aliases: ['CEILING'] } : {}),
    family: 'arithmetic',
    signatures: [
      signature([param.numeric], ([type]) => (isDecimal(type!) ? types.decimal(type.precision, 0) : type)),
      signature([dated, symbolParameter('UNIT', [...DATE_UNITS, ...CLOCK_UNITS])], ([type]) => withoutTimeAttribute(type!)),
      signature([param.time, symbolParameter('UNIT', CLOCK_UNITS)], ([type]) => type),
    ],
    emit(e, [value, unit], returns) {
      return isNumeric(value!.type) ? wholeNumber(e, name, value!, returns) : emitRoundTime(e, name, value!, symbolOf(unit), returns);
    },
    flink: ([value, unit]) => (unit === undefined ? `${name}(${value})` : `${name}(${value} TO ${unit.replaceAll("'", '')})`),
    doc,
    examples,
  });
}

function wholeNumber(e: Emitter, name: 'FLOOR' | 'CEIL', value: Code, returns: SqlType): Code {
  if (returns.root === 'FLOAT' || returns.root === 'DOUBLE')
    return code(returns, e.bind('whole', `Math.${name.toLowerCase()}(${value.value})`));
  if (!isDecimal(value.type) || !isDecimal(returns)) return { ...value, type: returns };
  const unit = powerOfTen(value.type.scale);
  const round = e.helper(name.toLowerCase(), (unscaled: bigint) => {
    const quotient = unscaled / unit;
    const rest = unscaled % unit;
    if (rest === 0n) return quotient;
    return name === 'FLOOR' ? quotient - (rest < 0n ? 1n : 0n) : quotient + (rest > 0n ? 1n : 0n);
  });
  return fromWide(e, 'whole', `${round}(${wideValue(value)})`, returns, value.type.scale === 0);
}
