import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { optionsUnder } from '../../../../src/catalog/options.ts';
import { readTableOptions } from '../../../../src/catalog/table-options.ts';
import { type Clock, systemClock } from '../../../../src/common/clock.ts';
import { log } from '../../../../src/connectors/log/log.ts';
import { ByteVector } from '../../../../src/data/batch.ts';
import type { Schema } from '../../../../src/data/schema.ts';
import { types } from '../../../../src/data/types/sql-type.ts';
import { formats } from '../../../../src/formats/index.ts';
import { loadKernels } from '../../../../src/kernels/kernels.ts';
import type { SinkContext, SinkWriter } from '../../../../src/runtime/sink.ts';
import type { SourceReader } from '../../../../src/runtime/source.ts';
import { fillBatch, rowTexts } from '../../../conformance/connector.ts';

export const schema: Schema = {
  fields: [
    { name: 'id', type: types.bigint() },
    { name: 'name', type: types.string() },
  ],
};
const kernels = await loadKernels();
const json = formats.find(({ descriptor }) => descriptor.name === 'json')!;
const descriptors = {
  connectors: new Map([['log', log.descriptor]]),
  formats: new Map(formats.map(({ descriptor }) => [descriptor.name, descriptor])),
};

const folder = mkdtempSync(join(tmpdir(), 'millstream-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
export const freshPath = (): string => join(folder, `log-${++made}`);

export type Raw = Readonly<Record<string, string>>;

export const readOptions = (path: string, more: Raw = {}) =>
  readTableOptions(new Map(Object.entries({ connector: 'log', path, topic: 't', format: 'json', ...more })), descriptors, () => undefined)
    .options;

/** Opens a topic for writing. */
export function openSink(path: string, raw: Raw = {}, more: Partial<SinkContext> & { clock?: Clock } = {}): Promise<SinkWriter> {
  const options = readOptions(path, raw);
  return log.openSink!({
    kernels,
    clock: systemClock,
    schema,
    tableName: 't',
    options,
    primaryKey: [],
    insertOnly: true,
    checkpointed: false,
    uid: 'job',
    bounded: true,
    timeZone: 'UTC',
    subtask: { index: 0, count: 1 },
    metadata: new Map(),
    createEncoder: (part) =>
      json.createEncoder!({ kernels, schema: part?.schema ?? schema, options: optionsUnder(options, 'json'), timeZone: 'UTC' }),
    print: () => undefined,
    ...more,
  });
}

/** Opens a topic for reading; it ends at the newest record unless `raw` says otherwise. */
export function openSource(path: string, raw: Raw = {}, subtask = { index: 0, count: 1 }): Promise<SourceReader> {
  const options = readOptions(path, { 'scan.bounded.mode': 'latest-offset', ...raw });
  return log.openSource!({
    kernels,
    clock: systemClock,
    schema,
    tableSchema: schema,
    tableName: 't',
    primaryKey: [],
    options,
    metadata: new Map(),
    subtask,
    createDecoder: (part) =>
      json.createDecoder!({
        kernels,
        schema: part?.schema ?? schema,
        tableSchema: part?.tableSchema ?? schema,
        options: optionsUnder(options, 'json'),
        timeZone: 'UTC',
        badRecords: 'fail',
        onBadRecord: () => undefined,
      }),
    onBadRecord: () => undefined,
  });
}

/** Writes rows with the ids [from, to). */
export function put(writer: SinkWriter, from: number, to: number, kind?: number): void {
  const rows = Array.from({ length: to - from }, (_, i) => [BigInt(from + i), `name ${from + i}`]);
  const batch = fillBatch({ kernels, schema }, rows);
  if (kind !== undefined) {
    batch.kinds = new ByteVector(kernels.memory);
    batch.kinds.view.fill(kind, 0, rows.length);
  }
  if (!writer.write(batch)) throw new Error('the sink does not take so little');
}

export async function putAll(path: string, from: number, to: number, raw: Raw = {}, clock: Clock = systemClock): Promise<void> {
  const writer = await openSink(path, raw, { clock });
  put(writer, from, to);
  await writer.close();
}

/** The ids of the rows that a reader gives until it has nothing more at once. */
export function take(reader: SourceReader): number[] {
  const ids: number[] = [];
  for (let polled = reader.poll(); typeof polled !== 'string'; polled = reader.poll()) {
    for (const row of rowTexts(polled)) ids.push((JSON.parse(row) as [number])[0]);
  }
  return ids;
}

export async function idsIn(path: string, raw: Raw = {}): Promise<number[]> {
  const reader = await openSource(path, raw);
  try {
    return take(reader);
  } finally {
    await reader.close();
  }
}

export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
