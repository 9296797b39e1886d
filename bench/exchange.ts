// node build/bench/exchange.mjs (npm run bench -- exchange): rows of two BIGINT columns from one thread to another, and how long a message
// takes there and back. Both threads do what workers do: route by key, gather, copy into the ring; copy out, and show as columns.
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { Batch } from '../src/data/batch.ts';
import { BATCH_ROWS, Column } from '../src/data/column.ts';
import { types } from '../src/data/types/sql-type.ts';
import { loadKernels } from '../src/kernels/kernels.ts';
import { BatchPacker } from '../src/runtime/exchange/batch-packer.ts';
import { BatchUnpacker } from '../src/runtime/exchange/batch-unpacker.ts';
import { Ring } from '../src/runtime/exchange/ring.ts';
import { MemoryState } from '../src/state/memory/memory-state.ts';
import { RouteLists } from '../src/state/route-lists.ts';

const TYPES = [types.bigint(false), types.bigint(false)];
const ROWS = 40_000_000;
const ROUND_TRIPS = 20_000;
const [BATCH, END, PING] = [1, 2, 3];
const RING_BYTES = 4 * 1024 * 1024;

if (isMainThread) await main();
else await receive(workerData as { there: SharedArrayBuffer; back: SharedArrayBuffer });

async function main(): Promise<void> {
  const [there, back] = [Ring.create(RING_BYTES), Ring.create(RING_BYTES)];
  const worker = new Worker(new URL(import.meta.url), { workerData: { there: there.buffer, back: back.buffer } });
  wait(back);
  const trips: number[] = [];
  for (let i = 0; i < ROUND_TRIPS; i++) {
    const begun = performance.now();
    there.write(PING, new Uint8Array(16));
    wait(back);
    trips.push((performance.now() - begun) * 1000);
  }
  trips.sort((a, b) => a - b);
  const seconds = await send(there, back);
  await worker.terminate();
  const figures = {
    'M rows/s': Number((ROWS / seconds / 1e6).toFixed(1)),
    'there and back, p50 us': Number(trips[ROUND_TRIPS / 2]!.toFixed(2)),
    'p99 us': Number(trips[Math.floor(ROUND_TRIPS * 0.99)]!.toFixed(2)),
  };
  console.log(JSON.stringify(figures));
}

/** The next message, however long it takes. */
function wait(ring: Ring): void {
  while (ring.read() === undefined) ring.waitReadable(1000);
  ring.release();
}

/** Sends the half that is not this thread's; seconds until the other thread has all of it. Rows of both halves count: both were routed. */
async function send(there: Ring, back: Ring): Promise<number> {
  const kernels = await loadKernels();
  const batch = new Batch(TYPES.map((type) => new Column(kernels.memory, type)));
  batch.rowCount = BATCH_ROWS;
  const table = new MemoryState(kernels).keyedTable('route', { keyTypes: TYPES.slice(0, 1), slots: [] });
  const lists = new RouteLists(kernels.memory, 1);
  const packer = new BatchPacker(kernels);
  const [keys, values] = batch.columns.map((column) => column.values as BigInt64Array) as [BigInt64Array, BigInt64Array];
  for (let i = 0; i < BATCH_ROWS; i++) [keys[i], values[i]] = [BigInt(i * 7919), BigInt(i)];
  const begun = performance.now();
  for (let sent = 0; sent < ROWS; sent += BATCH_ROWS) {
    table.route(batch, batch.columns.slice(0, 1), lists);
    const bytes = packer.pack(batch, lists.listOf(0), lists.countOf(0));
    while (!there.write(BATCH!, bytes));
  }
  while (!there.write(END!, new Uint8Array(0)));
  wait(back);
  return (performance.now() - begun) / 1000;
}

async function receive({ there, back }: { there: SharedArrayBuffer; back: SharedArrayBuffer }): Promise<void> {
  const [input, output] = [new Ring(there), new Ring(back)];
  const kernels = await loadKernels();
  const unpacker = new BatchUnpacker(kernels, TYPES);
  let rows = 0;
  output.write(PING!);
  for (;;) {
    const message = input.read();
    if (message === undefined) {
      input.waitReadable(1000);
    } else if (message.kind === PING) {
      output.write(PING, message.bytes);
    } else if (message.kind === BATCH) {
      rows += unpacker.unpack(message.bytes).rowCount;
      input.release();
    } else break;
  }
  if (rows < ROWS) throw new Error(`${rows} of ${ROWS} rows came`);
  output.write(END!);
}
