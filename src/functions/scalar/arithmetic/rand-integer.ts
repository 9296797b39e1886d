import { freshSeed, seededRandom } from '../../../common/random.ts';
import { types } from '../../../data/types/sql-type.ts';
import { badValue } from '../../bad-argument.ts';
import { code } from '../../code.ts';
import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { JavaRandom } from './java-random.ts';

export const randInteger = define({
  name: 'RAND_INTEGER',
  family: 'arithmetic',
  signatures: [signature([param.int], types.int()), signature([param.int, param.int], types.int())],
  deterministic: false,
  emit(e, [first, second], returns) {
    const bound = (second ?? first!).value;
    e.line(`if (${bound} <= 0) ${e.helper('badBound', () => badValue('the bound of RAND_INTEGER must be positive'))}();`);
    if (second === undefined) return code(returns, e.bind('rand', `${e.helper('random', seededRandom(freshSeed()))}.below(${bound})`));
    const random = e.helper('random', new JavaRandom());
    return code(returns, e.bind('rand', `${random}.seededBy(${first!.value}).nextInt(${bound})`));
  },
  doc: 'A random integer from 0 up to, not including, a bound; another for each row. A seed before the bound fixes the sequence.',
  examples: [
    { sql: 'RAND_INTEGER(5, 10)', result: '7' },
    { sql: 'RAND_INTEGER(1)', result: '0' },
  ],
});
