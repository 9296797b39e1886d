import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { useMillstream } from './support/millstream.ts';

const millstream = useMillstream();

const source = (rows: number | undefined): string => `
CREATE TABLE src (k INT, v BIGINT) WITH ('connector' = 'datagen', ${rows === undefined ? '' : `'number-of-rows' = '${rows}', `}
  'rows-per-second' = '${rows === undefined ? 50_000 : 1_000_000_000}', 'fields.k.min' = '1', 'fields.k.max' = '9', 'seed' = '4',
  'fields.v.kind' = 'sequence', 'fields.v.start' = '1', 'fields.v.end' = '1000000000');
CREATE TABLE timed (k INT, v BIGINT, ts AS TO_TIMESTAMP_LTZ(v, 3), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
WITH ('connector' = 'datagen', 'number-of-rows' = '60000', 'rows-per-second' = '1000000000', 'fields.k.min' = '1', 'fields.k.max' = '3',
  'seed' = '4', 'fields.v.kind' = 'sequence', 'fields.v.start' = '1', 'fields.v.end' = '60000');`;

const sorted = (text: string): string[] => text.split('\n').filter(Boolean).sort();

describe('--parallelism', () => {
  it.each([
    ['groups', 'SELECT k, COUNT(*) AS n, SUM(v) AS s FROM src GROUP BY k'],
    ['one group', 'SELECT COUNT(*) AS n, SUM(v) AS s FROM src'],
    ['groups of groups', 'SELECT n, COUNT(*) AS c FROM (SELECT k, COUNT(*) AS n FROM src GROUP BY k) GROUP BY n'],
    ['rows as they are', 'SELECT v FROM src WHERE MOD(v, 997) = 0'],
    [
      'nearly as many groups as rows',
      `SELECT MOD(v * 7919, 150000) AS g, COUNT(*) AS n, COUNT(NULLIF(k, 3)) AS c, COUNT(*) FILTER (WHERE k > 4) AS f, SUM(v) AS s,
        AVG(CAST(v AS DECIMAL(20, 2))) AS a, MIN(k) AS low, MAX(CAST(v AS DOUBLE)) AS high, MAX(k > 5) AS b FROM src GROUP BY MOD(v * 7919, 150000)`,
    ],
    ['texts', "SELECT k, MIN(CAST(v AS STRING) || ' of many') AS low, MAX(NULLIF(CAST(v AS STRING), '99999')) AS high FROM src GROUP BY k"],
    [
      'windows',
      `SELECT window_start, k, COUNT(*) AS n, MAX(v) AS m FROM HOP(TABLE timed, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND)
       GROUP BY window_start, window_end, k`,
    ],
    [
      'windows of nothing but keys',
      `SELECT window_end, k FROM TUMBLE(TABLE timed, DESCRIPTOR(ts), INTERVAL '5' SECOND) GROUP BY window_start, window_end, k`,
    ],
    ['nothing', 'SELECT k, COUNT(*) AS n FROM src WHERE v < 0 GROUP BY k'],
  ])('gives the same results: %s', async (_, query) => {
    const sql = source(200_000) + query;
    const alone = await millstream.run(['-e', sql]);
    const together = await millstream.run(['-e', sql, '--parallelism', '3']);
    expect(together).toMatchObject({ code: 0, stderr: '' });
    expect(sorted(together.stdout)).toEqual(sorted(alone.stdout));
  });

  it.each(['0', '-1', 'two', '1.5', '1000'])('refuses %s', async (workers) => {
    const { code, stdout } = await millstream.run(['-e', 'SELECT 1', '--parallelism', workers]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
  });

  it('ends with the error of the worker that fails', async () => {
    const sql = `${source(100_000)} SELECT k, SUM(10 / (v - 77777)) AS s FROM src GROUP BY k`;
    const { code, stderr } = await millstream.run(['-e', sql, '--parallelism', '2']);
    expect(code).toBe(1);
    expect(stderr).toContain('MS2030');
  });
});

describe('a job that is to have two workers, with a state folder', () => {
  beforeEach(() => {
    for (const name of ['st', 'out']) rmSync(millstream.path(name), { recursive: true, force: true });
    writeFileSync(
      millstream.path('job.sql'),
      `${source(undefined)} CREATE TABLE results (k INT, v BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'csv');
       INSERT INTO results SELECT k, v FROM src;`,
    );
  });

  const args = (workers: string): string[] => [
    'run',
    'job.sql',
    '--state',
    'st',
    '--checkpoint-interval',
    '50ms',
    '--parallelism',
    workers,
  ];
  const checkpoints = (): number => {
    try {
      return Math.max(
        0,
        ...readdirSync(millstream.path('st/job-1')).flatMap((name) => Number(/^checkpoint-(\d+)\.json$/.exec(name)?.[1] ?? 0)),
      );
    } catch {
      return 0;
    }
  };
  const rows = (): number[] =>
    readdirSync(millstream.path('out'))
      .filter((name) => !name.startsWith('.'))
      .flatMap((name) =>
        readFileSync(millstream.path(`out/${name}`), 'utf8')
          .split('\n')
          .slice(0, -1),
      )
      .map((row) => Number(row.split(',')[1]));
  const pass = async (beyond: number): Promise<void> => {
    for (let ms = 0; checkpoints() <= beyond; ms += 20) {
      if (ms > 30_000) throw new Error('there is no checkpoint');
      await sleep(20);
    }
  };

  it('has all rows once when it was killed, and then stopped', async () => {
    const first = millstream.start(args('2'));
    await pass(1);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = millstream.start(args('2'));
    await pass(checkpoints() + 2);
    second.child.kill('SIGINT');
    const ended = await second.ended;
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    expect(ended.stderr).not.toContain('the job runs in one worker');
    const values = rows();
    expect(values.length).toBeGreaterThan(100);
    expect(new Set(values).size).toBe(values.length);
    // Each worker has its own half of the numbers, without a gap.
    for (const half of [0, 1]) {
      const own = values.filter((value) => value % 2 === half).sort((a, b) => a - b);
      expect(own.every((value, i) => value === (own[0] ?? 0) + 2 * i)).toBe(true);
    }
  });

  it('ends at once when it had finished before', async () => {
    const sql = `${source(20_000)} CREATE TABLE results (k INT, n BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'csv');
      SET 'execution.runtime-mode' = 'batch'; INSERT INTO results SELECT k, COUNT(*) FROM src GROUP BY k;`;
    writeFileSync(millstream.path('job.sql'), sql);
    expect(await millstream.run(args('2'))).toMatchObject({ code: 0 });
    const before = readdirSync(millstream.path('out'));
    const again = await millstream.run(args('2'));
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('the job had finished');
    expect(readdirSync(millstream.path('out'))).toEqual(before);
  });
});
