import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from '../src/api/open.ts';
import { seconds } from '../src/api/typed/duration.ts';

// Kafka JSON of about 224 bytes -> 10 s tumbling count and sum -> Kafka JSON, exactly once, a checkpoint each second: rows per CPU-second of
// this process. The broker (scripts/kafka-up.sh) is another, whose CPU is not counted. Run in the project's folder:
//   node build/bench/kafka-job.mjs BOOTSTRAP
//   BENCH_ROWS=4000000   rows of the topic;  BENCH_TOPIC=NAME   reads a topic that is there;  BENCH_RUNS=3;  BENCH_PARALLELISM=1   workers
const [bootstrap = '127.0.0.1:9392'] = process.argv.slice(2);
const ROWS = Number(process.env['BENCH_ROWS'] ?? 4_000_000);
const RUNS = Number(process.env['BENCH_RUNS'] ?? 3);
const PARALLELISM = Number(process.env['BENCH_PARALLELISM'] ?? 1);
const PARTITIONS = 4;
/** The same job elsewhere, on this broker: K rows per CPU-second. Each cold, then warm. */
const OTHERS = [
  ['Kafka Streams 4.3.1, one thread, in memory', '146', '180-240'],
  ['Flink 2.3.0, TaskManager, one slot, hashmap', '118', '214-254'],
] as const;

const fill = (name: string, values: Record<string, string>): string =>
  readFileSync(`bench/jobs/${name}.sql`, 'utf8').replace(/\$\{(\w+)\}/g, (_, key: string) => values[key]!);
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

const { Admin } = await import('@platformatic/kafka');
const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [bootstrap] });
const makeTopic = async (name: string): Promise<string> => {
  const topic = `bench-${name}-${Date.now()}`;
  await admin.createTopics({ topics: [topic], partitions: PARTITIONS, replicas: 1 });
  return topic;
};

async function fillTopic(): Promise<string> {
  const source = await makeTopic('bids');
  const ms = await open();
  await ms.sql(fill('make-kafka-bids', { bootstrap, source, events: String(Math.round((ROWS / 46) * 50)) }));
  await ms.close();
  return source;
}

async function run(source: string): Promise<{ cpuSeconds: number; wallSeconds: number }> {
  const sink = await makeTopic('totals');
  const dir = mkdtempSync(join(tmpdir(), 'millstream-bench-'));
  const ms = await open({ dir, checkpoint: seconds(1), parallelism: PARALLELISM });
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  await ms.sql(fill('kafka-window', { bootstrap, source, sink }));
  const used = process.cpuUsage(cpu);
  const wallSeconds = (performance.now() - start) / 1000;
  await ms.close();
  rmSync(dir, { recursive: true });
  return { cpuSeconds: (used.user + used.system) / 1e6, wallSeconds };
}

const source = process.env['BENCH_TOPIC'] ?? (await fillTopic());
console.log(`topic ${source}: ${ROWS} rows, Node ${process.versions.node}, ${PARALLELISM} worker(s)`);
const rates: number[] = [];
for (let i = 0; i < RUNS; i++) {
  const { cpuSeconds, wallSeconds } = await run(source);
  rates.push(ROWS / cpuSeconds / 1000);
  const [perCpu, perSecond] = [ROWS / cpuSeconds, ROWS / wallSeconds].map((rate) => Math.round(rate / 1000));
  console.log(`run ${i + 1}${i === 0 ? ' (cold)' : ''}: ${perCpu} K rows per CPU-second, ${perSecond} K rows/s`);
}
console.log(`median ${Math.round(median(rates))} K rows per CPU-second`);
for (const [name, cold, warm] of OTHERS) console.log(`  beside: ${name}: ${cold} K cold, ${warm} K warm`);
await admin.close();
