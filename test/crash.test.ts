import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshSeed, seededRandom } from '../src/common/random.ts';
import { useBundle } from './cli/support/bundle.ts';
import { type CrashSetting, crashRun, undisturbed, writeInput } from './crash/crash-run.ts';
import { crashJobs } from './crash/jobs.ts';

/** A sample of what `npm run crash` does. */
const EVENTS = 300_000;
const KILLS = 3;
const seed = freshSeed() >>> 0;

describe(`jobs that are killed, seed ${seed}`, () => {
  const bundle = useBundle();
  const folder = mkdtempSync(join(tmpdir(), 'crash-'));
  let setting: CrashSetting;

  beforeAll(async () => {
    setting = { cli: bundle.cli, folder, random: seededRandom(seed) };
    await writeInput(setting, EVENTS);
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(crashJobs(EVENTS).map((job) => [job.name, job] as const))('%s, by two workers and by one to three', async (_, job) => {
    const { digest, ms, rows } = await undisturbed(job, setting);
    expect(rows).toBeGreaterThan(0);
    for (const parallelism of [[2], [1, 2, 3]]) {
      const crashed = await crashRun(job, { ...setting, parallelism }, KILLS, ms);
      expect({ parallelism, digest: crashed.digest }).toEqual({ parallelism, digest });
    }
  });
});
