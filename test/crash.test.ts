import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshSeed, seededRandom } from '../src/common/random.ts';
import { useBundle } from './cli/support/bundle.ts';
import { type CrashSetting, crashRun, undisturbed, writeInput } from './crash/crash-run.ts';
import { type CrashJob, crashJobs } from './crash/jobs.ts';
import { nexmarkJobs } from './crash/nexmark-jobs.ts';

/** A sample of what `npm run crash` does. */
const EVENTS = 300_000;
const KILLS = 3;
const NEXMARK_EVENTS = 100_000;
const NEXMARK_JOBS = 4;
const seed = freshSeed() >>> 0;
const nexmarkFolder = fileURLToPath(new URL('../bench/nexmark', import.meta.url));

/** Some of the stateful queries of NEXMark, others with each seed; `npm run crash -- --only nexmark` has all. */
function sampledQueries(): readonly CrashJob[] {
  const random = seededRandom(seed);
  const jobs = [...nexmarkJobs(NEXMARK_EVENTS, nexmarkFolder)];
  return Array.from({ length: NEXMARK_JOBS }, () => jobs.splice(random.below(jobs.length), 1)[0]!);
}

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

  it.each(sampledQueries().map((job) => [job.name, job] as const))('%s, by one to three workers', async (_, job) => {
    const { digest, ms, rows } = await undisturbed(job, setting);
    expect(rows).toBeGreaterThan(0);
    const crashed = await crashRun(job, { ...setting, parallelism: [1, 2, 3] }, KILLS, ms);
    expect(crashed.digest).toBe(digest);
  });
});
