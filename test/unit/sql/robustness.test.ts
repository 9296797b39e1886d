import { describe, expect, it } from 'vitest';
import { parseScript, parseStatement, printStatement } from '../../../src/sql/index.ts';
import { fuzzSql } from '../../fuzz/sql.ts';

const nested: Readonly<Record<string, (depth: number) => string>> = {
  parentheses: (n) => `SELECT ${'('.repeat(n)}1${')'.repeat(n)}`,
  calls: (n) => `SELECT ${'f('.repeat(n)}1${')'.repeat(n)}`,
  NOT: (n) => `SELECT ${'NOT '.repeat(n)}a`,
  signs: (n) => `SELECT ${'- '.repeat(n)}a`,
  CASE: (n) => `SELECT ${'CASE WHEN a THEN '.repeat(n)}1${' END'.repeat(n)}`,
  'queries in FROM': (n) => `${'SELECT * FROM ('.repeat(n)}SELECT 1${')'.repeat(n)}`,
  'queries as values': (n) => `${'SELECT ('.repeat(n)}SELECT 1${')'.repeat(n)}`,
  'parentheses around a query': (n) => `${'('.repeat(n)}SELECT 1${')'.repeat(n)}`,
  'parentheses in FROM': (n) => `SELECT * FROM ${'(a JOIN '.repeat(n)}b${' ON c)'.repeat(n)}`,
  'types in angle brackets': (n) => `CREATE TABLE t (a ${'ARRAY<'.repeat(n)}INT${'>'.repeat(n)})`,
  'types in a row of words': (n) => `CREATE TABLE t (a INT${' ARRAY'.repeat(n)})`,
  'index chains': (n) => `SELECT a${'[1]'.repeat(n)}`,
  'field chains': (n) => `SELECT f(a)${'.b'.repeat(n)}`,
  sums: (n) => `SELECT a${' + 1'.repeat(n)}`,
  'IS NULL chains': (n) => `SELECT a${' IS NULL'.repeat(n)}`,
  joins: (n) => `SELECT * FROM a${' JOIN b ON c'.repeat(n)}`,
  commas: (n) => `SELECT * FROM a${', b'.repeat(n)}`,
  'mixed set operations': (n) => `SELECT 1${' UNION SELECT 1 EXCEPT SELECT 2'.repeat(n)}`,
  'grouping sets': (n) => `SELECT 1 FROM t GROUP BY ${'GROUPING SETS ('.repeat(n)}a${')'.repeat(n)}`,
  'row patterns': (n) => `SELECT * FROM t MATCH_RECOGNIZE (PATTERN (${'('.repeat(n)}A${' B)'.repeat(n)}) DEFINE A AS TRUE)`,
};

const roundTrips = (text: string): boolean => {
  const printed = printStatement(parseStatement(text));
  return printStatement(parseStatement(printed)) === printed;
};

describe('nesting', () => {
  it.each(Object.entries(nested))('%s: a hundred levels work, a hundred thousand are refused', (_name, text) => {
    expect(roundTrips(text(100))).toBe(true);
    expect(() => parseStatement(text(100_000))).toThrow(expect.objectContaining({ code: 'MS1006' }));
  });
});

const long: Readonly<Record<string, string>> = {
  'a condition of 20,000 ORs': `SELECT 1 FROM t WHERE a = 0${Array.from({ length: 20_000 }, (_, i) => ` OR a = ${i}`).join('')}`,
  'a condition of ANDs and ORs': `SELECT 1 FROM t WHERE a${' AND b OR c'.repeat(10_000)}`,
  'an IN list of 20,000': `SELECT a IN (0${', 1'.repeat(20_000)})`,
  'a union of 5,000': `SELECT 0${' UNION ALL SELECT 1'.repeat(5_000)}`,
  '2,000 columns': `SELECT ${Array.from({ length: 2_000 }, (_, i) => `a${i} + ${i} AS c${i}`).join(', ')} FROM t`,
  '5,000 rows': `INSERT INTO t VALUES ${Array.from({ length: 5_000 }, (_, i) => `(${i}, 'x${i}')`).join(', ')}`,
  '2,000 common tables': `WITH ${Array.from({ length: 2_000 }, (_, i) => `c${i} AS (SELECT ${i})`).join(', ')} SELECT * FROM c0`,
};

describe('length', () => {
  it.each(Object.entries(long))('%s', (_name, text) => {
    expect(roundTrips(text)).toBe(true);
  });

  it('reads a script of a megabyte in seconds', () => {
    const script = 'SELECT a, b + 1 AS c FROM t WHERE d > 10 AND e IN (1, 2, 3);\n'.repeat(16_000);
    const start = performance.now();
    expect(parseScript(script)).toHaveLength(16_000);
    expect(performance.now() - start).toBeLessThan(15_000);
  });

  it('does not add up the heights of neighbours', () => {
    const item = `(SELECT * FROM a${' JOIN b ON c'.repeat(100)})`;
    expect(parseScript(`SELECT * FROM t WHERE x IN ${item};`.repeat(50))).toHaveLength(50);
    expect(roundTrips(`SELECT ${Array.from({ length: 50 }, () => item).join(', ')}`)).toBe(true);
  });
});

describe('fuzzSql', () => {
  it('finds nothing in 20,000 texts of seed 20240229', async () => {
    const { inputs, parsed, failures } = await fuzzSql({ seed: 20_240_229, count: 20_000 });
    expect(failures).toEqual([]);
    expect(inputs).toBe(20_000);
    expect(parsed).toBeGreaterThan(8_000);
  }, 120_000);
});
