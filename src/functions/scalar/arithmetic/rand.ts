import { freshSeed, seededRandom } from '../../../common/random.ts';
import { types } from '../../../data/types/sql-type.ts';
import { code } from '../../code.ts';
import { define } from '../../plain-function.ts';
import { param, signature } from '../../signatures.ts';
import { JavaRandom } from './java-random.ts';

/** With a seed the numbers are those of java.util.Random, so that they are Flink's; the seed counts once, when the query starts. */
export const rand = define({
  name: 'RAND',
  family: 'arithmetic',
  signatures: [signature([], types.double()), signature([param.int], types.double())],
  deterministic: false,
  emit(e, [seed], returns) {
    if (seed === undefined) return code(returns, e.bind('rand', `${e.helper('random', seededRandom(freshSeed()))}.next()`));
    const random = e.helper('random', new JavaRandom());
    return code(returns, e.bind('rand', `${random}.seededBy(${seed.value}).nextDouble()`));
  },
  doc: 'A random number from 0 up to, not including, 1; another for each row. A seed fixes the sequence.',
  examples: [
    { sql: 'RAND(5)', result: '0.730519863614471' },
    { sql: 'RAND() < 1', result: 'TRUE' },
  ],
});
