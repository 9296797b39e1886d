import { storageOf } from '../../../data/types/storage.ts';
import { code } from '../../code.ts';
import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { fromWide, isDecimal, wideValue } from './wide.ts';

export const sign = define({
  name: 'SIGN',
  family: 'arithmetic',
  signatures: [signature([param.numeric], ([type]) => type)],
  emit(e, [x], returns) {
    if (isDecimal(returns)) {
      // A DECIMAL(2, 2) has no room for 1.00; Flink gives it nevertheless, and so does its storage here.
      const one = 10n ** BigInt(returns.scale);
      const wide = e.bind('wide', wideValue(x!));
      return fromWide(e, 'sign', `${wide} > 0n ? ${one}n : ${wide} < 0n ? -${one}n : 0n`, returns, false);
    }
    if (storageOf(returns) === 'i64') return code(returns, e.bind('sign', `${x!.value} > 0n ? 1n : ${x!.value} < 0n ? -1n : 0n`));
    return code(returns, e.bind('sign', `Math.sign(${x!.value})`));
  },
  doc: '-1, 0 or 1 as a number is negative, zero or positive, in the type of the number.',
  examples: [
    { sql: 'SIGN(-5)', result: '-1' },
    { sql: 'SIGN(-1.50)', result: '-1.00' },
    { sql: 'SIGN(2e0)', result: '1.0' },
    { sql: 'SIGN(CAST(0 AS BIGINT))', result: '0' },
  ],
});
