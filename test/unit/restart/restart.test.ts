import { describe, expect, it } from 'vitest';
import { open } from '../../../src/api/open.ts';
import { seconds } from '../../../src/api/typed/duration.ts';
import { ConnectorError, DataError } from '../../../src/common/errors.ts';
import { Bench, expectedRows } from './support.ts';

const away = (): ConnectorError => new ConnectorError('MS3071', 'the broker does not answer', { retry: true });
const bad = (): DataError => new DataError('MS2101', 'no number');
const fixed = (attempts: number) => ({
  'restart-strategy.type': 'fixed-delay',
  'restart-strategy.fixed-delay.attempts': String(attempts),
  'restart-strategy.fixed-delay.delay': '2 s',
});

describe('a job that fails', () => {
  it('goes on from its last checkpoint, with results as if nothing had happened', async () => {
    const bench = await Bench.open();
    bench.faults.source.set(23, [away()]).set(41, [away()]);
    const job = await bench.start();
    expect(await bench.ended(job)).toBeUndefined();
    expect(bench.rows).toEqual(expectedRows());
    expect([bench.starts, job.restarts, job.metrics().restarts]).toEqual([3, 2, 2]);
    expect(bench.restartNotes).toEqual([
      expect.stringMatching(/^the job has failed \(MS3071: the broker does not answer\); restart 1 in 1(\.1)? s$/),
      expect.stringMatching(/; restart 2 in 1\.\d s$/),
    ]);
    expect(bench.notes.filter((note) => note.startsWith('going on from checkpoint'))).toHaveLength(2);
  });

  it('begins anew where it had no checkpoint yet', async () => {
    const bench = await Bench.open();
    bench.faults.source.set(3, [away()]);
    expect(await bench.ended(await bench.start())).toBeUndefined();
    expect(bench.rows).toEqual(expectedRows());
    expect(bench.notes).toContain('starting anew: there is no checkpoint yet');
  });

  it('commits what its last checkpoint had prepared when committing was what failed', async () => {
    const bench = await Bench.open();
    bench.faults.commit.push(undefined, away());
    expect(await bench.ended(await bench.start())).toBeUndefined();
    expect(bench.rows).toEqual(expectedRows());
  });

  it('goes on after a sink could not prepare, and after it could not be opened again', async () => {
    const bench = await Bench.open();
    bench.faults.prepare.push(undefined, away());
    const job = await bench.start();
    bench.faults.open.push(away(), away());
    expect(await bench.ended(job)).toBeUndefined();
    expect(bench.rows).toEqual(expectedRows());
    expect(job.restarts).toBe(3);
  });

  it('does not end well when a sink fails for a checkpoint that the end of the input has overtaken', async () => {
    const bench = await Bench.open({ 'restart-strategy.type': 'none' }, true, 12);
    bench.faults.prepareMs = 60;
    bench.faults.prepare.push(away());
    expect(await bench.ended(await bench.start())).toMatchObject({ code: 'MS3071' });
    expect(bench.rows).toEqual([]);
  });

  it('goes on when a full disk has room again', async () => {
    const bench = await Bench.open();
    const job = await bench.start();
    await bench.pass(250);
    const { files } = bench;
    const write = files.write.bind(files);
    files.write = async () => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    await bench.pass(4000);
    expect(job.metrics().restarts).toBeGreaterThan(0);
    files.write = write;
    expect(await bench.ended(job)).toBeUndefined();
    expect(bench.rows).toEqual(expectedRows());
    expect(bench.restartNotes[0]).toContain('MS4007: checkpoint 3 cannot be written: no space left on device');
  });

  it('is not restarted for a mistake in the data, which would be there again', async () => {
    const bench = await Bench.open();
    bench.faults.source.set(23, [bad()]);
    const job = await bench.start();
    expect(await bench.ended(job)).toMatchObject({ code: 'MS2101' });
    expect([bench.starts, bench.restartNotes]).toEqual([1, []]);
  });

  it('is restarted for any failure where a strategy is asked for, as often as that allows', async () => {
    const bench = await Bench.open(fixed(2));
    bench.faults.source.set(23, [bad(), bad(), bad(), bad()]);
    const job = await bench.start();
    expect(await bench.ended(job)).toMatchObject({ code: 'MS2101' });
    expect([bench.starts, job.restarts]).toEqual([3, 2]);
    expect(bench.restartNotes.at(-1)).toBe('the job is not restarted: it has been restarted 2 times, as often as its strategy allows');
  });

  it('is not restarted where that is asked for', async () => {
    const bench = await Bench.open({ 'restart-strategy.type': 'none' });
    bench.faults.source.set(23, [away()]);
    expect(await bench.ended(await bench.start())).toMatchObject({ code: 'MS3071' });
    expect(bench.starts).toBe(1);
  });

  it('is not restarted without a state folder, and says why', async () => {
    const bench = await Bench.open(fixed(2), false);
    bench.faults.source.set(23, [away()]);
    expect(await bench.ended(await bench.start())).toMatchObject({ code: 'MS3071' });
    expect(bench.restartNotes).toEqual(['the job is not restarted: it keeps no state, so there is no checkpoint to go on from']);
  });
});

describe('a job that waits for a restart', () => {
  const waiting = async () => {
    const bench = await Bench.open(fixed(1));
    bench.faults.source.set(23, [away()]);
    const job = await bench.start();
    await bench.pass(600);
    expect(job.isRestarting).toBe(true);
    return { bench, job };
  };

  it('says so', async () => {
    const { bench, job } = await waiting();
    const { restarts, restarting } = job.metrics();
    expect(restarts).toBe(1);
    expect(restarting!.inMs).toBeGreaterThan(1000);
    expect(restarting!.inMs).toBeLessThan(2000);
    expect(restarting!.cause).toBe('MS3071: the broker does not answer');
    const [statement] = bench.session.parse('SHOW JOBS');
    const shown = () => bench.session.run(statement!, 'SHOW JOBS');
    expect(await shown()).toMatchObject({ rows: [[job.id, expect.anything(), 'RESTARTING', expect.anything(), 1n]] });
    expect(await bench.ended(job)).toBeUndefined();
    expect(await shown()).toMatchObject({ rows: [[job.id, expect.anything(), 'FINISHED', expect.anything(), 1n]] });
  });

  it('is cancelled at once', async () => {
    const { bench, job } = await waiting();
    await job.cancel();
    expect([job.isCancelled, bench.starts]).toEqual([true, 1]);
  });

  it('is suspended at once, and goes on when it is started again', async () => {
    const { bench, job } = await waiting();
    await job.suspend();
    expect(bench.starts).toBe(1);
    expect(job.isCommitted).toBe(false);
    expect(await bench.ended(await bench.start())).toBeUndefined();
    expect(bench.rows).toEqual(expectedRows());
  });

  it('is started for a drain', async () => {
    const { bench, job } = await waiting();
    void job.drain();
    expect(await bench.ended(job)).toBeUndefined();
    expect(bench.starts).toBe(2);
  });

  it('has its last checkpoint for a savepoint', async () => {
    const { job } = await waiting();
    expect(await job.withCheckpoint(async () => undefined)).toBe(false);
    await job.cancel();
  });
});

describe('open({ restart })', () => {
  it('needs a folder', async () => {
    await expect(open({ restart: { type: 'fixed-delay', attempts: 3, delay: seconds(5) } })).rejects.toMatchObject({ code: 'MS1303' });
  });
});
