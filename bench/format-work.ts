import { readOptions } from '../src/catalog/options.ts';
import { Batch } from '../src/data/batch.ts';
import { Column } from '../src/data/column.ts';
import type { Schema } from '../src/data/schema.ts';
import type { Decoder, Format } from '../src/formats/format.ts';
import type { Kernels } from '../src/kernels/kernels.ts';

const RUNS = 9;
const RUN_MS = 200;

/** M rows per CPU-second of `work`, which passes `rowCount` rows: the median of nine runs of a fifth of a second, the first two left out. */
export function measure(rowCount: number, work: () => void): number {
  const rates: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const start = process.cpuUsage();
    const from = performance.now();
    let times = 0;
    do {
      work();
      times++;
    } while (performance.now() - from < RUN_MS);
    const used = process.cpuUsage(start);
    rates.push((rowCount * times) / (used.user + used.system));
  }
  return rates.slice(2).sort((a, b) => a - b)[3]!;
}

export function report(name: string, rowCount: number, byteSize: number, work: () => number): void {
  const rows = work();
  if (rows !== rowCount) throw new Error(`${name}: ${rows} rows instead of ${rowCount}`);
  const rate = measure(rowCount, work);
  console.log(`${name.padEnd(36)} ${rate.toFixed(2)} M rows/s  ${((rate * byteSize) / rowCount / 1000).toFixed(2)} GB/s`);
}

function openDecoder(kernels: Kernels, format: Format, schema: Schema, tableSchema: Schema): Decoder {
  const decoder = format.createDecoder!({
    kernels,
    schema,
    tableSchema,
    options: readOptions(format.descriptor.options, {}, { what: format.descriptor.name }),
    timeZone: 'UTC',
    badRecords: 'fail',
    onBadRecord: () => {},
  });
  decoder.beginInput('bench');
  return decoder;
}

const batchFor = (kernels: Kernels, schema: Schema): Batch => new Batch(schema.fields.map(({ type }) => new Column(kernels.memory, type)));

/** Decodes all bytes, batch by batch; returns the number of rows. */
export function decodeWork(kernels: Kernels, format: Format, schema: Schema, tableSchema: Schema, bytes: Uint8Array): () => number {
  const { address, byteLength } = kernels.memory.store(bytes);
  const decoder = openDecoder(kernels, format, schema, tableSchema);
  const batch = batchFor(kernels, schema);
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

/** Encodes one full batch, which comes from the first lines of `bytes`; returns the number of rows. */
export function encodeWork(kernels: Kernels, format: Format, schema: Schema, source: Format, bytes: Uint8Array): () => number {
  const { address, byteLength } = kernels.memory.store(bytes);
  const batch = batchFor(kernels, schema);
  const decoder = openDecoder(kernels, source, schema, schema);
  decoder.beginBatch(batch);
  decoder.decode(address, byteLength, true, batch);
  const encode = encoderInto(kernels, format, schema);
  return () => encode(batch).rows;
}

function encoderInto(
  kernels: Kernels,
  format: Format,
  schema: Schema,
): (batch: Batch) => { rows: number; address: number; byteSize: number } {
  const capacity = 8 << 20;
  const address = kernels.memory.alloc(capacity);
  const encoder = format.createEncoder!({
    kernels,
    schema,
    options: readOptions(format.descriptor.options, {}, { what: format.descriptor.name }),
    timeZone: 'UTC',
  });
  return (batch) => {
    const rows = encoder.encode(batch, 0, address, capacity);
    return { rows, address, byteSize: encoder.bytesWritten };
  };
}

/** All rows of `bytes` in another format. */
export function encodedBytes(kernels: Kernels, format: Format, schema: Schema, source: Format, bytes: Uint8Array): Uint8Array {
  const { address, byteLength } = kernels.memory.store(bytes);
  const decoder = openDecoder(kernels, source, schema, schema);
  const encode = encoderInto(kernels, format, schema);
  const batch = batchFor(kernels, schema);
  const parts: Uint8Array[] = [];
  for (let done = 0; done < byteLength; ) {
    batch.rowCount = 0;
    decoder.beginBatch(batch);
    done += decoder.decode(address + done, byteLength - done, true, batch);
    const { address: at, byteSize } = encode(batch);
    parts.push(kernels.memory.bytes(at, byteSize));
  }
  return Buffer.concat(parts);
}
