import { describe, expect, it } from 'vitest';
import { splitForShell } from '../../../src/sql/index.ts';

describe('splitForShell', () => {
  it('gives the finished statements and the rest', () => {
    expect(splitForShell("SELECT 1; SELECT ';' -- ;\n; SELECT 3")).toEqual({
      statements: ['SELECT 1', "SELECT ';'"],
      rest: ' SELECT 3',
      complete: false,
    });
  });

  it.each([
    ['', true],
    ['  -- nothing\n', true],
    [';;', true],
    ['SELECT 1', false],
    ['SELECT 1;', true],
    ['SELECT 1; -- done', true],
    ["SELECT 'a;", false],
    ['SELECT `a;', false],
    ['SELECT /* ;', false],
    ['EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT 1;', false],
    ['EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT 1; END', false],
    ['EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT 1; END;', true],
    ['EXPLAIN STATEMENT SET BEGIN INSERT INTO t SELECT 1; INSERT INTO u SELECT CASE WHEN a THEN b END; END;', true],
    ["COMPILE PLAN 'x' IF NOT EXISTS FOR STATEMENT SET BEGIN INSERT INTO t SELECT 1;", false],
    ['BEGIN STATEMENT SET;', true],
  ])('%s is complete: %s', (text, complete) => {
    expect(splitForShell(text).complete).toBe(complete);
  });

  it('keeps a statement set whole', () => {
    const set = 'EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT 1; INSERT INTO u SELECT 2; END';
    expect(splitForShell(`${set}; SELECT 1;`).statements).toEqual([set, 'SELECT 1']);
  });
});
