import { describe, expect, it } from 'vitest';
import type { JobMetrics, LocalJob } from '../../../src/backends/local/job.ts';
import { JobStatus } from '../../../src/cli/terminal/job-status.ts';

const idle: JobMetrics = {
  rowsIn: 0,
  rowsOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  lateRows: 0,
  badRecords: 0,
  stateBytes: 0,
  busyMs: 0,
  watermark: undefined,
  progress: undefined,
  checkpoints: undefined,
  restarts: 0,
  restarting: undefined,
  workers: [],
};

function statusOf(initial: Partial<JobMetrics> = {}) {
  let metrics = { ...idle, ...initial };
  const status = new JobStatus({ metrics: () => metrics } as unknown as LocalJob, 0);
  const line = (now: number, change: Partial<JobMetrics> = {}, width = 100, wallClock = 0): string => {
    metrics = { ...metrics, ...change };
    return status.line(width, now, wallClock);
  };
  return line;
}

describe('the status of a job', () => {
  it('says rows per second, late rows and the size of the state', () => {
    expect(statusOf()(500, { rowsIn: 1000, lateRows: 3, stateBytes: 1_200_000 })).toBe('2,000 rows/s · 3 late · state 1.2 MB');
  });

  it('takes the rate of the last second', () => {
    const line = statusOf();
    for (let at = 100; at <= 5000; at += 100) line(at, { rowsIn: at * 10 });
    for (let at = 5100; at <= 6500; at += 100) line(at);
    expect(line(6600)).toMatch(/^0 rows\/s/);
  });

  it('says how far event time is behind', () => {
    expect(statusOf({ watermark: 1_000_000n })(100, {}, 100, 1_003_200)).toContain('· watermark 3.2 s behind ·');
  });

  it('says the event time of recorded data', () => {
    expect(statusOf({ watermark: BigInt(Date.UTC(2018, 1, 3, 12)) })(100, {}, 100, Date.UTC(2026, 0, 1))).toContain(
      '· watermark 2018-02-03 12:00:00 ·',
    );
  });

  it('says how much of input that ends is done, and how long it will take', () => {
    const line = statusOf();
    expect(line(100, { progress: { done: 1, total: 100 } })).toMatch(/^1 % · \d/);
    expect(line(10_000, { progress: { done: 40, total: 100 } })).toMatch(/^40 % · 15\.0 s left · /);
    expect(line(11_000, { progress: { done: 100, total: 100 } })).toMatch(/^100 % · \d+ rows/);
  });

  it('keeps to the width', () => {
    const line = statusOf({ watermark: BigInt(Date.UTC(2018, 1, 3, 12)), progress: { done: 40, total: 100 } });
    expect(line(10_000, {}, 80, Date.UTC(2026, 0, 1))).toBe('40 % · 15.0 s left · 0 rows/s · at 2018-02-03 12:00 · 0 late · state 0 B');
    expect(line(10_000, {}, 20, Date.UTC(2026, 0, 1))).toBe('40 % · 15.0 s left …');
  });

  it('says that the job was restarted, and when it will be', () => {
    const line = statusOf({ restarts: 2 });
    expect(line(500)).toBe('0 rows/s · 0 late · state 0 B · 2 restarts');
    expect(line(600, { restarting: { inMs: 2300, cause: 'MS3071: no answer' } })).toBe('restart 2 in 2.3 s · MS3071: no answer');
    expect(line(600, { restarting: { inMs: 0, cause: 'MS3071: no answer' } })).toBe('restart 2 · MS3071: no answer');
  });
});
