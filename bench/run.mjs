// npm run bench [-- NAME...]: measures the engine, each job in a process of its own, and prints a table; the figures go to bench/results/.
// Quote medians and ratios: machines are noisy.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { bundleProgram } from '../scripts/bundle-program.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name) => readFileSync(`${root}bench/${name}`, 'utf8');
const fill = (text, values) => text.replace(/\$\{(\w+)\}/g, (_, name) => values[name]);
const flink = JSON.parse(read('flink-figures.json')).figures;
const expected = JSON.parse(read('expected.json'));
const RUNS = Number(process.env.BENCH_RUNS ?? 5);
const EVENTS = Number(process.env.BENCH_EVENTS ?? 20_000_000);
const CHECKED_EVENTS = 200_000;

const bundle = (name) => bundleProgram(`bench/${name}.ts`, `bench/${name}`);

/** The same statements with the query itself at the end, for counting. */
const asQuery = (sql) => sql.replace(/CREATE TABLE sink[\s\S]*?;\n/, '').replace(/INSERT INTO sink\s/, '');

/** What q10 writes: removed before each run. */
const OUTPUT = `${root}bench/data/q10`;

/** The rows that q13 looks up: of each key its text. */
function sideInput() {
  const path = `${root}bench/data/side-input.csv`;
  mkdirSync(`${root}bench/data`, { recursive: true });
  if (!existsSync(path)) writeFileSync(path, Array.from({ length: 10_000 }, (_, key) => `${key},${key}\n`).join(''));
  return path;
}

function nexmark(query, events, rate) {
  const [name, form] = query.split('-');
  const text = read(`nexmark/${name}.sql`).replaceAll('${output}', OUTPUT).replaceAll('${side_input}', sideInput);
  return (
    fill(read('nexmark/tables.sql'), { events, rate }) +
    (form === 'vectorized' ? text.replace("#countChar'", "#countCharVectorized'") : text)
  );
}

/** The columns that a query reads, and nothing done with them: the generator's own cost. */
function generatorOnly(columns, events) {
  const tables = fill(read('nexmark/tables.sql'), { events, rate: 10_000_000 });
  const names = columns.map((column) => column.replaceAll('`', ''));
  return `${tables}
CREATE TEMPORARY VIEW generated AS SELECT event_type, ${columns.map((column) => `bid.${column}`).join(', ')} FROM nexmark;
CREATE TABLE sink (event_type INT, ${names.map((name, i) => `${columns[i]} ${TYPES[name]}`).join(', ')}) WITH ('connector' = 'blackhole');
INSERT INTO sink SELECT * FROM generated;`;
}

const TYPES = {
  auction: 'BIGINT',
  bidder: 'BIGINT',
  price: 'BIGINT',
  channel: 'VARCHAR',
  url: 'VARCHAR',
  dateTime: 'TIMESTAMP(3)',
  extra: 'VARCHAR',
};
const READS = {
  q0: ['auction', 'bidder', 'price', '`dateTime`', 'extra'],
  q1: ['auction', 'bidder', 'price', '`dateTime`', 'extra'],
  q2: ['auction', 'price', '`dateTime`'],
  q14: ['auction', 'bidder', 'price', '`dateTime`', 'extra'],
  'q14-vectorized': ['auction', 'bidder', 'price', '`dateTime`', 'extra'],
  q17: ['auction', 'price', '`dateTime`'],
  q21: ['auction', 'bidder', 'price', 'channel', 'url', '`dateTime`'],
  q22: ['auction', 'bidder', 'price', 'channel', 'url', '`dateTime`'],
  hop: ['auction', '`dateTime`'],
};

/** Files are large. */
const eventsOf = (query) => (query === 'q10' ? Math.min(EVENTS, 5_000_000) : EVENTS);

function nexmarkJob(query, rate = 10_000_000, name = query) {
  return {
    name,
    orders: () => ({
      script: nexmark(query, eventsOf(query), rate),
      warmup: nexmark(query, 1_000_000, rate),
      check: asQuery(nexmark(query, CHECKED_EVENTS, 10_000)),
      runs: RUNS,
      ...(query === 'q10' && { cleared: OUTPUT }),
    }),
    ...(READS[query] && {
      generator: () => ({ script: generatorOnly(READS[query], EVENTS), warmup: generatorOnly(READS[query], 1_000_000), runs: RUNS }),
    }),
  };
}

const BIDS = 4_000_000;

async function ndjsonOrders(measure) {
  const input = `${root}bench/data/bids.ndjson`;
  const output = `${root}bench/data/out.ndjson`;
  mkdirSync(`${root}bench/data`, { recursive: true });
  if (!existsSync(input))
    measure({ script: fill(read('jobs/make-bids.sql'), { events: Math.round((BIDS / 46) * 50), output: input }), runs: 1 });
  const small = `${root}bench/data/bids-small.ndjson`;
  if (!existsSync(small)) measure({ script: fill(read('jobs/make-bids.sql'), { events: CHECKED_EVENTS, output: small }), runs: 1 });
  const script = fill(read('jobs/ndjson-window.sql'), { input, output });
  const check = asQuery(fill(read('jobs/ndjson-window.sql'), { input: small, output }));
  return {
    script,
    warmup: fill(read('jobs/ndjson-window.sql'), { input: small, output }),
    check,
    runs: RUNS,
    note: `${(statSync(input).size / BIDS).toFixed(0)} bytes a row`,
  };
}

const jobs = [
  ...[
    'q0',
    'q1',
    'q2',
    'q3',
    'q4',
    'q5',
    'q6',
    'q7',
    'q8',
    'q9',
    'q10',
    'q11',
    'q12',
    'q13',
    'q14',
    'q14-vectorized',
    'q15',
    'q16',
    'q17',
    'q18',
    'q19',
    'q20',
    'q21',
    'q22',
    'hop',
  ].map((query) => nexmarkJob(query)),
  nexmarkJob('hop', 10_000, 'hop-10k'),
  {
    name: 'hop-datagen',
    orders: () => {
      const text = read('jobs/hop-datagen.sql');
      return {
        script: fill(text, { events: EVENTS }),
        warmup: fill(text, { events: 1_000_000 }),
        check: asQuery(fill(text, { events: CHECKED_EVENTS })),
        runs: RUNS,
      };
    },
  },
  { name: 'ndjson-window', orders: ndjsonOrders },
  {
    name: 'million-keys',
    orders: () => {
      const text = read('jobs/million-keys.sql');
      return { script: fill(text, { events: EVENTS }), warmup: fill(text, { events: 500_000 }), runs: RUNS };
    },
  },
];

jobs.push({
  name: 'million-joins',
  orders: () => {
    const text = read('jobs/million-joins.sql');
    return { script: fill(text, { events: Math.min(EVENTS, 8_000_000) }), warmup: fill(text, { events: 100_000 }), runs: RUNS };
  },
});

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const mb = (bytes) => (bytes / 2 ** 20).toFixed(0);

function row(name, result, generator) {
  const rates = result.runs.map((run) => run.rowsIn / run.cpuSeconds / 1000);
  const best = flink[name.replace(/-(10k|vectorized)$/, '')];
  const alone = generator && median(generator.runs.map((run) => run.rowsIn / run.cpuSeconds / 1000));
  return {
    job: name,
    'K rows/s': Math.round(median(result.runs.map((run) => run.rowsIn / run.wallSeconds / 1000))),
    'K rows/CPU-s': Math.round(median(rates)),
    range: `${Math.round(Math.min(...rates))}-${Math.round(Math.max(...rates))}`,
    'source alone': alone === undefined ? '' : Math.round(alone),
    Flink: best ?? '',
    ratio: best === undefined ? '' : (median(rates) / best).toFixed(1),
    'rows out': result.runs[0].rowsOut,
    'state MB': mb(Math.max(...result.runs.map((run) => run.stateBytes))),
    'peak MB': mb(result.peakBytes),
    'over idle MB': mb(result.peakBytes - result.idleBytes),
    check: verdict(name, result),
  };
}

function verdict(name, { rows, checksum }) {
  if (rows === undefined) return '';
  const wanted = expected[name];
  if (wanted === undefined) return `new ${rows}/${checksum}`;
  return wanted.rows === rows && wanted.checksum === checksum ? 'ok' : `WRONG ${rows}/${checksum}`;
}

/** Whole processes of a one-row query, milliseconds. Needs `npm run build`. */
function startUp() {
  const times = [];
  for (let run = 0; run < 21; run++) {
    const start = performance.now();
    execFileSync(process.execPath, [`${root}dist/cli.js`, '-e', 'SELECT 1']);
    times.push(performance.now() - start);
  }
  return { 'millstream -e of one row, ms': Math.round(median(times)), least: Math.round(Math.min(...times)) };
}

async function latency() {
  const { rate, p50, p99, p999, perSecond, generatorP99 } = JSON.parse(
    execFileSync(process.execPath, [await bundle('latency')], { encoding: 'utf8' }),
  );
  return {
    'records/s one by one': perSecond,
    'half load': rate,
    'p50 us': p50,
    'p99 us': p99,
    'p99.9 us': p999,
    'p99 us of the generator alone': generatorP99,
  };
}

/** A gigabyte of state: takes two minutes, so only when asked for. */
async function checkpoint() {
  const script = await bundle('checkpoint');
  const measure = (...args) => JSON.parse(execFileSync(process.execPath, [script, ...args], { encoding: 'utf8' }));
  return { numbers: measure('20', '40'), 'a hundredth updated': measure('20', '40', 'bigint', '0.01'), texts: measure('8', '40', 'text') };
}

async function main(names) {
  const script = await bundle('measure-job');
  const measure = (order) =>
    JSON.parse(execFileSync(process.execPath, [script, JSON.stringify(order)], { encoding: 'utf8', maxBuffer: 2 ** 26, cwd: root }));
  const rows = [];
  for (const job of jobs) {
    if (names.length > 0 && !names.includes(job.name)) continue;
    process.stderr.write(`${job.name} ...\n`);
    const order = await job.orders(measure);
    rows.push(row(job.name, measure(order), job.generator && measure(job.generator())));
  }
  if (rows.length > 0) console.table(rows);
  const others = {};
  if (names.length === 0 || names.includes('start-up')) others['start-up'] = startUp();
  if (names.length === 0 || names.includes('latency')) others.latency = await latency();
  if (names.includes('checkpoint')) others.checkpoint = await checkpoint();
  for (const [name, figures] of Object.entries(others)) console.log(name, inspect(figures, { depth: 9 }));
  mkdirSync(`${root}bench/results`, { recursive: true });
  writeFileSync(
    `${root}bench/results/latest.json`,
    `${JSON.stringify({ node: process.version, events: EVENTS, rows, ...others }, null, 2)}\n`,
  );
  if (rows.some(({ check }) => String(check).startsWith('WRONG'))) process.exitCode = 1;
}

await main(process.argv.slice(2));
