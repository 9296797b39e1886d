import { afterAll, describe, expect, it } from 'vitest';
import { aggregateFunctions } from '../src/functions/aggregate/index.ts';
import { parseScript } from '../src/sql/parse.ts';
import { differenceOf } from './docs/compare-output.ts';
import { deadLinks, filesWith, inFolder } from './docs/files.ts';
import { SqlOutput } from './docs/sql-output.ts';
import { outputOf, programsOf, typeErrors } from './docs/ts-programs.ts';

/** What is wrong with the SQL snippets of a file, each with its place. They share a session, as a reader would who types them in. */
async function sqlFailures(path: string, snippets: ReturnType<typeof filesWith>[number]['snippets']): Promise<string> {
  const failures: string[] = [];
  const session = await SqlOutput.open();
  for (const { line, flags, text, expected } of snippets) {
    if (flags.includes('no-run')) {
      parseScript(text);
      continue;
    }
    const output = await session.run(text, flags.includes('runs-on'));
    const failed = output.at(-1)?.startsWith('error MS') === true || output.at(-2)?.startsWith('error MS') === true;
    const problem =
      expected === undefined ? (failed ? output.join('\n') : undefined) : differenceOf(expected, output, /ORDER BY/.test(text));
    if (problem !== undefined) failures.push(`${path}:${line}: ${problem}`);
  }
  return failures.join('\n\n');
}

describe('links in the documentation', () => {
  it('lead to files that are there', () => {
    expect(deadLinks()).toEqual([]);
  });
});

describe('SQL in the documentation', () => {
  const home = process.cwd();
  afterAll(() => process.chdir(home));

  it.each(filesWith('sql').map(({ path, snippets }) => [path, snippets] as const))('%s runs and prints what it says', (path, snippets) =>
    inFolder(async (folder) => {
      process.chdir(folder);
      try {
        expect(await sqlFailures(path, snippets)).toBe('');
      } finally {
        process.chdir(home);
      }
    }),
  );
});

describe('examples of aggregate functions', () => {
  it.each(aggregateFunctions.flatMap(({ examples }) => examples.map(({ sql, result }) => [sql, result] as const)))(
    '%s',
    async (sql, result) => {
      const session = await SqlOutput.open();
      const column = result === null ? 'NULL' : `'${result}'`;
      const text = `SELECT CAST(x AS STRING) IS NOT DISTINCT FROM CAST(${column} AS STRING) AS same FROM (${sql}) AS t(x)`;
      expect(await session.run(text)).toEqual(['{"same":true}']);
    },
  );
});

describe('TypeScript in the documentation', () => {
  const programs = filesWith('ts').flatMap(({ path, snippets }) => programsOf(path, snippets));

  it('has right types', async () => {
    expect(await typeErrors(programs)).toBe('');
  }, 120_000);

  it.each(programs.filter(({ runs }) => runs).map((program) => [program.place, program] as const))(
    '%s runs',
    { timeout: 60_000 },
    (_place, program) =>
      inFolder(async (folder) => {
        const output = await outputOf(program, folder);
        expect(program.expected === undefined ? undefined : differenceOf(program.expected, output.trimEnd().split('\n'), false)).toBe(
          undefined,
        );
      }),
  );
});
