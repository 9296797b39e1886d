import { readOptions } from '../../../src/catalog/options.ts';
import { Batch } from '../../../src/data/batch.ts';
import { Column } from '../../../src/data/column.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { StringArena } from '../../../src/data/string-arena.ts';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import type { SqlType } from '../../../src/data/types/sql-type.ts';
import type { BadRecord, BadRecordPolicy, Format } from '../../../src/formats/format.ts';
import { type Kernels, loadKernels } from '../../../src/kernels/kernels.ts';

let shared: Promise<Kernels> | undefined;
/** One instance for a whole test file. */
export const kernelsForTest = (): Promise<Kernels> => (shared ??= loadKernels());

/** `{ a: t.int() }` as a schema. */
export const schemaOf = (columns: Readonly<Record<string, SqlType>>): Schema => ({
  fields: Object.entries(columns).map(([name, type]) => ({ name, type })),
});

export interface DecodeSettings {
  readonly options?: Readonly<Record<string, string>>;
  readonly policy?: BadRecordPolicy;
  readonly tableSchema?: Schema;
  /** Sizes of the pieces the bytes come in, taken in turn; all at once without. */
  readonly pieces?: readonly number[];
  readonly name?: string;
}

export interface Decoded {
  /** Each row's values as JSON texts. */
  readonly rows: string[][];
  readonly bad: BadRecord[];
}

/** Decodes bytes as a source does: it offers what it has and comes again with what was left and the next piece. */
export async function decodeAll(
  format: Format,
  schema: Schema,
  input: string | Uint8Array,
  settings: DecodeSettings = {},
): Promise<Decoded> {
  const kernels = await kernelsForTest();
  const { memory } = kernels;
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  const bad: BadRecord[] = [];
  const decoder = format.createDecoder!({
    kernels,
    schema,
    tableSchema: settings.tableSchema ?? schema,
    options: readOptions(format.descriptor.options, settings.options ?? {}, { what: format.descriptor.name }),
    timeZone: 'UTC',
    badRecords: settings.policy ?? 'fail',
    onBadRecord: (record) => bad.push(record),
  });
  const batch = new Batch(schema.fields.map(({ type }) => new Column(memory, type)));
  const { address } = memory.store(bytes);
  const rows: string[][] = [];
  decoder.beginInput(settings.name ?? 'input');
  try {
    let offered = 0;
    let done = 0;
    for (let step = 0; ; step++) {
      offered = settings.pieces ? Math.min(bytes.length, offered + settings.pieces[step % settings.pieces.length]!) : bytes.length;
      const last = offered === bytes.length;
      for (;;) {
        batch.rowCount = 0;
        decoder.beginBatch(batch);
        const consumed = decoder.decode(address + done, offered - done, last, batch);
        rows.push(...rowsOf(batch));
        done += consumed;
        if (batch.rowCount === 0 && consumed === 0) break;
      }
      if (last) return { rows, bad };
    }
  } finally {
    memory.free(address, Math.max(1, bytes.length));
    for (const column of batch.columns) column.free();
    decoder.close?.();
  }
}

export function rowsOf(batch: Batch): string[][] {
  const rows: string[][] = [];
  for (let n = 0; n < batch.size; n++) {
    const row = batch.rowIndex(n);
    rows.push(batch.columns.map((column) => descriptorOf(column.type).json(column, row)));
  }
  return rows;
}

/** A batch of JavaScript values; the arena keeps their strings. */
export async function batchOf(schema: Schema, rows: readonly (readonly unknown[])[]): Promise<Batch> {
  const { memory } = await kernelsForTest();
  const arena = new StringArena(memory);
  const batch = new Batch(schema.fields.map(({ type }) => new Column(memory, type)));
  rows.forEach((values, row) => {
    batch.columns.forEach((column, i) => {
      descriptorOf(column.type).write(column, row, values[i], arena);
    });
  });
  batch.rowCount = rows.length;
  return batch;
}

/** All bytes an encoder makes of a batch, in calls of `capacity` bytes and more where a record needs it. */
export async function encodeAll(
  format: Format,
  schema: Schema,
  batch: Batch,
  options: Readonly<Record<string, string>> = {},
  capacity = 65_536,
): Promise<string> {
  const kernels = await kernelsForTest();
  const { memory } = kernels;
  const encoder = format.createEncoder!({
    kernels,
    schema,
    options: readOptions(format.descriptor.options, options, { what: format.descriptor.name }),
    timeZone: 'UTC',
  });
  let out = new TextDecoder().decode(encoder.header() ?? new Uint8Array());
  let size = capacity;
  for (let start = 0; start < batch.size; ) {
    const address = memory.alloc(size);
    const rows = encoder.encode(batch, start, address, size);
    out += memory.text(address, encoder.bytesWritten);
    memory.free(address, size);
    if (rows === 0) size *= 2;
    start += rows;
  }
  encoder.close?.();
  return out;
}

/** The first batch of a text. */
export async function batchFromText(format: Format, schema: Schema, text: string): Promise<Batch> {
  const kernels = await kernelsForTest();
  const decoder = format.createDecoder!({
    kernels,
    schema,
    tableSchema: schema,
    options: readOptions(format.descriptor.options, {}, { what: format.descriptor.name }),
    timeZone: 'UTC',
    badRecords: 'fail',
    onBadRecord: () => {},
  });
  const batch = new Batch(schema.fields.map(({ type }) => new Column(kernels.memory, type)));
  const { address, byteLength } = kernels.memory.store(text);
  decoder.beginInput('text');
  decoder.beginBatch(batch);
  decoder.decode(address, byteLength, true, batch);
  return batch;
}
