import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Savepoint } from '../../../src/backends/local/node/savepoint-folder.ts';
import { type Millstream, open, seconds } from '../../../src/index.ts';

const folders: string[] = [];
const opened: Millstream[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'savepoint-'));
  folders.push(made);
  return made;
};

afterEach(async () => {
  for (const ms of opened.splice(0)) await ms.close();
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

async function start(options: Parameters<typeof open>[0]) {
  const ms = await open(options);
  opened.push(ms);
  await ms.sql(`CREATE TABLE ticks WITH ('connector' = 'rate', 'rows-per-second' = '500');
CREATE TABLE sums (total BIGINT) WITH ('connector' = 'blackhole')`);
  const [job] = await ms.sql("SET 'pipeline.name' = 'ticking'; INSERT INTO sums SELECT COUNT(*) FROM ticks");
  return { ms, job: job! };
}

describe('a job of a program', () => {
  it('makes a savepoint, and another program starts from it', async () => {
    const dir = folder();
    const { job } = await start({ dir: join(dir, 'a'), checkpoint: seconds(100) });
    const path = await job.savepoint();
    expect(path).toContain(join(dir, 'a', 'savepoints', 'savepoint-'));
    const last = await job.stop({ savepoint: join(dir, 'points') });
    expect(readdirSync(join(dir, 'points'))).toHaveLength(1);
    const notes: string[] = [];
    const second = await start({ dir: join(dir, 'b'), from: last!, onNote: (note) => notes.push(note) });
    expect(notes[0]).toMatch(/^starting from .*points/);
    await second.job.stop();
    expect((await Savepoint.open(path)).manifest.jobs).toMatchObject([{ name: 'job-1', committed: true }]);
  });

  it('is listed, and stopped in SQL', async () => {
    const dir = folder();
    const { ms, job } = await start({ dir, checkpoint: seconds(100) });
    const [row] = await ms.query('SHOW JOBS').rows();
    expect(row).toMatchObject({ 'job id': job.id, 'job name': 'ticking', status: 'RUNNING' });
    const [stopped] = await ms.query<{ 'savepoint path': string }>(`STOP JOB '${job.id}' WITH SAVEPOINT WITH DRAIN`).rows();
    const checkpoint = await (await Savepoint.open(stopped!['savepoint path'])).checkpoint('job-1');
    expect(checkpoint).toMatchObject({ finished: true });
    expect((await ms.query('SHOW JOBS').rows())[0]).toMatchObject({ status: 'FINISHED' });
    await expect(ms.sql(`STOP JOB '${job.id}'`)).rejects.toMatchObject({ code: 'MS1101' });
  });

  it('without a state folder has no savepoints, and is cancelled by STOP JOB', async () => {
    const { ms, job } = await start({});
    await expect(job.savepoint()).rejects.toMatchObject({ code: 'MS4020' });
    await expect(job.stop({ savepoint: true })).rejects.toMatchObject({ code: 'MS4020' });
    await ms.sql(`STOP JOB '${job.id}'`);
    expect((await ms.query('SHOW JOBS').rows())[0]).toMatchObject({ status: 'CANCELED' });
  });

  it('goes on when the savepoint cannot be written', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'file'), '');
    const { job } = await start({ dir: join(dir, 'a'), checkpoint: seconds(100) });
    await expect(job.savepoint(join(dir, 'file', 'x'))).rejects.toMatchObject({ code: 'MS4020' });
    expect(await job.savepoint(join(dir, 'b'))).toContain('savepoint-');
    await job.stop();
  });
});

describe('a savepoint on the disk', () => {
  it.each([
    ['of a later release', '{"format":"millstream-savepoint","version":9,"id":"x","jobs":[]}', 'MS4003'],
    ['of something else', '{"format":"other"}', 'MS4021'],
    ['that is cut off', '{"format":"millst', 'MS4005'],
    ['that names a folder outside', '{"format":"millstream-savepoint","version":1,"id":"x","jobs":[{"name":"../job-1"}]}', 'MS4005'],
  ])('%s is refused', async (_, text, code) => {
    const path = folder();
    writeFileSync(join(path, 'savepoint.json'), text);
    await expect(Savepoint.open(path)).rejects.toMatchObject({ code });
  });

  it('that has lost a job is damaged', async () => {
    const path = folder();
    writeFileSync(join(path, 'savepoint.json'), '{"format":"millstream-savepoint","version":1,"id":"x","jobs":[{"name":"job-1"}]}');
    const savepoint = await Savepoint.open(path);
    await expect(savepoint.checkpoint('job-1')).rejects.toMatchObject({ code: 'MS4005' });
    expect(await savepoint.checkpoint('job-2')).toBe(undefined);
  });
});
