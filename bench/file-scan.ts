import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions } from '../src/catalog/options.ts';
import { systemClock } from '../src/common/clock.ts';
import { filesystemDescriptor } from '../src/connectors/filesystem/filesystem-descriptor.ts';
import { openFileSink } from '../src/connectors/filesystem/open-file-sink.ts';
import { openFileSource } from '../src/connectors/filesystem/open-file-source.ts';
import type { Schema } from '../src/data/schema.ts';
import { types as t } from '../src/data/types/sql-type.ts';
import { jsonFormat } from '../src/formats/json/json-format.ts';
import { loadKernels } from '../src/kernels/kernels.ts';
import type { SinkContext } from '../src/runtime/sink.ts';
import type { SourceContext } from '../src/runtime/source.ts';
import { bidLines } from './bid-lines.ts';

// M rows per CPU-second of the filesystem connector with the json format: 240-byte bids in a file, medians of five runs. "read"
// decodes and throws away; "copy" also encodes and writes them. The block size is what one read of the system fills at most.
const BLOCKS = [128, 256, 512, 1024, 2048];
const REPEATS = 20;
const CHUNK_ROWS = 50_000;
const kernels = await loadKernels();
const folder = mkdtempSync(join(tmpdir(), 'millstream-bench-'));
const path = join(folder, 'bids.ndjson');
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
const TWO: Schema = { fields: ALL.fields.filter(({ name }) => name === 'auction' || name === 'dateTime') };
const formatOptions = readOptions(jsonFormat.descriptor.options, {}, { what: 'format json' });
const optionsFor = (file: string) => readOptions(filesystemDescriptor.options, { path: file, format: 'json' }, { what: 'filesystem' });

function writeInput(): void {
  const chunk = bidLines(CHUNK_ROWS);
  const fd = openSync(path, 'w');
  for (let i = 0; i < REPEATS; i++) writeSync(fd, chunk);
  closeSync(fd);
}

function sourceContext(schema: Schema): SourceContext {
  const onBadRecord = (): void => {};
  const decoderContext = {
    kernels,
    schema,
    tableSchema: ALL,
    options: formatOptions,
    timeZone: 'UTC',
    badRecords: 'fail',
    onBadRecord,
  } as const;
  return {
    kernels,
    clock: systemClock,
    schema,
    tableSchema: ALL,
    tableName: 'bids',
    primaryKey: [],
    options: optionsFor(path),
    metadata: new Map(),
    subtask: { index: 0, count: 1 },
    createDecoder: () => jsonFormat.createDecoder!(decoderContext),
    onBadRecord,
  };
}

function sinkContext(): SinkContext {
  return {
    kernels,
    clock: systemClock,
    schema: ALL,
    tableName: 'copy',
    options: optionsFor(join(folder, 'copy.ndjson')),
    primaryKey: [],
    insertOnly: true,
    checkpointed: false,
    uid: 'bench',
    bounded: true,
    timeZone: 'UTC',
    subtask: { index: 0, count: 1 },
    metadata: new Map(),
    createEncoder: () => jsonFormat.createEncoder!({ kernels, schema: ALL, options: formatOptions, timeZone: 'UTC' }),
    print: () => {},
  };
}

async function run(schema: Schema, blockBytes: number, copies: boolean): Promise<number> {
  const start = process.cpuUsage();
  const reader = await openFileSource(sourceContext(schema), { blockBytes });
  const sink = copies ? openFileSink(sinkContext(), { open: new Set(), written: new Set() }, { blockBytes }) : undefined;
  let rowCount = 0;
  for (let polled = reader.poll(); polled !== 'end'; polled = reader.poll()) {
    if (polled === 'idle') continue;
    rowCount += polled.rowCount;
    sink?.write(polled);
  }
  await reader.close();
  await sink?.close();
  if (rowCount !== CHUNK_ROWS * REPEATS) throw new Error(`${rowCount} rows`);
  const used = process.cpuUsage(start);
  return rowCount / (used.user + used.system);
}

async function median(schema: Schema, blockBytes: number, copies: boolean): Promise<string> {
  const rates: number[] = [];
  for (let i = 0; i < 6; i++) rates.push(await run(schema, blockBytes, copies));
  return rates
    .slice(1)
    .sort((a, b) => a - b)[2]!
    .toFixed(2);
}

try {
  writeInput();
  console.log('block KB   read 2 columns   read 7 columns   copy');
  for (const block of BLOCKS) {
    const cells = [await median(TWO, block * 1024, false), await median(ALL, block * 1024, false), await median(ALL, block * 1024, true)];
    console.log([String(block).padEnd(10), ...cells.map((cell) => cell.padEnd(16))].join(' '));
  }
} finally {
  rmSync(folder, { recursive: true });
}
