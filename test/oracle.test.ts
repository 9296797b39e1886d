import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { freshSeed, seededRandom } from '../src/common/random.ts';
import { checkCase, type OracleCase } from './oracle/check-case.ts';
import { Oracle } from './oracle/duckdb.ts';
import { generateCase } from './oracle/generate-case.ts';
import { sqlOf } from './oracle/sql-of.ts';

const REGRESSIONS = fileURLToPath(new URL('oracle/regressions/', import.meta.url));
const QUERIES = 40;
const fresh = freshSeed() >>> 0;

const oracle = await Oracle.open();
afterAll(() => oracle.close());

/** Streamed results against a computation of all rows at once in DuckDB; `npm run fuzz:queries` does the same at length. */
describe('streamed queries come to what DuckDB computes', () => {
  it.each([1, fresh])('generated with seed %i', { timeout: 300_000 }, async (seed) => {
    const random = seededRandom(seed);
    let same = 0;
    for (let i = 0; i < QUERIES; i++) {
      const number = random.below(2 ** 31);
      const one = generateCase(number);
      const verdict = await checkCase(oracle, one);
      expect(verdict.kind, `npm run fuzz:queries -- --case ${number}\n${sqlOf(one.query, 'flink')}`).not.toBe('differs');
      if (verdict.kind === 'same') same++;
    }
    expect(same).toBeGreaterThan(QUERIES / 2);
  });

  it('says when a result differs', async () => {
    const one = generateCase(5);
    const lost: Oracle = Object.assign(Object.create(oracle), { rows: async () => ['["a row that nobody made"]'] });
    expect(await checkCase(lost, one)).toMatchObject({ kind: 'differs' });
  });

  const kept = existsSync(REGRESSIONS) ? readdirSync(REGRESSIONS) : [];
  it.each(kept)('as it once did not: %s', async (file) => {
    const one = JSON.parse(readFileSync(`${REGRESSIONS}${file}`, 'utf8')) as OracleCase;
    expect(await checkCase(oracle, one)).toMatchObject({ kind: 'same' });
  });
});
