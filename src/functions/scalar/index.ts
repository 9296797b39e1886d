import type { ScalarFunction } from '../scalar-function.ts';
import { abs } from './arithmetic/abs.ts';
import { acos } from './arithmetic/acos.ts';
import { add } from './arithmetic/add.ts';
import { asin } from './arithmetic/asin.ts';
import { atan } from './arithmetic/atan.ts';
import { atan2 } from './arithmetic/atan2.ts';
import { bin } from './arithmetic/bin.ts';
import { ceil } from './arithmetic/ceil.ts';
import { cos } from './arithmetic/cos.ts';
import { cosh } from './arithmetic/cosh.ts';
import { cot } from './arithmetic/cot.ts';
import { degrees } from './arithmetic/degrees.ts';
import { divide } from './arithmetic/divide.ts';
import { eulersNumber } from './arithmetic/eulers-number.ts';
import { exp } from './arithmetic/exp.ts';
import { floor } from './arithmetic/floor.ts';
import { ln } from './arithmetic/ln.ts';
import { log } from './arithmetic/log.ts';
import { log2 } from './arithmetic/log2.ts';
import { log10 } from './arithmetic/log10.ts';
import { modulo } from './arithmetic/modulo.ts';
import { multiply } from './arithmetic/multiply.ts';
import { negate } from './arithmetic/negate.ts';
import { pi } from './arithmetic/pi.ts';
import { power } from './arithmetic/power.ts';
import { radians } from './arithmetic/radians.ts';
import { rand } from './arithmetic/rand.ts';
import { randInteger } from './arithmetic/rand-integer.ts';
import { round } from './arithmetic/round.ts';
import { sign } from './arithmetic/sign.ts';
import { sin } from './arithmetic/sin.ts';
import { sinh } from './arithmetic/sinh.ts';
import { sqrt } from './arithmetic/sqrt.ts';
import { subtract } from './arithmetic/subtract.ts';
import { tan } from './arithmetic/tan.ts';
import { tanh } from './arithmetic/tanh.ts';
import { truncate } from './arithmetic/truncate.ts';
import { array } from './collection/array.ts';
import { arrayAppend } from './collection/array-append.ts';
import { arrayConcat } from './collection/array-concat.ts';
import { arrayContains } from './collection/array-contains.ts';
import { arrayDistinct } from './collection/array-distinct.ts';
import { arrayExcept } from './collection/array-except.ts';
import { arrayIntersect } from './collection/array-intersect.ts';
import { arrayJoin } from './collection/array-join.ts';
import { arrayMax } from './collection/array-max.ts';
import { arrayMin } from './collection/array-min.ts';
import { arrayPosition } from './collection/array-position.ts';
import { arrayPrepend } from './collection/array-prepend.ts';
import { arrayRemove } from './collection/array-remove.ts';
import { arrayReverse } from './collection/array-reverse.ts';
import { arraySlice } from './collection/array-slice.ts';
import { arraySort } from './collection/array-sort.ts';
import { arrayUnion } from './collection/array-union.ts';
import { cardinality } from './collection/cardinality.ts';
import { element } from './collection/element.ts';
import { item } from './collection/item.ts';
import { map } from './collection/map.ts';
import { mapEntries } from './collection/map-entries.ts';
import { mapFromArrays } from './collection/map-from-arrays.ts';
import { mapKeys } from './collection/map-keys.ts';
import { mapUnion } from './collection/map-union.ts';
import { mapValues } from './collection/map-values.ts';
import { split } from './collection/split.ts';
import { strToMap } from './collection/str-to-map.ts';
import { equals } from './comparison/equals.ts';
import { greaterThan } from './comparison/greater.ts';
import { greaterOrEqual } from './comparison/greater-or-equal.ts';
import { lessThan } from './comparison/less.ts';
import { lessOrEqual } from './comparison/less-or-equal.ts';
import { notEquals } from './comparison/not-equals.ts';
import { greatest } from './conditional/greatest.ts';
import { least } from './conditional/least.ts';
import { decode } from './conversion/decode.ts';
import { encode } from './conversion/encode.ts';
import { fromBase64 } from './conversion/from-base64.ts';
import { hex } from './conversion/hex.ts';
import { toBase64 } from './conversion/to-base64.ts';
import { unhex } from './conversion/unhex.ts';
import { md5 } from './hash/md5.ts';
import { sha1 } from './hash/sha1.ts';
import { sha2 } from './hash/sha2.ts';
import { sha224 } from './hash/sha224.ts';
import { sha256 } from './hash/sha256.ts';
import { sha384 } from './hash/sha384.ts';
import { sha512 } from './hash/sha512.ts';
import { isJsonFunction } from './json/is-json.ts';
import { json } from './json/json.ts';
import { jsonArray } from './json/json-array.ts';
import { jsonExists } from './json/json-exists.ts';
import { jsonObject } from './json/json-object.ts';
import { jsonQuery } from './json/json-query.ts';
import { jsonQuote } from './json/json-quote.ts';
import { jsonString } from './json/json-string.ts';
import { jsonUnquote } from './json/json-unquote.ts';
import { jsonValue } from './json/json-value.ts';
import { isDistinctFrom } from './logical/is-distinct-from.ts';
import { isNotDistinctFrom } from './logical/is-not-distinct-from.ts';
import { ascii } from './string/ascii.ts';
import { btrim } from './string/btrim.ts';
import { charLength } from './string/char-length.ts';
import { chr } from './string/chr.ts';
import { concat } from './string/concat.ts';
import { concatOperator } from './string/concat-operator.ts';
import { concatWs } from './string/concat-ws.ts';
import { elt } from './string/elt.ts';
import { endswith } from './string/endswith.ts';
import { inetAton } from './string/inet-aton.ts';
import { inetNtoa } from './string/inet-ntoa.ts';
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
import { parseUrlFunction } from './string/parse-url.ts';
import { position } from './string/position.ts';
import { printf } from './string/printf.ts';
import { regexp } from './string/regexp.ts';
import { regexpCount } from './string/regexp-count.ts';
import { regexpExtract } from './string/regexp-extract.ts';
import { regexpExtractAll } from './string/regexp-extract-all.ts';
import { regexpInstr } from './string/regexp-instr.ts';
import { regexpReplace } from './string/regexp-replace.ts';
import { regexpSubstr } from './string/regexp-substr.ts';
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
import { translate } from './string/translate.ts';
import { trim } from './string/trim.ts';
import { upper } from './string/upper.ts';
import { urlDecode } from './string/url-decode.ts';
import { urlEncode } from './string/url-encode.ts';
import { uuid } from './string/uuid.ts';
import { convertTz } from './temporal/convert-tz.ts';
import { currentDate } from './temporal/current-date.ts';
import { currentTime } from './temporal/current-time.ts';
import { currentTimestamp } from './temporal/current-timestamp.ts';
import { dateFormat } from './temporal/date-format.ts';
import { dayofmonth } from './temporal/dayofmonth.ts';
import { dayofweek } from './temporal/dayofweek.ts';
import { dayofyear } from './temporal/dayofyear.ts';
import { extract } from './temporal/extract.ts';
import { fromUnixtime } from './temporal/from-unixtime.ts';
import { hour } from './temporal/hour.ts';
import { localtimestamp } from './temporal/localtimestamp.ts';
import { minute } from './temporal/minute.ts';
import { month } from './temporal/month.ts';
import { proctime } from './temporal/proctime.ts';
import { quarter } from './temporal/quarter.ts';
import { second } from './temporal/second.ts';
import { timestampadd } from './temporal/timestampadd.ts';
import { timestampdiff } from './temporal/timestampdiff.ts';
import { toDate } from './temporal/to-date.ts';
import { toTimestamp } from './temporal/to-timestamp.ts';
import { toTimestampLtz } from './temporal/to-timestamp-ltz.ts';
import { unixTimestamp } from './temporal/unix-timestamp.ts';
import { week } from './temporal/week.ts';
import { year } from './temporal/year.ts';

/** Every built-in scalar function; a new one is one file and one line here. */
export const scalarFunctions: readonly ScalarFunction[] = [
  arrayAppend,
  arrayConcat,
  arrayContains,
  arrayDistinct,
  arrayExcept,
  arrayIntersect,
  arrayJoin,
  arrayMax,
  arrayMin,
  arrayPosition,
  arrayPrepend,
  arrayRemove,
  arrayReverse,
  arraySlice,
  arraySort,
  arrayUnion,
  mapEntries,
  mapFromArrays,
  mapKeys,
  mapUnion,
  mapValues,
  split,
  strToMap,
  array,
  cardinality,
  element,
  item,
  map,
  abs,
  acos,
  add,
  ascii,
  asin,
  atan,
  atan2,
  bin,
  btrim,
  ceil,
  charLength,
  chr,
  concat,
  concatOperator,
  concatWs,
  convertTz,
  cos,
  cosh,
  cot,
  currentDate,
  currentTime,
  currentTimestamp,
  dateFormat,
  dayofmonth,
  dayofweek,
  dayofyear,
  decode,
  degrees,
  divide,
  encode,
  endswith,
  equals,
  eulersNumber,
  exp,
  extract,
  floor,
  fromBase64,
  fromUnixtime,
  greaterOrEqual,
  greaterThan,
  greatest,
  hex,
  hour,
  initcap,
  instr,
  isAlpha,
  isDecimal,
  isDigit,
  isDistinctFrom,
  isNotDistinctFrom,
  least,
  left,
  lessOrEqual,
  lessThan,
  like,
  ln,
  localtimestamp,
  locate,
  log,
  log10,
  log2,
  lower,
  lpad,
  ltrim,
  minute,
  modulo,
  month,
  multiply,
  isJsonFunction,
  json,
  jsonArray,
  jsonExists,
  jsonObject,
  jsonQuery,
  jsonQuote,
  jsonString,
  jsonUnquote,
  jsonValue,
  md5,
  sha1,
  sha2,
  sha224,
  sha256,
  sha384,
  sha512,
  negate,
  notEquals,
  overlay,
  pi,
  position,
  power,
  proctime,
  quarter,
  radians,
  rand,
  randInteger,
  regexp,
  regexpCount,
  printf,
  regexpExtract,
  regexpExtractAll,
  elt,
  regexpInstr,
  regexpSubstr,
  parseUrlFunction,
  urlEncode,
  urlDecode,
  translate,
  inetAton,
  inetNtoa,
  regexpReplace,
  repeat,
  replace,
  reverse,
  right,
  round,
  rpad,
  rtrim,
  second,
  sign,
  similarTo,
  sin,
  sinh,
  splitIndex,
  sqrt,
  startswith,
  substring,
  subtract,
  tan,
  tanh,
  timestampadd,
  timestampdiff,
  toBase64,
  toDate,
  toTimestamp,
  toTimestampLtz,
  trim,
  truncate,
  unhex,
  unixTimestamp,
  upper,
  uuid,
  week,
  year,
];
