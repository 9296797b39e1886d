import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { lines, useMillstream } from './support/millstream.ts';

const millstream = useMillstream();
const root = new URL('../../', import.meta.url);
const nexmark = (file: string): string => readFileSync(new URL(`bench/nexmark/${file}`, root), 'utf8');

/** NEXMark q14 over 10,000 events as a query, with count_char as it is, or as built-in functions. */
function q14(form: 'countChar' | 'countCharVectorized' | 'built in'): string {
  const tables = nexmark('tables.sql').replaceAll(/\$\{events\}|\$\{rate\}/g, '10000');
  const query = nexmark('q14.sql')
    .replace(/CREATE TABLE sink[\s\S]*?;\n/, '')
    .replace(/INSERT INTO sink\s/, '');
  if (form !== 'built in') return tables + query.replace("#countChar'", `#${form}'`);
  const call = "CAST(CHAR_LENGTH(extra) - CHAR_LENGTH(REPLACE(extra, 'c', '')) AS BIGINT)";
  return tables + query.replace(/CREATE FUNCTION.*;/, '').replace("count_char(extra, 'c')", call);
}

beforeAll(() => {
  cpSync(new URL('bench/nexmark/count-char.ts', root), millstream.path('scripts/count-char.ts'));
  writeFileSync(
    millstream.path('scripts/broken.ts'),
    `import { scalar, t } from 'millstream';
export const broken = scalar({ args: [t.int()], returns: t.int() }, (n) => { if (n === 2) throw new Error('no two'); return n; });\n`,
  );
  for (const form of ['countChar', 'countCharVectorized', 'built in'] as const) {
    writeFileSync(millstream.path(`scripts/${form}.sql`), q14(form));
  }
});

describe('functions of a script', () => {
  it.each(['countChar', 'countCharVectorized'])('are loaded from its folder, in each worker: NEXMark q14 with %s', async (form) => {
    const expected = await millstream.run(['run', 'scripts/built in.sql']);
    expect(lines(expected.stdout).length).toBeGreaterThan(100);
    for (const workers of ['1', '2']) {
      const { stdout, stderr } = await millstream.run(['run', `scripts/${form}.sql`, '--parallelism', workers]);
      expect(stderr).toBe('');
      expect(lines(stdout).sort()).toEqual(lines(expected.stdout).sort());
    }
  });

  it.each(['1', '2'])('name themselves and the arguments when they fail, in %s workers', async (workers) => {
    const sql = "CREATE FUNCTION broken AS './scripts/broken.ts#broken'; SELECT broken(a) AS b FROM (VALUES (1), (2)) AS v(a)";
    const { code, stderr } = await millstream.run(['-e', sql, '--parallelism', workers]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/MS1252: BROKEN\(2\) in .* failed: no two/);
  });

  it('are refused where they cannot be loaded, at their place', async () => {
    const { code, stderr } = await millstream.run(['-e', "CREATE FUNCTION f AS './scripts/broken.ts#borken'"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/MS1255/);
    expect(stderr).toMatch(/broken/);
  });
});
