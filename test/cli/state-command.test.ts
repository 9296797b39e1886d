import { readdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useMillstream } from './support/millstream.ts';

const millstream = useMillstream();

const JOB = `
CREATE TABLE src (k INT, v BIGINT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen', 'number-of-rows' = '1000', 'fields.k.kind' = 'sequence', 'fields.k.start' = '1', 'fields.k.end' = '1000',
  'fields.v.kind' = 'sequence', 'fields.v.start' = '1', 'fields.v.end' = '1000');
CREATE TABLE results (k INT, n BIGINT, total BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO results SELECT MOD(k, 3), COUNT(*), SUM(v) FROM src GROUP BY MOD(k, 3);`;

describe('millstream state', () => {
  it('lists what a checkpoint keeps, and prints it', async () => {
    writeFileSync(millstream.path('job.sql'), JOB);
    expect(await millstream.run(['run', 'job.sql', '--state', 'st'])).toMatchObject({ code: 0 });
    const listed = await millstream.run(['state', 'st']);
    expect(listed).toMatchObject({ code: 0, stderr: '' });
    const rows = listed.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows).toContainEqual(expect.objectContaining({ job: 'job-1', operator: 'source-src', state: 'position', rows: null }));
    const group = rows.find(({ state }) => state === 'groups')!;
    expect(group).toMatchObject({ operator: expect.stringMatching(/^group-value-[0-9a-f]{8}$/), of: 'GROUP BY key0', rows: 3 });
    const printed = await millstream.run(['state', 'st', String(group['operator'])]);
    expect(
      printed.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toContainEqual({ key0: 0, 'COUNT(*)': 333, 'SUM(v)': 166833, 'SUM(v)$count': 1 });
    const manifest = readdirSync(millstream.path('st/job-1')).find((name) => name.endsWith('.json') && name.startsWith('checkpoint'))!;
    expect(
      (await millstream.run(['state', `st/job-1/${manifest}`, String(group['operator']), 'groups', '--job', 'job-1'])).stdout.split('\n'),
    ).toHaveLength(4);
    expect(JSON.parse((await millstream.run(['state', 'st', 'source-src'])).stdout)).toMatchObject({ ended: true });
  });

  it('says what there is where a name is wrong', async () => {
    expect(await millstream.run(['state', 'st', 'sum'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error MS4024: there is no operator sum\n(.*\n)*.*group-value/),
    });
    expect(await millstream.run(['state', 'nowhere'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error MS4024: nowhere holds no checkpoint/),
    });
  });
});
