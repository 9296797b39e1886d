import { readOptions } from '../src/catalog/options.ts';
import { Batch } from '../src/data/batch.ts';
import { Column } from '../src/data/column.ts';
import type { Schema } from '../src/data/schema.ts';
import { types as t } from '../src/data/types/sql-type.ts';
import { JsonDecoder } from '../src/formats/json/json-decoder.ts';
import { jsonDescriptor } from '../src/formats/json/json-options.ts';
import { type Kernels, loadKernels } from '../src/kernels/kernels.ts';
import { bidLines } from './bid-lines.ts';

// M rows/s of the json format on one core: 240-byte bids in memory, a fifth of a second each run, median of seven.
const ALL: Schema = {
  fields: [
    { name: 'auction', type: t.bigint() },
    { name: 'bidder', type: t.bigint() },
    { name: 'price', type: t.bigint() },
    { name: 'channel', type: t.string() },
    { name: 'url', type: t.string() },
    { name: 'dateTime', type: t.timestamp(3) },
    { name: 'extra', type: t.string() },
  ],
};
const pick = (...names: string[]): Schema => ({ fields: ALL.fields.filter((field) => names.includes(field.name)) });
const options = readOptions(jsonDescriptor.options, {}, { what: 'format json' });

export function measure(rowCount: number, work: () => void): number {
  const rates: number[] = [];
  for (let run = 0; run < 9; run++) {
    const start = process.cpuUsage();
    let times = 0;
    const from = performance.now();
    do {
      work();
      times++;
    } while (performance.now() - from < 200);
    const used = process.cpuUsage(start);
    rates.push((rowCount * times) / (used.user + used.system));
  }
  return rates.slice(2).sort((a, b) => a - b)[3]!;
}

function decodeAll(kernels: Kernels, schema: Schema, bytes: Uint8Array): () => number {
  const { address, byteLength } = kernels.memory.store(bytes);
  const decoder = new JsonDecoder({
    kernels,
    schema,
    tableSchema: ALL,
    options,
    timeZone: 'UTC',
    badRecords: 'fail',
    onBadRecord: () => {},
  });
  const batch = new Batch(schema.fields.map(({ type }) => new Column(kernels.memory, type)));
  decoder.beginInput('bench');
  return () => {
    let rows = 0;
    for (let done = 0; done < byteLength; ) {
      batch.rowCount = 0;
      decoder.beginBatch(batch);
      done += decoder.decode(address + done, byteLength - done, true, batch);
      rows += batch.rowCount;
    }
    return rows;
  };
}

const kernels = await loadKernels();
const ROWS = 100_000;
const bytes = bidLines(ROWS);
console.log(`${(bytes.length / ROWS).toFixed(0)} bytes a row`);
for (const [name, schema] of [
  ['decode 2 of 7', pick('auction', 'dateTime')],
  ['decode 0 of 7', pick()],
  ['decode 7 of 7', ALL],
] as const) {
  const work = decodeAll(kernels, schema, bytes);
  if (work() !== ROWS) throw new Error('rows are missing');
  const rate = measure(ROWS, work);
  console.log(`${name.padEnd(16)} ${rate.toFixed(2)} M rows/s  ${((rate * bytes.length) / ROWS / 1000).toFixed(2)} GB/s`);
}
