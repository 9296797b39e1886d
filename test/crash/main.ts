// npm run crash [-- --times N --seed S --only JOB,JOB --events N]: kills jobs at random moments until they have been killed N times in all,
// and compares their results with those of an undisturbed run. --kafka HOST:PORT adds the job from Kafka to Kafka; --parallelism N runs jobs in N workers, and
// --parallelism 1,2,3 each start in as many as chance says. --only nexmark runs the queries of bench/nexmark, --only others the rest. The same seed gives the same moments.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { freshSeed, freshUuid, seededRandom } from '../../src/common/random.ts';
import { crashRun, undisturbed, writeInput, writeTopic } from './crash-run.ts';
import { crashJobs, kafkaJob } from './jobs.ts';
import { nexmarkJobs } from './nexmark-jobs.ts';

/** Kills in one run of a job, at most. */
const KILLS_PER_RUN = 8;

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '100' },
    seed: { type: 'string' },
    only: { type: 'string' },
    events: { type: 'string', default: '400000' },
    folder: { type: 'string' },
    kafka: { type: 'string' },
    parallelism: { type: 'string', default: '1' },
  },
});
const seed = Number(values.seed ?? freshSeed() >>> 0);
const [times, events] = [Number(values.times), Number(values.events)];
const root = fileURLToPath(new URL('../..', import.meta.url));
const random = seededRandom(seed);
const setting = {
  cli: `${root}dist/cli.js`,
  folder: values.folder ?? `${root}build/crash-${process.pid}`,
  random,
  parallelism: values.parallelism.split(',').map(Number),
};
console.log(`seed ${seed}, ${times} kills, ${events} events`);
await writeInput(setting, events);
const broker = values.kafka === undefined ? undefined : { bootstrap: values.kafka, bids: `crash-bids-${freshUuid()}` };
if (broker !== undefined) await writeTopic(setting, events, broker);
const only = values.only?.split(',');
const isNexmark = (name: string): boolean => name.startsWith('nexmark-');
const jobs = [
  ...crashJobs(events),
  ...(broker === undefined ? [] : [kafkaJob(broker)]),
  ...nexmarkJobs(events, `${root}bench/nexmark`),
].filter(({ name }) => only === undefined || only.includes(name) || only.includes(isNexmark(name) ? 'nexmark' : 'others'));
if (jobs.length === 0) throw new Error(`no job is called ${values.only}`);
const expected = new Map<string, Awaited<ReturnType<typeof undisturbed>>>();
for (const job of jobs) {
  const one = await undisturbed(job, setting);
  expected.set(job.name, one);
  console.log(`${job.name}: ${one.rows} rows in ${Math.round(one.ms)} ms undisturbed`);
}
const totals = new Map(jobs.map(({ name }) => [name, { runs: 0, kills: 0, resumed: 0, differing: 0 }]));
let killed = 0;
for (let run = 0; killed < times; run++) {
  const job = jobs[run % jobs.length]!;
  const { digest, ms } = expected.get(job.name)!;
  const result = await crashRun(job, setting, Math.min(1 + random.below(KILLS_PER_RUN), times - killed), ms);
  const total = totals.get(job.name)!;
  killed += result.kills;
  total.runs++;
  total.kills += result.kills;
  total.resumed += result.resumed;
  if (result.digest === digest) continue;
  total.differing++;
  console.error(`${job.name}, run ${run}: the results differ after ${result.kills} kills`);
}
console.table(Object.fromEntries(totals));
const differing = [...totals.values()].reduce((sum, total) => sum + total.differing, 0);
console.log(`${killed} kills, ${differing} runs with other results, seed ${seed}`);
process.exitCode = differing === 0 ? 0 : 1;
