import type { ScalarFunction } from '../scalar-function.ts';
import { add } from './arithmetic/add.ts';
import { divide } from './arithmetic/divide.ts';
import { modulo } from './arithmetic/modulo.ts';
import { multiply } from './arithmetic/multiply.ts';
import { negate } from './arithmetic/negate.ts';
import { subtract } from './arithmetic/subtract.ts';
import { equals } from './comparison/equals.ts';
import { greaterThan } from './comparison/greater.ts';
import { greaterOrEqual } from './comparison/greater-or-equal.ts';
import { lessThan } from './comparison/less.ts';
import { lessOrEqual } from './comparison/less-or-equal.ts';
import { notEquals } from './comparison/not-equals.ts';
import { charLength } from './string/char-length.ts';
import { concat } from './string/concat.ts';
import { concatOperator } from './string/concat-operator.ts';
import { like } from './string/like.ts';
import { lower } from './string/lower.ts';
import { regexp } from './string/regexp.ts';
import { regexpExtract } from './string/regexp-extract.ts';
import { similarTo } from './string/similar-to.ts';
import { splitIndex } from './string/split-index.ts';
import { substring } from './string/substring.ts';
import { upper } from './string/upper.ts';
import { dateFormat } from './temporal/date-format.ts';
import { dayofmonth } from './temporal/dayofmonth.ts';
import { dayofweek } from './temporal/dayofweek.ts';
import { dayofyear } from './temporal/dayofyear.ts';
import { extract } from './temporal/extract.ts';
import { hour } from './temporal/hour.ts';
import { minute } from './temporal/minute.ts';
import { month } from './temporal/month.ts';
import { quarter } from './temporal/quarter.ts';
import { second } from './temporal/second.ts';
import { week } from './temporal/week.ts';
import { year } from './temporal/year.ts';

/** Every built-in scalar function; a new one is one file and one line here. */
export const scalarFunctions: readonly ScalarFunction[] = [
  add,
  charLength,
  concat,
  concatOperator,
  dateFormat,
  dayofmonth,
  dayofweek,
  dayofyear,
  divide,
  equals,
  extract,
  greaterOrEqual,
  greaterThan,
  hour,
  lessOrEqual,
  lessThan,
  like,
  lower,
  minute,
  modulo,
  month,
  multiply,
  negate,
  notEquals,
  quarter,
  regexp,
  regexpExtract,
  second,
  similarTo,
  splitIndex,
  substring,
  subtract,
  upper,
  week,
  year,
];
