import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);

/** Needs java, python3, mvn and some minutes, so it runs only where it is asked for. */
const isRequired = (process.env['MILLSTREAM_REQUIRE'] ?? '').split(',').includes('flink');

describe.skipIf(!isRequired)('a real Flink (MILLSTREAM_REQUIRE=flink)', () => {
  it('answers the SQL test files as they expect', { timeout: 1_500_000 }, async () => {
    const stop = () => run(`${root}scripts/flink-up.sh`, ['stop']);
    try {
      const { stdout } = await run(process.execPath, [`${root}scripts/flink-compare.mjs`], { cwd: root, maxBuffer: 2 ** 26 });
      expect(stdout).toContain('compared');
    } finally {
      await stop();
    }
  });
});
