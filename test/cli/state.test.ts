import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { useMillstream } from './support/millstream.ts';

const millstream = useMillstream();
const COUNT = 200_000;

/** Counts per second of event time; ended or not. */
const job = (rows: number | undefined, path = 'out'): string => `
CREATE TABLE src (k INT, v BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen', ${rows === undefined ? '' : `'number-of-rows' = '${rows}', `}
  'rows-per-second' = '${rows === undefined ? 20_000 : 1_000_000_000}', 'fields.k.min' = '1', 'fields.k.max' = '9', 'fields.v.kind' = 'sequence',
  'fields.v.start' = '1', 'fields.v.end' = '1000000000');
CREATE TABLE results (k INT, v BIGINT) WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'csv');
INSERT INTO results SELECT k, v FROM src;`;

const rowsIn = (path: string): string[] => {
  const whole = millstream.path(path);
  const files = statSync(whole, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(whole).map((name) => `${whole}/${name}`) : [whole];
  return files.filter((file) => !/\/\.[^/]*$/.test(file)).flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(0, -1));
};

/** The sequence, from 1 on, each once. */
function expectSequence(rows: readonly string[]): void {
  const values = rows.map((row) => Number(row.split(',')[1])).sort((a, b) => a - b);
  expect(values).toEqual(values.map((_, i) => i + 1));
}

async function until(what: () => boolean): Promise<void> {
  for (let ms = 0; !what(); ms += 20) {
    if (ms > 30_000) throw new Error('it does not happen');
    await sleep(20);
  }
}

const checkpoints = (): string[] => {
  try {
    return readdirSync(millstream.path('st/job-1')).filter((name) => /^checkpoint-\d+\.json$/.test(name));
  } catch {
    return [];
  }
};

const ARGS = ['run', 'job.sql', '--state', 'st', '--checkpoint-interval', '50ms'];

describe('a job with a state folder', () => {
  beforeEach(() => {
    for (const name of ['st', 'out', 'out.csv']) rmSync(millstream.path(name), { recursive: true, force: true });
  });

  it.each(['out', 'out.csv'])('that was killed goes on where it was, and all is in %s once', async (path) => {
    writeFileSync(millstream.path('job.sql'), job(undefined, path));
    const first = millstream.start(ARGS);
    await until(() => checkpoints().length > 0);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = millstream.start(ARGS);
    const before = Math.max(...checkpoints().map((name) => Number(name.replace(/\D/g, ''))));
    await until(() => checkpoints().some((name) => Number(name.replace(/\D/g, '')) > before + 1));
    second.child.kill('SIGINT');
    const ended = await second.ended;
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    expect(ended.stderr).toMatch(/^note: going on from checkpoint \d+\n/);
    // A single file has its name when the job is done, which this one never is.
    if (path === 'out') {
      expect(rowsIn(path).length).toBeGreaterThan(100);
      expectSequence(rowsIn(path));
    }
  });

  it('whose input is slowed down loses no row, with and without that at the next start', async () => {
    writeFileSync(millstream.path('job.sql'), job(20_000));
    for (const [kill, rate] of [
      ['SIGKILL', '3000'],
      ['SIGINT', '3000'],
    ] as const) {
      const before = checkpoints().length;
      const run = millstream.start([...ARGS, '--rows-per-second', rate]);
      await until(() => checkpoints().length > 0);
      await sleep(300 + before);
      run.child.kill(kill);
      await run.ended;
    }
    expect(await millstream.run(ARGS)).toMatchObject({ code: 0 });
    expect(rowsIn('out')).toHaveLength(20_000);
    expectSequence(rowsIn('out'));
  });

  it('is refused with other tables', async () => {
    writeFileSync(millstream.path('job.sql'), job(COUNT));
    await millstream.run(ARGS);
    writeFileSync(millstream.path('job.sql'), job(COUNT).replace("'format' = 'csv'", "'format' = 'json'"));
    const ended = await millstream.run(ARGS);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^error MS4008: .*\n(?:.*\n)*.*'format' = 'json'/);
  });

  it('that has finished has nothing left to do', async () => {
    writeFileSync(millstream.path('job.sql'), job(COUNT, 'out.csv'));
    expect(await millstream.run(ARGS)).toMatchObject({ code: 0, stderr: '' });
    expect(rowsIn('out.csv')).toHaveLength(COUNT);
    const again = await millstream.run(ARGS);
    expect(again.code).toBe(0);
    expect(again.stderr).toMatch(/^note: the job had finished with checkpoint \d+; nothing is left to do\n$/);
    expect(rowsIn('out.csv')).toHaveLength(COUNT);
  });

  it('is refused with the state of another query', async () => {
    writeFileSync(millstream.path('job.sql'), job(COUNT));
    await millstream.run(ARGS);
    writeFileSync(millstream.path('job.sql'), job(COUNT).replace('SELECT k, v', 'SELECT k, v + 1'));
    const ended = await millstream.run(ARGS);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^error MS4008: the state folder holds the state of another query, or of other tables\n(?:.*\n)*.*v \+ 1/);
    expect(rowsIn('out')).toHaveLength(COUNT);
  });

  it('is refused while another process works with it, which is named', async () => {
    writeFileSync(millstream.path('job.sql'), job(undefined));
    const first = millstream.start(ARGS);
    await until(() => checkpoints().length > 0);
    const second = await millstream.run(ARGS);
    expect(second.code).toBe(2);
    expect(second.stderr).toMatch(new RegExp(`^error MS4009: process ${first.child.pid} works with the state folder`));
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(0);
  });

  it('goes on from the checkpoint before a damaged one, and says so', async () => {
    writeFileSync(millstream.path('job.sql'), job(undefined));
    const first = millstream.start(ARGS);
    await until(() => checkpoints().length > 1);
    first.child.kill('SIGKILL');
    await first.ended;
    const newest = millstream.path(`st/job-1/${checkpoints().sort().at(-1)}`);
    writeFileSync(newest, readFileSync(newest, 'utf8').slice(0, -20));
    const second = millstream.start(ARGS);
    let stderr = '';
    second.child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    await until(() => /going on from checkpoint/.test(stderr));
    await sleep(300);
    second.child.kill('SIGINT');
    await once(second.child, 'close');
    expect(stderr).toMatch(/^note: checkpoint \d+ is damaged\nnote: going on from checkpoint \d+\n/);
    expectSequence(rowsIn('out'));
  });

  it('needs a folder for an interval, and an interval that is one', async () => {
    writeFileSync(millstream.path('job.sql'), job(COUNT));
    const without = await millstream.run(['run', 'job.sql', '--checkpoint-interval', '1s']);
    expect(without).toMatchObject({ code: 2, stderr: expect.stringContaining('error MS5001: --checkpoint-interval needs a folder') });
    const wrong = await millstream.run(['run', 'job.sql', '--state', 'st', '--checkpoint-interval', 'soon']);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('MS1303') });
    const file = await millstream.run(['run', 'job.sql', '--state', 'job.sql']);
    expect(file).toMatchObject({ code: 2, stderr: expect.stringContaining('error MS4010: the state folder') });
  });
});
