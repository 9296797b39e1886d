import type { AggregateFunction } from '../aggregate-function.ts';
import { avg } from './avg.ts';
import { count } from './count.ts';
import { firstValue } from './first-value.ts';
import { lastValue } from './last-value.ts';
import { max } from './max.ts';
import { min } from './min.ts';
import { stddevPop } from './stddev-pop.ts';
import { stddevSamp } from './stddev-samp.ts';
import { sum } from './sum.ts';
import { varPop } from './var-pop.ts';
import { varSamp } from './var-samp.ts';

/** Every built-in aggregate function; a new one is one file and one line here. */
export const aggregateFunctions: readonly AggregateFunction[] = [
  avg,
  count,
  firstValue,
  lastValue,
  max,
  min,
  stddevPop,
  stddevSamp,
  sum,
  varPop,
  varSamp,
];
