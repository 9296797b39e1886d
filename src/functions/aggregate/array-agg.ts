import { arrayOfKept } from './kept/kept-values.ts';
import { madeByCall } from './made-by-call.ts';

export const arrayAgg = madeByCall({
  name: 'ARRAY_AGG',
  takes: 'ARRAY_AGG(x) [RESPECT NULLS | IGNORE NULLS]',
  make({ args: [value, ...others], nulls }) {
    if (value === undefined || others.length > 0) return undefined;
    return { function: arrayOfKept(value.type), values: [{ argument: 0 }], form: nulls === 'IGNORE' ? 'present' : 'packed' };
  },
  doc: 'An array of the values in the order in which they came, NULLs among them, unless IGNORE NULLS is said; NULL when there is none.',
  examples: [
    { sql: 'SELECT ARRAY_AGG(x) FROM (VALUES (1), (CAST(NULL AS INT)), (2)) AS t(x)', result: '[1, NULL, 2]' },
    { sql: 'SELECT ARRAY_AGG(x) IGNORE NULLS FROM (VALUES (1), (CAST(NULL AS INT)), (2)) AS t(x)', result: '[1, 2]' },
  ],
});
