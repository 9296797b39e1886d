// Latency of single records from a memory source through a filter and a projection to a memory sink, at half of what the same path
// takes when records are pushed one by one as fast as they come out, or at the rate given. Prints microseconds as one line of JSON.
import { setTimeout as sleep } from 'node:timers/promises';
import { Session } from '../src/api/session.ts';
import { memoryConnector } from '../src/connectors/memory/memory-connector.ts';
import { MemoryTable } from '../src/connectors/memory/memory-table.ts';

const SECONDS = 5;

interface Target {
  push(id: bigint): void;
  stop(): Promise<void>;
}

/** Runs the pipeline; `push` sends one record, `onRow` is called for each that arrives. */
async function pipeline(onRow: () => void): Promise<Target> {
  const source = new MemoryTable();
  const sink = new MemoryTable({
    onBatch: (batch) => {
      for (let n = 0; n < batch.size; n++) onRow();
    },
  });
  const tables = new Map([
    ['in', source],
    ['out', sink],
  ]);
  const session = await Session.open({ connectors: [memoryConnector(tables)] });
  const script = `
    CREATE TABLE source (id BIGINT, price DOUBLE) WITH ('connector' = 'memory', 'name' = 'in');
    CREATE TABLE sink (id BIGINT, price DOUBLE) WITH ('connector' = 'memory', 'name' = 'out');
    INSERT INTO sink SELECT id, price * 0.908 FROM source WHERE price > 0;`;
  for (const statement of session.parse(script)) {
    const result = await session.run(statement, script);
    if (result.kind !== 'insert') continue;
    const job = await session.start(result.plan);
    return {
      push: (id) => source.push([{ id, price: 2.5 }]),
      stop: async () => {
        source.end();
        await job.done;
      },
    };
  }
  throw new Error('no INSERT');
}

/** Records a second when the next one is pushed as soon as the last one has come out. */
async function capacity(): Promise<number> {
  let arrived = (): void => undefined;
  const { push, stop } = await pipeline(() => arrived());
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < 2000) {
    const next = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    push(BigInt(count));
    await next;
    count++;
  }
  await stop();
  return count / 2;
}

/**
 * Latencies in microseconds, counted from when a record was due, not from when it could be pushed. What is measured goes into arrays that are
 * there before, so that measuring makes no garbage.
 */
async function latencies(rate: number, open: (onRow: () => void) => Promise<Target>): Promise<Float64Array> {
  const count = rate * SECONDS;
  const taken = new Float64Array(count);
  let arrived = 0;
  let start = 0;
  const { push, stop } = await open(() => {
    taken[arrived] = (performance.now() - start - (arrived * 1000) / rate) * 1000;
    arrived++;
  });
  start = performance.now();
  let next = 0;
  // A callback and no promise at each turn of the event loop, of which there are a million a second.
  await new Promise<void>((resolve) => {
    const turn = (): void => {
      const now = performance.now() - start;
      for (; next < count && next < (now * rate) / 1000; next++) push(BigInt(next));
      if (next < count) setImmediate(turn);
      else resolve();
    };
    turn();
  });
  await sleep(50);
  await stop();
  if (arrived !== count) throw new Error(`${arrived} of ${count} records have arrived`);
  return taken.subarray(rate).sort();
}

/** No pipeline at all: how late the generator is, because the machine or the event loop was elsewhere. */
const nothing = (onRow: () => void): Promise<Target> => Promise.resolve({ push: onRow, stop: () => Promise.resolve() });

const at = (sorted: Float64Array, part: number): number => Math.round(sorted[Math.floor(sorted.length * part)]!);
const perSecond = Math.round(await capacity());
const rate = Math.floor(Number(process.argv[2] ?? perSecond / 2));
const sorted = await latencies(rate, pipeline);
const bare = await latencies(rate, nothing);
console.log(
  JSON.stringify({
    perSecond,
    rate,
    records: sorted.length,
    p50: at(sorted, 0.5),
    p99: at(sorted, 0.99),
    p999: at(sorted, 0.999),
    generatorP99: at(bare, 0.99),
    generatorP999: at(bare, 0.999),
  }),
);
