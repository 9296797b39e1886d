import type { AggregateFunction } from '../aggregate-function.ts';
import { approxCountDistinct } from './approx-count-distinct.ts';
import { arrayAgg } from './array-agg.ts';
import { avg } from './avg.ts';
import { collect } from './collect.ts';
import { count } from './count.ts';
import { firstValue } from './first-value.ts';
import { lastValue } from './last-value.ts';
import { listagg } from './listagg.ts';
import { max } from './max.ts';
import { min } from './min.ts';
import { percentile } from './percentile.ts';
import { stddevPop } from './stddev-pop.ts';
import { stddevSamp } from './stddev-samp.ts';
import { sum } from './sum.ts';
import { varPop } from './var-pop.ts';
import { varSamp } from './var-samp.ts';

/** Every built-in aggregate function; a new one is one file and one line here. */
export const aggregateFunctions: readonly AggregateFunction[] = [
  approxCountDistinct,
  arrayAgg,
  avg,
  collect,
  count,
  firstValue,
  lastValue,
  listagg,
  max,
  min,
  percentile,
  stddevPop,
  stddevSamp,
  sum,
  varPop,
  varSamp,
];
