import { readOptions } from '../../src/catalog/options.ts';
import { Batch } from '../../src/data/batch.ts';
import { Column } from '../../src/data/column.ts';
import type { Schema } from '../../src/data/schema.ts';
import { descriptorOf } from '../../src/data/types/descriptors.ts';
import type { Decoder, Format } from '../../src/formats/format.ts';
import type { Kernels } from '../../src/kernels/kernels.ts';

const BUFFER_BYTES = 1 << 20;
/** Bytes behind the input that must not matter. */
const GARBAGE = new TextEncoder().encode('"}],\\"{[:,1\n\r\u0000é"\n}'.repeat(8));

export interface DecodedText {
  /** Each row's values, as the texts of the types' descriptors. */
  readonly rows: readonly (readonly string[])[];
  /** Places and reasons of the bad records. */
  readonly bad: readonly string[];
}

/** A decoder that is used again and again, on bytes that come whole or in pieces. */
export class DecodeHarness {
  readonly #kernels: Kernels;
  readonly #decoder: Decoder;
  readonly #batch: Batch;
  readonly #buffer: number;
  #bad: string[] = [];

  constructor(kernels: Kernels, format: Format, schema: Schema, options: Readonly<Record<string, string>>, tableSchema = schema) {
    this.#kernels = kernels;
    this.#decoder = format.createDecoder!({
      kernels,
      schema,
      tableSchema,
      options: readOptions(format.descriptor.options, options, { what: format.descriptor.name }),
      timeZone: 'UTC',
      badRecords: 'skip',
      onBadRecord: ({ reason, byteOffset, line }) => this.#bad.push(`${line} ${byteOffset} ${reason}`),
    });
    this.#batch = new Batch(schema.fields.map(({ type }) => new Column(kernels.memory, type)));
    this.#buffer = kernels.memory.alloc(BUFFER_BYTES);
  }

  /** Decodes an input of less than a megabyte; `ends` are the offsets up to which bytes have come, ascending. */
  decode(bytes: Uint8Array, ends: readonly number[] = []): DecodedText {
    const { u8 } = this.#kernels.memory;
    u8.set(bytes, this.#buffer);
    u8.set(GARBAGE, this.#buffer + bytes.length);
    this.#bad = [];
    const rows: string[][] = [];
    this.#decoder.beginInput('fuzz');
    let done = 0;
    for (const end of [...ends, bytes.length]) done = this.#take(done, end, end === bytes.length, rows);
    if (done !== bytes.length) this.#bad.push(`stopped at ${done} of ${bytes.length}`);
    return { rows, bad: this.#bad };
  }

  #take(from: number, end: number, last: boolean, rows: string[][]): number {
    let done = from;
    for (let turns = 0; turns < 100_000; turns++) {
      this.#batch.rowCount = 0;
      this.#decoder.beginBatch(this.#batch);
      const consumed = this.#decoder.decode(this.#buffer + done, end - done, last, this.#batch);
      for (let row = 0; row < this.#batch.rowCount; row++) {
        rows.push(this.#batch.columns.map((column) => descriptorOf(column.type).json(column, row)));
      }
      done += consumed;
      if (this.#batch.rowCount === 0 && consumed === 0) return done;
    }
    throw new Error('the decoder does not come to an end');
  }
}
