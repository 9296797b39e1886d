import { storageOf } from '../../../data/types/storage.ts';
import { code } from '../../code.ts';
import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { isPlain, wrap } from './operate.ts';
import { fromWide, isDecimal, wideValue } from './wide.ts';

export const abs = define({
  name: 'ABS',
  family: 'arithmetic',
  signatures: [signature([param.numeric], ([type]) => type)],
  emit(e, [x], returns) {
    if (isDecimal(returns) && storageOf(returns) === 'i128') {
      const wide = e.bind('wide', wideValue(x!));
      return fromWide(e, 'abs', `${wide} < 0n ? -${wide} : ${wide}`, returns, false);
    }
    if (storageOf(returns) === 'i64')
      return code(returns, e.bind('abs', `BigInt.asIntN(64, ${x!.value} < 0n ? -${x!.value} : ${x!.value})`));
    return code(returns, e.bind('abs', isPlain(returns) ? wrap(returns, `Math.abs(${x!.value})`) : x!.value));
  },
  doc: 'A number without its sign. The least integer of a type has no counterpart and stays what it is.',
  examples: [
    { sql: 'ABS(-5)', result: '5' },
    { sql: 'ABS(-1.50)', result: '1.50' },
    { sql: 'ABS(-1e0)', result: '1.0' },
    { sql: 'ABS(CAST(-128 AS TINYINT))', result: '-128' },
    { sql: 'ABS(CAST(-9000000000 AS BIGINT))', result: '9000000000' },
  ],
});
