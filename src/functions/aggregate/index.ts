import type { AggregateFunction } from '../aggregate-function.ts';
import { avg } from './avg.ts';
import { count } from './count.ts';
import { max } from './max.ts';
import { min } from './min.ts';
import { sum } from './sum.ts';

/** Every built-in aggregate function; a new one is one file and one line here. */
export const aggregateFunctions: readonly AggregateFunction[] = [avg, count, max, min, sum];
