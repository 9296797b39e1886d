import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { useMillstream } from './support/millstream.ts';

const millstream = useMillstream();
const COUNT = 20_000;
const ARGS = ['run', 'job.sql', '--state', 'st', '--checkpoint-interval', '50ms'];

/** Lines of which one cannot be read, until it is mended: with as many bytes as before. */
const write = (isMended: boolean): void => {
  const lines = Array.from({ length: COUNT }, (_, n) =>
    n === COUNT - 5 ? (isMended ? `{"n":${n}}` : '{"n":"bad"'.padEnd(`{"n":${n}}`.length, ' ')) : `{"n":${n}}`,
  );
  writeFileSync(millstream.path('in.ndjson'), `${lines.join('\n')}\n`);
};

const results = (): number[] =>
  readdirSync(millstream.path('out'))
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      readFileSync(millstream.path(`out/${name}`), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map(Number),
    );

describe('a job with a state folder that fails', () => {
  beforeEach(() => {
    for (const name of ['st', 'out', 'millstream.json']) rmSync(millstream.path(name), { recursive: true, force: true });
    writeFileSync(
      millstream.path('job.sql'),
      `CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'filesystem', 'path' = 'in.ndjson', 'format' = 'json');
      CREATE TABLE results (n BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'csv');
      INSERT INTO results SELECT n FROM numbers;`,
    );
    write(false);
  });

  it('for a bad record ends at once with exit code 1', async () => {
    const ended = await millstream.run(ARGS);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^error MS2101: .*in\.ndjson:19996/m);
    expect(ended.stderr).not.toContain('restart');
  });

  it('is restarted as often as millstream.json says, and says why, how often and when', async () => {
    const set = {
      'restart-strategy.type': 'fixed-delay',
      'restart-strategy.fixed-delay.attempts': '2',
      'restart-strategy.fixed-delay.delay': '30 ms',
    };
    writeFileSync(millstream.path('millstream.json'), JSON.stringify({ set }));
    const ended = await millstream.run(ARGS);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^note: the job has failed \(MS2101: .*in\.ndjson:19996.*\); restart 1 in 30 ms$/m);
    expect(ended.stderr).toMatch(/^note: the job has failed \(MS2101: .*\); restart 2 in 30 ms$/m);
    expect(ended.stderr).toMatch(/^note: the job is not restarted: it has been restarted 2 times, as often as its strategy allows$/m);
    expect(ended.stderr).toMatch(/^error MS2101: /m);
  });

  it('goes on when the cause is mended meanwhile, and all is there once', async () => {
    const args = ['--set', 'restart-strategy.type=fixed-delay', '--set', 'restart-strategy.fixed-delay.delay=1500 ms'];
    const run = millstream.start([...ARGS, ...args]);
    let stderr = '';
    run.child.stderr!.on('data', (text) => {
      stderr += text;
    });
    for (let n = 0; n < 600 && !stderr.includes('restart 1 in'); n++) await sleep(20);
    write(true);
    const ended = await run.ended;
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    expect(results().sort((a, b) => a - b)).toEqual(Array.from({ length: COUNT }, (_, n) => n));
  });

  it('without a state folder is not restarted, and says so where a strategy is set', async () => {
    const ended = await millstream.run(['run', 'job.sql', '--set', 'restart-strategy.type=fixed-delay']);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('note: the job is not restarted: it keeps no state, so there is no checkpoint to go on from\n');
  });
});
