import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** Needs java, python3, mvn and some minutes, so it runs only where it is asked for. FLINK_GATEWAY names a Flink that runs already. */
const isRequired = (process.env['MILLSTREAM_REQUIRE'] ?? '').split(',').includes('flink');

/** What scripts/flink-compare.mjs prints, but for the files whose answers are the same. */
async function compare(...args: readonly string[]): Promise<string> {
  const script = [`${root}scripts/flink-compare.mjs`, ...args];
  const printed = await run(process.execPath, script, { cwd: root, maxBuffer: 2 ** 26 }).then(
    ({ stdout }) => stdout,
    (error: { stdout?: string; stderr?: string }) => `${error.stdout}${error.stderr}`,
  );
  return printed.replaceAll(/^(?:same |.*: skipped: ).*\n/gm, '');
}

describe.skipIf(!isRequired)('a real Flink (MILLSTREAM_REQUIRE=flink)', () => {
  afterAll(async () => {
    if (process.env['FLINK_GATEWAY'] === undefined) await run(`${root}scripts/flink-up.sh`, ['stop']);
  });

  it('answers the SQL test files as they expect', { timeout: 1_500_000 }, async () => {
    expect(await compare()).toMatch(/^\d+ records compared with Flink, 0 differ$/m);
  });

  it('answers the examples of our functions as they say', { timeout: 300_000 }, async () => {
    expect(await compare('--examples')).toMatch(/^\d+ examples of functions compared, 0 differ$/m);
  });

  it('answers the queries of NEXMark over our events as we do', { timeout: 300_000 }, async () => {
    expect(await compare('--nexmark')).toMatch(/^19 queries of NEXMark compared over 10000 events, 0 differ$/m);
  });

  it('answers generated expressions and aggregates as we do', { timeout: 600_000 }, async () => {
    expect(await compare('--random', '300', '--seed', '7')).toMatch(/^seed 7: 300 expressions and \d+ queries compared, 0 differ$/m);
  });
});
