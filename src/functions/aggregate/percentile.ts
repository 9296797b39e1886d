import { isInteger, isNumeric, types } from '../../data/types/sql-type.ts';
import { keptFunction } from './kept/kept-function.ts';
import { percentileResults } from './kept/kept-numbers.ts';
import { madeByCall } from './made-by-call.ts';

/** The places of a constant between 0 and 1, or of an array of such; undefined of anything else. */
function sharesOf(literal: unknown): number | readonly number[] | undefined {
  if (Array.isArray(literal)) {
    const shares = literal.map(shareOf);
    return shares.length > 0 && shares.every((share) => share !== undefined) ? shares : undefined;
  }
  return shareOf(literal);
}

function shareOf(literal: unknown): number | undefined {
  if (literal === null || literal === undefined || typeof literal === 'boolean') return undefined;
  const share = Number(String(literal));
  return share >= 0 && share <= 1 ? share : undefined;
}

export const percentile = madeByCall({
  name: 'PERCENTILE',
  takes: 'PERCENTILE(NUMBER, place [, frequency]), where the place is a constant from 0 to 1, or ARRAY[...] of such',
  make({ args: [value, place, frequency, ...others] }) {
    const shares = sharesOf(place?.literal);
    if (value === undefined || !isNumeric(value.type) || shares === undefined || others.length > 0) return undefined;
    if (frequency !== undefined && !isInteger(frequency.type)) return undefined;
    const returns = typeof shares === 'number' ? types.double() : types.array(types.double());
    const results = percentileResults(shares, frequency !== undefined);
    const text = typeof shares === 'number' ? shares : `ARRAY[${shares.join(', ')}]`;
    const made = keptFunction({
      name: 'PERCENTILE',
      parameters: `, ${text}`,
      returns,
      nullable: true,
      results,
      counted: true,
    });
    const weight = frequency === undefined ? [] : [{ argument: 2, type: types.bigint() }];
    return { function: made, values: [{ argument: 0, type: types.double() }, ...weight], form: 'present' };
  },
  doc: 'The value at a place between the least (0) and the greatest (1) of the numbers; between two of them it is interpolated. With a frequency each number counts so often; those that are not positive, and NULLs, do not count. An array of places has an array as its result. All different numbers are kept.',
  examples: [
    { sql: 'SELECT PERCENTILE(x, 0.5) FROM (VALUES (1), (2), (4)) AS t(x)', result: '2.0' },
    { sql: 'SELECT PERCENTILE(x, ARRAY[0, 0.5, 1]) FROM (VALUES (1), (2)) AS t(x)', result: '[1.0, 1.5, 2.0]' },
    { sql: 'SELECT PERCENTILE(x, 0.5, n) FROM (VALUES (1, 1), (9, 3)) AS t(x, n)', result: '9.0' },
  ],
});
