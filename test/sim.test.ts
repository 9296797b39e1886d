import { describe, expect, it } from 'vitest';
import { freshSeed } from '../src/common/random.ts';
import { simulate } from './sim/simulate.ts';

const FAULTS = 15;
const fresh = freshSeed() >>> 0;

describe('a job in a simulated world', () => {
  it.each([1, 2, 3, 4, 5, 6, fresh])('has the results of an undisturbed run, seed %i', async (seed) => {
    const [undisturbed, disturbed] = [await simulate(seed, 0, 0), await simulate(seed, seed, FAULTS)];
    expect(undisturbed).toMatchObject({ starts: 1, resumed: 0 });
    expect(disturbed.digest).toBe(undisturbed.digest);
  });

  it('happens again in the same way with the same seed', async () => {
    const [first, second] = [await simulate(3, 11, FAULTS), await simulate(3, 11, FAULTS)];
    expect(first.starts).toBeGreaterThan(1);
    expect(first.trace).toBe(second.trace);
    expect((await simulate(3, 12, FAULTS)).trace).not.toBe(first.trace);
  });
});
