import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Options } from '../../../src/catalog/option-spec.ts';
import { readOptions } from '../../../src/catalog/options.ts';
import { type Clock, VirtualClock } from '../../../src/common/clock.ts';
import { freshUuid } from '../../../src/common/random.ts';
import { filesystemDescriptor } from '../../../src/connectors/filesystem/filesystem-descriptor.ts';
import { Batch } from '../../../src/data/batch.ts';
import { Column } from '../../../src/data/column.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { type Kernels, loadKernels } from '../../../src/kernels/kernels.ts';
import type { SinkContext } from '../../../src/runtime/sink.ts';
import type { SourceContext, SourceReader } from '../../../src/runtime/source.ts';
import { LineDecoder, LineEncoder, lineSchema, linesOf } from './line-format.ts';

export const kernels: Kernels = await loadKernels();
const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millstream-files-'));
  folders.push(folder);
  return folder;
}

export function fileOptions(raw: Record<string, string>): Options {
  return readOptions(filesystemDescriptor.options, { format: 'raw', ...raw }, { what: `connector 'filesystem'` });
}

export interface SourceSetup {
  readonly schema?: Schema;
  readonly metadata?: ReadonlyMap<number, string>;
  readonly subtask?: { readonly index: number; readonly count: number };
  readonly batchRows?: number;
  readonly clock?: Clock;
  readonly decoder?: LineDecoder;
}

export function sourceContext(raw: Record<string, string>, setup: SourceSetup = {}): SourceContext {
  return {
    kernels,
    clock: setup.clock ?? new VirtualClock(),
    schema: setup.schema ?? lineSchema,
    tableSchema: lineSchema,
    tableName: 'lines',
    primaryKey: [],
    options: fileOptions(raw),
    metadata: setup.metadata ?? new Map(),
    subtask: setup.subtask ?? { index: 0, count: 1 },
    createDecoder: () => setup.decoder ?? new LineDecoder(kernels, setup.batchRows),
    onBadRecord: () => {},
  };
}

export interface SinkSetup {
  readonly subtask?: { readonly index: number; readonly count: number };
  readonly bounded?: boolean;
  readonly checkpointed?: boolean;
  readonly uid?: string;
  readonly clock?: Clock;
  readonly header?: string;
}

export function sinkContext(raw: Record<string, string>, setup: SinkSetup = {}): SinkContext {
  return {
    kernels,
    clock: setup.clock ?? new VirtualClock(),
    schema: lineSchema,
    tableName: 'lines',
    options: fileOptions(raw),
    primaryKey: [],
    insertOnly: true,
    checkpointed: setup.checkpointed ?? false,
    uid: setup.uid ?? freshUuid(),
    bounded: setup.bounded ?? true,
    timeZone: 'UTC',
    subtask: setup.subtask ?? { index: 0, count: 1 },
    metadata: new Map(),
    createEncoder: () => new LineEncoder(kernels, setup.header),
    print: () => {},
  };
}

/** Reads to the end; fails when the reader makes no progress. */
export async function readAll(reader: SourceReader): Promise<string[]> {
  const lines: string[] = [];
  const signal = new AbortController().signal;
  for (let turn = 0; turn < 200_000; turn++) {
    const polled = reader.poll();
    if (polled === 'end') return lines;
    if (polled === 'idle') await reader.wait(signal);
    else lines.push(...linesOf(polled));
  }
  throw new Error(`no end after ${lines.length} lines`);
}

/** The next batch's lines, waited for; 'end' at the end. */
export async function readBatch(reader: SourceReader): Promise<string[] | 'end'> {
  const signal = new AbortController().signal;
  for (let turn = 0; turn < 200_000; turn++) {
    const polled = reader.poll();
    if (polled === 'end') return 'end';
    if (polled !== 'idle') return linesOf(polled);
    await reader.wait(signal);
  }
  throw new Error('no batch');
}

/** A batch of the given lines, at most BATCH_ROWS. */
export function batchOf(lines: readonly string[]): Batch {
  const { memory } = kernels;
  const id = new Column(memory, lineSchema.fields[0]!.type);
  const text = new Column(memory, lineSchema.fields[1]!.type);
  lines.forEach((line, row) => {
    const space = line.indexOf(' ');
    const stored = memory.store(line.slice(space + 1));
    (id.values as BigInt64Array)[row] = BigInt(line.slice(0, space));
    (text.values as Int32Array)[row] = stored.address | 0;
    (text.aux as Int32Array)[row] = stored.byteLength;
  });
  const batch = new Batch([id, text]);
  batch.rowCount = lines.length;
  return batch;
}

/** `count` lines from `first` on, of different lengths. */
export const makeLines = (count: number, first = 0): string[] =>
  Array.from({ length: count }, (_, i) => `${first + i} ${'é'.repeat((first + i) % 5)}x`);
