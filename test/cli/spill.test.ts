import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { useMillstream } from './support/millstream.ts';

const millstream = useMillstream();
const KEYS = 60_000;
const ROWS = 300_000;

/** Groups of a sequence, in an order that has little to do with it. Each group takes some 60 bytes of memory, and the budget is 1 MB. */
const job = (rowsPerSecond: number): string => `
SET 'execution.runtime-mode' = 'batch';
CREATE TABLE numbers (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '${ROWS}', 'rows-per-second' = '${rowsPerSecond}',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '0', 'fields.id.end' = '${ROWS - 1}');
CREATE TABLE totals (k BIGINT, n BIGINT, total BIGINT) WITH ('connector' = 'filesystem', 'path' = 'totals.csv', 'format' = 'csv');
INSERT INTO totals SELECT MOD(id * 7919, ${KEYS}) AS k, COUNT(*) AS n, SUM(id) AS total FROM numbers GROUP BY MOD(id * 7919, ${KEYS});`;

const rows = (): string[] => readFileSync(millstream.path('totals.csv'), 'utf8').trimEnd().split('\n').sort();

const stateBytes = (): number => {
  try {
    const folder = millstream.path('st/job-1');
    if (!readdirSync(folder).some((name) => /^checkpoint-\d+\.json$/.test(name))) return 0;
    return Math.max(...readdirSync(folder).map((name) => statSync(`${folder}/${name}`, { throwIfNoEntry: false })?.size ?? 0));
  } catch {
    return 0;
  }
};

async function until(what: () => boolean): Promise<void> {
  for (let ms = 0; !what(); ms += 10) {
    if (ms > 30_000) throw new Error('it does not happen');
    await sleep(10);
  }
}

describe('a job with a budget of memory and a state folder', () => {
  beforeEach(() => {
    for (const name of ['st', 'totals.csv']) rmSync(millstream.path(name), { recursive: true, force: true });
  });

  it('has the result of an undisturbed run when it is killed while most of its state lies in a file', async () => {
    writeFileSync(millstream.path('job.sql'), job(1_000_000_000));
    expect(await millstream.run(['run', 'job.sql'])).toMatchObject({ code: 0 });
    const expected = rows();
    expect(expected).toHaveLength(KEYS);
    rmSync(millstream.path('totals.csv'));

    writeFileSync(millstream.path('job.sql'), job(100_000));
    const args = ['run', 'job.sql', '--memory', '1mb', '--state', 'st', '--checkpoint-interval', '100ms'];
    // More than the budget: rows of the file are in the checkpoint.
    for (const bytes of [1_200_000, 1_500_000]) {
      const run = millstream.start(args);
      await until(() => stateBytes() > bytes);
      run.child.kill('SIGKILL');
      expect(await run.ended).toMatchObject({ code: null });
    }
    const last = await millstream.run(args);
    expect(last).toMatchObject({ code: 0 });
    expect(last.stderr).toMatch(/^note: going on from checkpoint \d+$/m);
    expect(rows()).toEqual(expected);
  }, 60_000);

  it('has the same result in three workers, which share the budget', async () => {
    const sql = job(1_000_000_000).replace('INSERT INTO totals SELECT', 'SELECT');
    const totals = (text: string): string[] => text.split('\n').filter(Boolean).sort();
    const alone = await millstream.run(['-e', sql]);
    const together = await millstream.run(['-e', sql, '--memory', '1mb', '--parallelism', '3']);
    expect(together).toMatchObject({ code: 0, stderr: '' });
    expect(totals(alone.stdout)).toHaveLength(KEYS);
    expect(totals(together.stdout)).toEqual(totals(alone.stdout));
  }, 60_000);
});
