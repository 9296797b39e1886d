// Runs the SQL test files on a real Flink and lists where it answers something else than the files expect.
//
//   node scripts/flink-compare.mjs [--complete] [FILE.slt...]
//   node scripts/flink-compare.mjs --examples | --nexmark [--events N] | --random COUNT [--seed SEED]
//
// --complete writes Flink's results into queries that have none yet. --examples compares the examples of the functions, --nexmark the
// queries of bench/nexmark over events of our generator (10,000), --random generated expressions and aggregates; it prints its seed.
// FLINK_GATEWAY names a gateway that already runs; else scripts/flink-up.sh starts one, and it is left running (scripts/flink-up.sh stop).
import { execFileSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

function startFlink() {
  const output = execFileSync(`${root}scripts/flink-up.sh`, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return /^FLINK_GATEWAY=(.*)$/m.exec(output)[1];
}

/** The comparison is TypeScript beside the test runner; Node 20 runs it as a bundle. */
async function loadComparisons() {
  const outfile = `${root}build/sql-runner/comparisons.mjs`;
  await build({
    entryPoints: [`${root}test/sql-runner/comparisons.ts`],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    // The runner finds the test files beside itself.
    define: { 'import.meta.url': JSON.stringify(pathToFileURL(`${root}test/sql-runner/files.ts`).href) },
  });
  return import(pathToFileURL(outfile).href);
}

const options = {
  complete: { type: 'boolean', default: false },
  examples: { type: 'boolean', default: false },
  nexmark: { type: 'boolean', default: false },
  events: { type: 'string' },
  random: { type: 'string' },
  seed: { type: 'string' },
};

try {
  const { values, positionals: files } = parseArgs({ options, allowPositionals: true });
  const { compareExamples, compareFiles, compareNexmark, compareRandom } = await loadComparisons();
  const revive = () => process.env.FLINK_GATEWAY ?? startFlink();
  const common = { gateway: revive(), revive, print: (line) => console.log(line) };
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  let differing;
  if (values.examples) differing = await compareExamples(common);
  else if (values.nexmark) differing = await compareNexmark({ ...common, events: values.events && Number(values.events) });
  else if (values.random !== undefined) differing = await compareRandom({ ...common, seed, count: Number(values.random) });
  else differing = await compareFiles({ ...common, files, complete: values.complete });
  if (differing > 0) process.exitCode = 1;
} catch (error) {
  console.error(`flink-compare: ${error.message}`);
  process.exitCode = 2;
}
