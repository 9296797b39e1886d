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
import { ascii } from './string/ascii.ts';
import { btrim } from './string/btrim.ts';
import { charLength } from './string/char-length.ts';
import { chr } from './string/chr.ts';
import { concat } from './string/concat.ts';
import { concatOperator } from './string/concat-operator.ts';
import { concatWs } from './string/concat-ws.ts';
import { endswith } from './string/endswith.ts';
import { initcap } from './string/initcap.ts';
import { instr } from './string/instr.ts';
import { isAlpha } from './string/is-alpha.ts';
import { isDecimal } from './string/is-decimal.ts';
import { isDigit } from './string/is-digit.ts';
import { left } from './string/left.ts';
import { like } from './string/like.ts';
import { locate } from './string/locate.ts';
import { lower } from './string/lower.ts';
import { lpad } from './string/lpad.ts';
import { ltrim } from './string/ltrim.ts';
import { overlay } from './string/overlay.ts';
import { position } from './string/position.ts';
import { regexp } from './string/regexp.ts';
import { regexpCount } from './string/regexp-count.ts';
import { regexpExtract } from './string/regexp-extract.ts';
import { regexpReplace } from './string/regexp-replace.ts';
import { repeat } from './string/repeat.ts';
import { replace } from './string/replace.ts';
import { reverse } from './string/reverse.ts';
import { right } from './string/right.ts';
import { rpad } from './string/rpad.ts';
import { rtrim } from './string/rtrim.ts';
import { similarTo } from './string/similar-to.ts';
import { splitIndex } from './string/split-index.ts';
import { startswith } from './string/startswith.ts';
import { substring } from './string/substring.ts';
import { trim } from './string/trim.ts';
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
  ascii,
  btrim,
  charLength,
  chr,
  concat,
  concatOperator,
  concatWs,
  dateFormat,
  dayofmonth,
  dayofweek,
  dayofyear,
  divide,
  endswith,
  equals,
  extract,
  greaterOrEqual,
  greaterThan,
  hour,
  initcap,
  instr,
  isAlpha,
  isDecimal,
  isDigit,
  left,
  lessOrEqual,
  lessThan,
  like,
  locate,
  lower,
  lpad,
  ltrim,
  minute,
  modulo,
  month,
  multiply,
  negate,
  notEquals,
  overlay,
  position,
  quarter,
  regexp,
  regexpCount,
  regexpExtract,
  regexpReplace,
  repeat,
  replace,
  reverse,
  right,
  rpad,
  rtrim,
  second,
  similarTo,
  splitIndex,
  startswith,
  substring,
  subtract,
  trim,
  upper,
  week,
  year,
];
