// Latency of single records from a memory source through a filter and a projection to a memory sink, at half of what the same path
// takes when records are pushed one by one as fast as they come out. Prints microseconds as one line of JSON.
import { setTimeout as sleep } from 'node:timers/promises';
import { Session } from '../src/api/session.ts';
import { memoryConnector } from '../src/connectors/memory/memory-connector.ts';
import { MemoryTable } from '../src/connectors/memory/memory-table.ts';

const SECONDS = 5;

/** Runs the pipeline; `push` sends one record, `onRow` is called for each that arrives. */
async function pipeline(onRow: () => void): Promise<{ push: (id: bigint) => void; stop: () => Promise<void> }> {
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

/** Latencies in microseconds, counted from when a record was due, not from when it could be pushed. */
async function latencies(rate: number): Promise<number[]> {
  const due: number[] = [];
  const taken: number[] = [];
  const { push, stop } = await pipeline(() => taken.push((performance.now() - due[taken.length]!) * 1000));
  const start = performance.now();
  for (let next = 0; next < rate * SECONDS; ) {
    const now = performance.now() - start;
    for (; next < (now * rate) / 1000; next++) {
      due.push(start + (next * 1000) / rate);
      push(BigInt(next));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await sleep(50);
  await stop();
  return taken.slice(rate).sort((a, b) => a - b);
}

const perSecond = await capacity();
const rate = Math.floor(perSecond / 2);
const sorted = await latencies(rate);
const at = (part: number): number => Math.round(sorted[Math.floor(sorted.length * part)]!);
console.log(
  JSON.stringify({ perSecond: Math.round(perSecond), rate, records: sorted.length, p50: at(0.5), p99: at(0.99), p999: at(0.999) }),
);
