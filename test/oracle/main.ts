import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { seededRandom } from '../../src/common/random.ts';
import { checkCase, type OracleCase } from './check-case.ts';
import { Oracle } from './duckdb.ts';
import { generateCase } from './generate-case.ts';
import { inputsOf, type Query } from './query.ts';
import { shrinkCase } from './shrink-case.ts';
import { sqlOf } from './sql-of.ts';

const FAILURES_MAX = 10;

const { values } = parseArgs({
  options: { count: { type: 'string', default: '1000' }, seed: { type: 'string' }, case: { type: 'string' } },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
const count = Number(values.count);
const tally = { queries: 0, rows: 0, arrivals: 0, refused: 0, differing: 0 };
const operators = new Map<string, number>();
const refusals = new Map<string, number>();

const oracle = await Oracle.open();
console.log(`seed ${seed}`);
if (values.case === undefined) await tryAll();
else await report(Number(values.case), generateCase(Number(values.case)));
oracle.close();
if (tally.differing > 0) process.exitCode = 1;

async function tryAll(): Promise<void> {
  const random = seededRandom(seed);
  for (let i = 0; i < count && tally.differing < FAILURES_MAX; i++) {
    const number = random.below(2 ** 31);
    const one = generateCase(number);
    const verdict = await checkCase(oracle, one);
    tally.queries++;
    tally.arrivals += one.arrivals.length;
    if (verdict.kind === 'same') {
      tally.rows += verdict.rows;
      countOperators(one.query);
    } else if (verdict.kind === 'refused') {
      tally.refused++;
      refusals.set(verdict.message, (refusals.get(verdict.message) ?? 0) + 1);
    } else {
      tally.differing++;
      await report(number, one);
    }
  }
  const { queries, arrivals, rows, refused, differing } = tally;
  console.log(`${queries} queries over ${arrivals} rows streamed, ${rows} rows compared, ${refused} refused, ${differing} differ`);
  console.log(`operators in queries that gave the same: ${print(operators)}`);
  if (refused > 0) console.log(`refused: ${print(refusals)}`);
}

function countOperators(query: Query): void {
  const name = query.op === 'join' ? `${query.type.toLowerCase()} join` : query.op;
  operators.set(name, (operators.get(name) ?? 0) + 1);
  inputsOf(query).forEach(countOperators);
}

/** Prints a case that differs, made small, and keeps it where the unit tests find it. */
async function report(number: number, one: OracleCase): Promise<void> {
  const verdict = await checkCase(oracle, one);
  if (verdict.kind !== 'differs') return console.log(`case ${number}: ${verdict.kind}`);
  const small = await shrinkCase(one, async (candidate) => {
    try {
      return (await checkCase(oracle, candidate)).kind === 'differs';
    } catch {
      // DuckDB does not take what was made of the query.
      return false;
    }
  });
  const again = await checkCase(oracle, small);
  console.log(`\ncase ${number}, ${small.workers} workers${small.records ? ', record by record' : ''}`);
  console.log(sqlOf(small.query, 'flink'));
  for (const { table, row, cut } of small.arrivals) console.log(`  ${table} ${JSON.stringify(row)}${cut ? ' |' : ''}`);
  console.log(again.kind === 'differs' ? again.found : 'does not differ when it is run again');
  const folder = 'test/oracle/regressions';
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${number}.json`, `${JSON.stringify(small, undefined, 1)}\n`);
}

function print(counts: ReadonlyMap<string, number>): string {
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.map(([name, n]) => `${name} ${n}`).join(', ');
}
