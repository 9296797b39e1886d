/** Reserved words, beside those that Calcite lists as functions, that may be called with a plain list of arguments. */
export const callableWords: ReadonlySet<string> = new Set([
  'ARRAY',
  'CLASSIFIER',
  'CONTAINS_SUBSTR',
  'DATE',
  'DATETIME',
  'DATETIME_TRUNC',
  'DATE_TRUNC',
  'MATCH_NUMBER',
  'NEXT',
  'PERIOD',
  'PREV',
  'TIME',
  'TIMESTAMP',
  'TIMESTAMP_DIFF',
  'TIMESTAMP_TRUNC',
  'TIME_DIFF',
  'TIME_TRUNC',
]);

/** Reserved words whose calls have a syntax of their own. */
export const specialWords: ReadonlySet<string> = new Set([
  'CEIL',
  'CEILING',
  'CONVERT',
  'EXTRACT',
  'FLOOR',
  'OVERLAY',
  'POSITION',
  'SUBSTRING',
  'TRANSLATE',
  'TRIM',
]);
