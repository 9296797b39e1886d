import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { useMillstream } from './support/millstream.ts';

const millstream = useMillstream();

/** A sequence without an end, and its sum so far. */
const JOB = `
CREATE TABLE src (k INT, v BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '5000', 'fields.k.min' = '1', 'fields.k.max' = '9',
  'fields.v.kind' = 'sequence', 'fields.v.start' = '1', 'fields.v.end' = '1000000000');
CREATE TABLE results (v BIGINT, k INT) WITH ('connector' = 'filesystem', 'path' = 'out/', 'format' = 'csv');
INSERT INTO results SELECT v, k FROM src;`;

const rowsIn = (folder: string): number[] =>
  readdirSync(millstream.path(folder))
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      readFileSync(`${millstream.path(folder)}/${name}`, 'utf8')
        .split('\n')
        .slice(0, -1),
    )
    .map((line) => Number(line.split(',')[0]))
    .sort((a, b) => a - b);

async function until(what: () => boolean): Promise<void> {
  for (let ms = 0; !what(); ms += 20) {
    if (ms > 30_000) throw new Error('it does not happen');
    await sleep(20);
  }
}

const checkpointsIn = (folder: string): number =>
  existsSync(millstream.path(`${folder}/job-1`))
    ? readdirSync(millstream.path(`${folder}/job-1`)).filter((name) => /^checkpoint-\d+\.json$/.test(name)).length
    : 0;

const ARGS = ['run', 'job.sql', '--checkpoint-interval', '50ms', '--state'];

describe('a savepoint', () => {
  beforeEach(() => {
    for (const name of ['st', 'st2', 'out', 'points', 'moved']) rmSync(millstream.path(name), { recursive: true, force: true });
    writeFileSync(millstream.path('job.sql'), JOB);
  });

  it('that a stopped job made is where another state folder goes on, wherever it was moved to', async () => {
    const first = millstream.start([...ARGS, 'st']);
    await until(() => checkpointsIn('st') > 0);
    const stopped = await millstream.run(['stop', 'st', '--savepoint', 'points']);
    expect(stopped).toMatchObject({ code: 0, stderr: '' });
    expect(stopped.stdout).toMatch(/\/points\/savepoint-[0-9a-f]{6}-[0-9a-f]{12}\n$/);
    expect(await first.ended).toMatchObject({ code: 0, stdout: '' });
    const before = rowsIn('out');
    expect(before).toEqual(before.map((_, i) => i + 1));
    renameSync(stopped.stdout.trim(), millstream.path('moved'));
    rmSync(millstream.path('st'), { recursive: true });
    const second = millstream.start([...ARGS, 'st2', '--from', 'moved']);
    await until(() => rowsIn('out').length > before.length);
    second.child.kill('SIGKILL');
    await second.ended;
    // The same line goes on from its own checkpoints.
    const third = millstream.start([...ARGS, 'st2', '--from', 'moved']);
    const killed = rowsIn('out').length;
    await until(() => rowsIn('out').length > killed);
    third.child.kill('SIGINT');
    const ended = await third.ended;
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stderr).toMatch(/^note: going on from checkpoint \d+\n/);
    const after = rowsIn('out');
    expect(after.length).toBeGreaterThan(before.length);
    expect(after).toEqual(after.map((_, i) => i + 1));
  });

  it('of a running job leaves it running', async () => {
    const job = millstream.start([...ARGS, 'st']);
    await until(() => checkpointsIn('st') > 0);
    const made = await millstream.run(['savepoint', 'st']);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect(readdirSync(millstream.path('st/savepoints'))).toHaveLength(1);
    const count = rowsIn('out').length;
    await until(() => rowsIn('out').length > count);
    const stopped = await millstream.run(['stop', 'st']);
    expect(stopped).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect((await job.ended).code).toBe(0);
    expect(await millstream.run(['stop', 'st'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error MS4022: no process works with st/),
    });
  });

  it('of a killed job is made of its newest checkpoint', async () => {
    const job = millstream.start([...ARGS, 'st']);
    await until(() => checkpointsIn('st') > 0);
    job.child.kill('SIGKILL');
    await job.ended;
    const made = await millstream.run(['savepoint', 'st', 'points']);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    cpSync(made.stdout.trim(), millstream.path('moved'), { recursive: true });
    const next = millstream.start([...ARGS, 'st2', '--from', 'moved']);
    await until(() => checkpointsIn('st2') > 0);
    next.child.kill('SIGINT');
    expect(await next.ended).toMatchObject({ code: 0, stderr: expect.stringMatching(/^note: starting from \S+\/moved\n/) });
  });

  it('--drain ends the job for good', async () => {
    const job = millstream.start([...ARGS, 'st']);
    await until(() => checkpointsIn('st') > 0);
    expect(await millstream.run(['stop', 'st', '--drain', '--savepoint'])).toMatchObject({ code: 0, stderr: '' });
    expect((await job.ended).code).toBe(0);
    const again = await millstream.run([...ARGS, 'st']);
    expect(again).toMatchObject({ code: 0, stderr: expect.stringMatching(/^note: the job had finished with checkpoint \d+; nothing/) });
  });

  it.each([
    ['that is not there', ['--from', 'nowhere'], /^error MS4021: nowhere is no savepoint/],
    ['that is a state folder', ['--from', 'st'], /^error MS4021: st is no savepoint/],
  ])('%s is refused', async (_, args, error) => {
    expect(await millstream.run([...ARGS, 'st', ...args])).toMatchObject({ code: 2, stderr: expect.stringMatching(error) });
  });

  it('needs a state folder to start in, one without state', async () => {
    expect(await millstream.run(['run', 'job.sql', '--from', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/MS5001: --from needs a folder/),
    });
    const job = millstream.start([...ARGS, 'st']);
    await until(() => checkpointsIn('st') > 0);
    const made = await millstream.run(['stop', 'st', '--savepoint', 'points']);
    await job.ended;
    const refused = await millstream.run([...ARGS, 'st', '--from', made.stdout.trim()]);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error MS4023: .*st has checkpoints of a job that was not started from/),
    });
    expect(await millstream.run(['savepoint', 'none'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error MS4010: there is no state folder none/),
    });
  });
});

const SUMS = JOB.replace('(v BIGINT, k INT)', '(k INT, n BIGINT)')
  .replace('filesystem', 'print')
  .replace(/, 'path'.*csv'/, '')
  .replace('SELECT v, k FROM src', 'SELECT k, COUNT(*) FROM src GROUP BY k');

describe('a changed query', () => {
  it('is told what becomes of its state before it starts, and loses none without leave', async () => {
    for (const name of ['st', 'points']) rmSync(millstream.path(name), { recursive: true, force: true });
    writeFileSync(millstream.path('job.sql'), SUMS);
    expect(await millstream.run(['run', 'job.sql', '--state', 'st', '--check'])).toMatchObject({
      code: 0,
      stdout: 'INSERT INTO results: there is no state yet: it begins anew\n',
    });
    const first = millstream.start([...ARGS, 'st']);
    await until(() => checkpointsIn('st') > 0);
    await millstream.run(['stop', 'st']);
    await first.ended;
    expect((await millstream.run(['run', 'job.sql', '--state', 'st', '--check'])).stdout).toMatch(
      /^INSERT INTO results: it goes on from checkpoint \d+, whose query is the same\n$/,
    );
    writeFileSync(millstream.path('job.sql'), SUMS.replace('COUNT(*) FROM src', 'COUNT(*) FROM src WHERE v > 9'));
    const checked = await millstream.run(['run', 'job.sql', '--state', 'st', '--check']);
    expect(checked).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error MS4008: with this query, state would be lost\n/) });
    expect(checked.stdout).toMatch(
      / {2}kept {6}source src\n(.*\n)* {2}lost {6}GROUP BY k \(group-k-[0-9a-f]{8}\): 9 rows; the query does not have it any more\n$/,
    );
    expect(await millstream.run([...ARGS, 'st'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/MS4008(.*\n)*.*lost {6}GROUP BY k/),
    });
    const second = millstream.start([...ARGS, 'st', '--allow-lost-state']);
    await second.printed(/\+I\[/);
    second.child.kill('SIGINT');
    expect(await second.ended).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^note: the query is not the one that the state is of\n(note: {3}.*\n)+note: going on from checkpoint/),
    });
    expect(await millstream.run(['run', 'job.sql', '--check'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/MS5001: --check needs a state folder/),
    });
  });
});
