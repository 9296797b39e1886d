// npm run bench:flink [-- NAME...]: runs those jobs of the benchmark on a real Flink that need none but its own connectors, and
// prints K rows per CPU-second of its TaskManager. Starts Flink by scripts/flink-up.sh (java, python3, mvn) and stops it.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { bundleProgram } from '../scripts/bundle-program.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const fill = (text, values) => text.replace(/\$\{(\w+)\}/g, (_, name) => values[name]);
const EVENTS = Number(process.env.BENCH_EVENTS ?? 8_000_000);
const RUNS = Number(process.env.BENCH_RUNS ?? 3);
const bids = `${root}bench/data/bids.ndjson`;
const output = `${root}bench/data/flink-out`;

const jobs = {
  'hop-datagen': { rows: EVENTS, values: { events: EVENTS } },
  'million-keys': { rows: EVENTS, values: { events: EVENTS } },
  'ndjson-window': { rows: 4_000_000, values: { input: bids, output } },
};

/** User and system time of a process, in seconds. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return (Number(fields[11]) + Number(fields[12])) / ticks;
}

async function gatewaySession(gateway) {
  const { FlinkSession } = await import(await bundleProgram('test/sql-runner/flink-gateway.ts', 'bench/flink-gateway'));
  return FlinkSession.open(gateway);
}

const statements = (script) =>
  script
    .replace(/--.*$/gm, '')
    .split(/;\s*$/m)
    .map((text) => text.trim())
    .filter(Boolean);

async function measure(gateway, pid, name) {
  const { rows, values } = jobs[name];
  const script = fill(readFileSync(`${root}bench/jobs/${name}.sql`, 'utf8'), values);
  const rates = [];
  for (let run = 0; run <= RUNS; run++) {
    rmSync(output, { recursive: true, force: true });
    const session = await gatewaySession(gateway);
    await session.run("SET 'table.dml-sync' = 'true'");
    await session.run("SET 'pipeline.object-reuse' = 'true'");
    const before = cpuSeconds(pid);
    for (const statement of statements(script)) await session.run(statement);
    if (run > 0) rates.push(rows / (cpuSeconds(pid) - before) / 1000);
    await session.close();
  }
  rates.sort((a, b) => a - b);
  console.log(
    JSON.stringify({ job: name, 'K rows/CPU-s': Math.round(rates[rates.length >> 1]), best: Math.round(rates.at(-1)), runs: RUNS, rows }),
  );
}

const up = execFileSync(`${root}scripts/flink-up.sh`, { encoding: 'utf8' });
const gateway = /http:\/\/[\d.:]+/.exec(up)[0];
const port = Number(new URL(gateway).port);
const engines = process.env.MILLSTREAM_ENGINES ?? `${homedir()}/.cache/millstream-engines`;
const pid = readFileSync(`${engines}/flink-compare-2.3.0-${port}/taskmanager.pid`, 'utf8').trim();
try {
  const names = process.argv.slice(2);
  for (const name of names.length > 0 ? names : Object.keys(jobs)) await measure(gateway, pid, name);
} finally {
  execFileSync(`${root}scripts/flink-up.sh`, ['stop']);
}
