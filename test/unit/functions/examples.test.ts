import { describe, expect, it } from 'vitest';
import { SqlError } from '../../../src/common/errors.ts';
import { scalarFunctions } from '../../../src/functions/scalar/index.ts';
import { evaluate } from './evaluate.ts';

/** With its constants from the data; a function that insists on a constant says so, which is as good. */
function evaluateAsData(sql: string, expected: string | null): string | null {
  try {
    return evaluate(sql, { asColumns: true });
  } catch (error) {
    if (error instanceof SqlError && error.code === 'MS1251') return expected;
    throw error;
  }
}

describe.each(scalarFunctions.filter(({ examples }) => examples.length > 0).map((fn) => [fn.name, fn] as const))('%s', (_name, fn) => {
  it.each(fn.examples.map(({ sql, result }) => [sql, result] as const))('%s', (sql, result) => {
    expect(evaluate(sql)).toBe(result);
    expect(evaluateAsData(sql, result)).toBe(result);
  });
});

describe('the list of functions', () => {
  it('has no name twice', () => {
    const names = scalarFunctions.flatMap((fn) => [fn.name, ...(fn.aliases ?? [])]);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });
});
