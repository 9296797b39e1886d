import { describe, expect, it } from 'vitest';
import { readRestartPolicy, restartEntries } from '../../../src/api/restart-settings.ts';
import { Settings } from '../../../src/api/settings.ts';
import { minutes, seconds } from '../../../src/api/typed/duration.ts';
import { ConnectorError, DataError } from '../../../src/common/errors.ts';
import { seededRandom } from '../../../src/common/random.ts';
import { mayPass } from '../../../src/runtime/restart/may-pass.ts';
import { restartStrategy } from '../../../src/runtime/restart/restart-strategy.ts';

const policyOf = (settings: Readonly<Record<string, string>>) => {
  const set = new Settings();
  for (const [key, value] of Object.entries(settings)) set.set(key, value);
  return readRestartPolicy((key) => set.get(key));
};

const strategyOf = (settings: Readonly<Record<string, string>>) => restartStrategy(policyOf(settings).settings, seededRandom(1));

const steady = { 'restart-strategy.type': 'exponential-delay', 'restart-strategy.exponential-delay.jitter-factor': '0' };

describe('restart strategies', () => {
  it("have Flink's defaults, which apply to failures that may pass only", () => {
    expect(policyOf({})).toEqual({
      isExplicit: false,
      settings: {
        type: 'exponential-delay',
        initialBackoffMs: 1000,
        maxBackoffMs: 60_000,
        backoffMultiplier: 1.5,
        jitterFactor: 0.1,
        resetBackoffThresholdMs: 3_600_000,
        attemptsBeforeReset: Number.POSITIVE_INFINITY,
      },
    });
    expect(policyOf({ 'restart-strategy.type': 'fixed-delay' })).toEqual({
      isExplicit: true,
      settings: { type: 'fixed-delay', attempts: 1, delayMs: 1000 },
    });
    expect(policyOf({ 'restart-strategy.type': 'failure-rate' }).settings).toEqual({
      type: 'failure-rate',
      maxFailuresPerInterval: 1,
      failureRateIntervalMs: 60_000,
      delayMs: 1000,
    });
  });

  it('are known by all their names', () => {
    expect(policyOf({ 'restart-strategy': 'off' }).settings.type).toBe('none');
    expect(policyOf({ 'restart-strategy.type': 'FailureRate' }).settings.type).toBe('failure-rate');
  });

  it('refuse numbers that make no sense', () => {
    expect(() => policyOf({ 'restart-strategy.exponential-delay.backoff-multiplier': '0.5' })).toThrow('must be at least 1');
    expect(() => policyOf({ 'restart-strategy.exponential-delay.jitter-factor': '2' })).toThrow('must be between 0 and 1');
    expect(() => policyOf({ 'restart-strategy.type': 'sometimes' })).toThrow("'restart-strategy.type'");
  });

  it('none refuses', () => {
    expect(strategyOf({ 'restart-strategy.type': 'none' }).afterFailure(0)).toHaveProperty('refusal');
  });

  it('fixed-delay counts restarts over the whole life', () => {
    const strategy = strategyOf({
      'restart-strategy.type': 'fixed-delay',
      'restart-strategy.fixed-delay.attempts': '2',
      'restart-strategy.fixed-delay.delay': '5 s',
    });
    expect([0, 1e9, 2e9].map((at) => strategy.afterFailure(at))).toEqual([
      { delayMs: 5000 },
      { delayMs: 5000 },
      { refusal: expect.stringContaining('2 times') },
    ]);
  });

  it('exponential-delay grows up to the most, and begins again when the job has run for long', () => {
    const strategy = strategyOf({ ...steady, 'restart-strategy.exponential-delay.max-backoff': '3 s' });
    const delays: unknown[] = [];
    let now = 0;
    for (let n = 0; n < 5; n++) {
      const answer = strategy.afterFailure(now);
      delays.push(answer);
      if ('delayMs' in answer) now += answer.delayMs;
    }
    expect(delays).toEqual([1000, 1500, 2250, 3000, 3000].map((delayMs) => ({ delayMs })));
    expect(strategy.afterFailure(now + 3_600_001)).toEqual({ delayMs: 1000 });
  });

  it('exponential-delay gives up after as many attempts as are allowed, until they are reset', () => {
    const strategy = strategyOf({ ...steady, 'restart-strategy.exponential-delay.attempts-before-reset-backoff': '2' });
    strategy.afterFailure(0);
    strategy.afterFailure(2000);
    expect(strategy.afterFailure(4000)).toEqual({ refusal: expect.stringContaining('2 times') });
    expect(strategy.afterFailure(10_000_000)).toEqual({ delayMs: 1000 });
  });

  it('exponential-delay spreads its delays within the limits', () => {
    const strategy = strategyOf({ 'restart-strategy.type': 'exponential-delay' });
    const delays = Array.from({ length: 40 }, (_, n) => (strategy.afterFailure(n * 100_000) as { delayMs: number }).delayMs);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(1000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(60_000);
    expect(new Set(delays).size).toBeGreaterThan(10);
  });

  it('failure-rate refuses when too many failures come together', () => {
    const strategy = strategyOf({
      'restart-strategy.type': 'failure-rate',
      'restart-strategy.failure-rate.max-failures-per-interval': '2',
      'restart-strategy.failure-rate.failure-rate-interval': '10 s',
    });
    const at = (seconds: number) => 'delayMs' in strategy.afterFailure(seconds * 1000);
    expect([0, 8, 16, 24, 25].map(at)).toEqual([true, true, true, true, false]);
  });

  it('are given to open() by the same names', () => {
    expect(restartEntries({ type: 'failure-rate', maxFailuresPerInterval: 3, failureRateInterval: minutes(5), delay: seconds(2) })).toEqual(
      [
        ['restart-strategy.type', 'failure-rate'],
        ['restart-strategy.failure-rate.max-failures-per-interval', '3'],
        ['restart-strategy.failure-rate.failure-rate-interval', '300000 ms'],
        ['restart-strategy.failure-rate.delay', '2000 ms'],
      ],
    );
    expect(() => restartEntries({ type: 'sometimes' } as never)).toThrow('no type');
  });
});

describe('what may pass', () => {
  it('is what says so itself, and a full disk', () => {
    expect(mayPass(new ConnectorError('MS3071', 'no answer', { retry: true }))).toBe(true);
    expect(mayPass(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' }))).toBe(true);
    expect(mayPass(new DataError('MS2101', 'no number'))).toBe(false);
    expect(mayPass(new Error('a mistake'))).toBe(false);
    expect(mayPass(Object.assign(new Error('permission denied'), { code: 'EACCES' }))).toBe(false);
  });
});
