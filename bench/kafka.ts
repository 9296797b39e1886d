import { Session } from '../src/api/session.ts';
import { optionsUnder, readOptions } from '../src/catalog/options.ts';
import { commonTableOptions, formatOption } from '../src/catalog/table-options.ts';
import { systemClock } from '../src/common/clock.ts';
import { kafka } from '../src/connectors/kafka/kafka.ts';
import { Batch } from '../src/data/batch.ts';
import { Column } from '../src/data/column.ts';
import { jsonFormat } from '../src/formats/json/json-format.ts';
import { loadKernels } from '../src/kernels/kernels.ts';
import type { SinkWriter } from '../src/runtime/sink.ts';
import { bidLines, bidSchema } from './bid-lines.ts';

// Rows per CPU-second of this process that the kafka connector writes and reads as JSON of about 225 bytes, over 4 partitions of a real
// broker (scripts/kafka-up.sh), whose own CPU is not counted. The columns to write lie ready; what is read goes to an aggregate.
//   node build/bench/kafka.mjs BOOTSTRAP
const [bootstrap = '127.0.0.1:9392'] = process.argv.slice(2);
const ROWS = Number(process.env['BENCH_ROWS'] ?? 2_000_000);
const RUNS = 3;
const PARTITIONS = 4;

const kernels = await loadKernels();
const specs = [...commonTableOptions, ...kafka.descriptor.options, formatOption];
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;

async function measured(name: string, work: (run: number) => Promise<number>): Promise<void> {
  const rates: number[] = [];
  const walls: number[] = [];
  for (let run = 0; run <= RUNS; run++) {
    const [cpu, start] = [process.cpuUsage(), performance.now()];
    const rows = await work(run);
    const used = process.cpuUsage(cpu);
    // The first run warms up.
    if (run === 0) continue;
    rates.push(rows / (used.user + used.system));
    walls.push(rows / (performance.now() - start) / 1000);
  }
  console.log(`${name.padEnd(40)} ${median(rates).toFixed(2)} M rows per CPU-second, ${median(walls).toFixed(2)} M rows/s`);
}

/** A batch of 4,096 bids, decoded once. */
function bidBatch(): { batch: Batch; byteSize: number } {
  const lines = bidLines(4096);
  const { memory } = kernels;
  const address = memory.alloc(lines.length + 64);
  memory.u8.set(lines, address);
  const batch = new Batch(bidSchema.fields.map(({ type }) => new Column(memory, type)));
  const decoder = jsonFormat.createDecoder!({
    kernels,
    schema: bidSchema,
    tableSchema: bidSchema,
    options: readOptions(jsonFormat.descriptor.options, {}, { what: 'json' }),
    timeZone: 'UTC',
    badRecords: 'fail',
    onBadRecord: () => undefined,
  });
  decoder.beginInput('bids');
  decoder.beginBatch(batch);
  decoder.decode(address, lines.length, true, batch);
  return { batch, byteSize: lines.length / 4096 };
}

function openSink(topic: string, properties: Record<string, string>): Promise<SinkWriter> {
  const raw = { connector: 'kafka', topic, format: 'json', 'properties.bootstrap.servers': bootstrap, ...properties };
  const json = jsonFormat.descriptor.options.map((spec) => ({ ...spec, name: `json.${spec.name}` }));
  const options = readOptions([...specs, ...json], raw, { what: 'kafka' });
  return kafka.openSink!({
    kernels,
    clock: systemClock,
    schema: bidSchema,
    tableName: 'bids',
    options,
    primaryKey: [],
    insertOnly: true,
    checkpointed: true,
    uid: 'bench',
    bounded: true,
    timeZone: 'UTC',
    subtask: { index: 0, count: 1 },
    print: () => undefined,
    metadata: new Map(),
    createEncoder: (part) =>
      jsonFormat.createEncoder!({ kernels, schema: part!.schema, options: optionsUnder(options, 'json'), timeZone: 'UTC' }),
  });
}

async function write(topic: string, batch: Batch, properties: Record<string, string>): Promise<number> {
  const sink = await openSink(topic, properties);
  let rows = 0;
  let turn = performance.now();
  for (; rows < ROWS; rows += batch.rowCount) {
    while (!sink.write(batch)) await sink.ready();
    // As a job does: the host has a turn every 4 ms.
    if (performance.now() - turn < 4) continue;
    await new Promise(setImmediate);
    turn = performance.now();
  }
  await sink.close();
  return rows;
}

async function read(topic: string, query: string): Promise<number> {
  const columns = bidSchema.fields.map(({ name }) =>
    name === 'dateTime' ? '`dateTime` TIMESTAMP(3)' : `${name} ${/^(auction|bidder|price)$/.test(name) ? 'BIGINT' : 'STRING'}`,
  );
  const script = `CREATE TABLE bids (${columns.join(', ')}) WITH ('connector' = 'kafka', 'topic' = '${topic}', 'format' = 'json',
    'properties.bootstrap.servers' = '${bootstrap}', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset');
    SET 'execution.runtime-mode' = 'batch'; ${query}`;
  const session = await Session.open();
  let rows = 0;
  for (const statement of session.parse(script)) {
    const result = await session.run(statement, script);
    if (result.kind !== 'query') continue;
    const job = await session.start(result.plan, { onBatch: () => true });
    await job.done;
    rows = job.metrics().rowsIn;
  }
  return rows;
}

const { Admin } = await import('@platformatic/kafka');
const admin = new Admin({ clientId: 'bench', bootstrapBrokers: [bootstrap] });
const topicFor = async (name: string): Promise<string> => {
  const topic = `bench-${name}-${Date.now()}`;
  await admin.createTopics({ topics: [topic], partitions: PARTITIONS, replicas: 1 });
  return topic;
};
const { batch, byteSize } = bidBatch();
console.log(`${ROWS} rows of ${byteSize.toFixed(0)} bytes, Node ${process.versions.node}`);
const source = await topicFor('source');
await measured('write JSON, 7 columns', async (run) => write(run === RUNS ? source : await topicFor('sink'), batch, {}));
await measured('write JSON, exactly once', async () =>
  write(await topicFor('exactly'), batch, {
    'sink.delivery-guarantee': 'exactly-once',
    'sink.transactional-id-prefix': `bench-${Date.now()}`,
  }),
);
await measured('read JSON, count', () => read(source, 'SELECT COUNT(*) FROM bids;'));
await measured('read JSON, 2 of 7 columns', () => read(source, 'SELECT SUM(price), MAX(auction) FROM bids;'));
await measured('read JSON, 7 of 7 columns', () =>
  read(source, 'SELECT SUM(price), MAX(auction), MAX(bidder), MAX(channel), MAX(url), MAX(`dateTime`), MAX(extra) FROM bids;'),
);
await admin.close();
