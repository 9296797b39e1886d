// npm run sim [-- --times N --seed S --faults PER_THOUSAND]: simulates jobs in worlds in which much goes wrong, one for each seed from S on,
// and compares their results with those of undisturbed ones. A seed that is printed happens again in the same way.
import { parseArgs } from 'node:util';
import { freshSeed } from '../../src/common/random.ts';
import { simulate } from './simulate.ts';
import type { FaultKind } from './world.ts';

const { values } = parseArgs({
  options: { times: { type: 'string', default: '200' }, seed: { type: 'string' }, faults: { type: 'string', default: '15' } },
});
const first = Number(values.seed ?? freshSeed() >>> 0);
const [times, faultRate] = [Number(values.times), Number(values.faults)];
const faults = new Map<FaultKind, number>();
const differing: number[] = [];
let [virtualMs, starts, resumed, restarts, checkpoints] = [0, 0, 0, 0, 0];
for (let seed = first; seed < first + times; seed++) {
  const expected = await simulate(seed, 0, 0);
  const result = await simulate(seed, seed, faultRate);
  if (result.digest !== expected.digest) {
    differing.push(seed);
    console.error(`seed ${seed}: other results than undisturbed`);
  }
  virtualMs += result.virtualMs;
  starts += result.starts;
  resumed += result.resumed;
  restarts += result.restarts;
  checkpoints += result.checkpoints;
  for (const [kind, count] of result.faults) faults.set(kind, (faults.get(kind) ?? 0) + count);
}
console.table(Object.fromEntries(faults));
console.log(
  `${(virtualMs / 3_600_000).toFixed(2)} hours of virtual time, ${starts} starts, ${resumed} from a checkpoint, ${restarts} restarts within a process, ${checkpoints} checkpoints`,
);
console.log(`${times} simulations from seed ${first} on, ${differing.length} with other results`);
process.exitCode = differing.length === 0 ? 0 : 1;
