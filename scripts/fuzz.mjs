// npm run fuzz [-- --count N --seed S --only sql|json|csv]: feeds the SQL parser and the readers of json and csv with random inputs,
// a million in all. What fails goes, made small, to test/fuzz/regressions/, which the unit tests replay; the exit code is then 1.
// The same seed gives the same inputs. Each target runs in a thread of its own, so that one that hangs is noticed.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { bundleProgram } from './bundle-program.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const regressions = `${root}test/fuzz/regressions`;
/** How many of a hundred inputs each target gets. */
const shares = { sql: 30, json: 40, csv: 30 };
const chunkInputs = 4000;
const chunkMs = 10 * 60_000;
const failuresMax = 20;

function readArguments() {
  const { values } = parseArgs({
    options: { count: { type: 'string', default: '1000000' }, seed: { type: 'string' }, only: { type: 'string' } },
  });
  const count = Number(values.count);
  const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`--count takes a whole number from 1 on, not ${values.count}`);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new Error(`--seed takes a whole number from 0 on, not ${values.seed}`);
  if (values.only !== undefined && !Object.hasOwn(shares, values.only))
    throw new Error(`--only takes sql, json or csv, not ${values.only}`);
  return { count, seed, only: values.only };
}

const bundle = () => bundleProgram('test/fuzz/worker.ts', 'fuzz/worker', { sourcemap: true });

/** What the thread answers to an order; a failure of its own where it does not answer in time. */
async function ask(worker, order) {
  worker.postMessage(order);
  const timeout = AbortSignal.timeout(chunkMs);
  try {
    const [failures] = await once(worker, 'message', { signal: timeout });
    return failures;
  } catch (error) {
    const reason = timeout.aborted ? `does not come to an end within ${chunkMs / 1000} s` : `the thread died: ${error.stack ?? error}`;
    return [{ reason, input: undefined, fatal: true }];
  }
}

function keep(target, seed, { input, reason }) {
  if (input === undefined) return `--only ${target} --seed ${seed}`;
  mkdirSync(regressions, { recursive: true });
  const name = `${target}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}.json`;
  writeFileSync(`${regressions}/${name}`, `${JSON.stringify({ target, reason: reason.split('\n')[0], input }, null, 2)}\n`);
  return `test/fuzz/regressions/${name}`;
}

/** Runs one target in chunks, each with a seed of its own that shows up in the failure. Returns the number of failures. */
async function fuzz(target, count, seed, script) {
  const worker = new Worker(script, { execArgv: ['--enable-source-maps'] });
  const start = performance.now();
  let failed = 0;
  for (let done = 0, chunk = 0; done < count && failed < failuresMax; chunk++) {
    const order = { target, seed: seed + chunk, count: Math.min(chunkInputs, count - done) };
    const failures = await ask(worker, order);
    for (const failure of failures) {
      failed++;
      console.log(`FAILED ${keep(target, order.seed, failure)}\n  ${JSON.stringify(failure.input)}\n  ${failure.reason}`);
    }
    done += order.count;
    if (failures.some(({ fatal }) => fatal)) break;
    if (chunk % 10 === 9 || done === count) {
      const rate = Math.round(done / ((performance.now() - start) / 1000));
      console.log(`${target}: ${done} of ${count} inputs, ${failed} failures, ${rate}/s`);
    }
  }
  await worker.terminate();
  return failed;
}

async function main() {
  const { count, seed, only } = readArguments();
  const script = await bundle();
  console.log(`seed ${seed}`);
  let failed = 0;
  for (const [target, share] of Object.entries(shares)) {
    if (only !== undefined && only !== target) continue;
    failed += await fuzz(target, only === undefined ? Math.ceil((count * share) / 100) : count, seed, script);
  }
  console.log(failed === 0 ? 'nothing found' : `${failed} failures; again with --seed ${seed}`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
});
