import type { Batch } from '../../../src/data/batch.ts';
import { BATCH_ROWS } from '../../../src/data/column.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import type { Decoder, Encoder } from '../../../src/formats/format.ts';
import type { Kernels } from '../../../src/kernels/kernels.ts';

/** The rows of the tests' own format: `7 text` per line. A line that begins with `#` is passed over. */
export const lineSchema: Schema = {
  fields: [
    { name: 'id', type: types.bigint() },
    { name: 'text', type: types.string() },
  ],
};

const NEWLINE = 10;

/** Decodes lines; its strings refer to the given bytes, as those of the real formats do. `inputs` lists what was begun. */
export class LineDecoder implements Decoder {
  readonly inputs: string[] = [];
  readonly #kernels: Kernels;
  readonly #batchRows: number;

  constructor(kernels: Kernels, batchRows = BATCH_ROWS) {
    this.#kernels = kernels;
    this.#batchRows = batchRows;
  }

  beginInput(name: string, byteOffset = 0n): void {
    this.inputs.push(`${name}@${byteOffset}`);
  }

  beginBatch(batch: Batch): void {
    for (const column of batch.columns) column.hasNulls = false;
  }

  decode(address: number, byteSize: number, last: boolean, batch: Batch): number {
    // Looks only at the given bytes: what lies behind them is not the decoder's.
    const u8 = this.#kernels.memory.u8.subarray(address, address + byteSize);
    const end = byteSize;
    let at = 0;
    while (at < end && batch.rowCount < this.#batchRows) {
      let lineEnd = u8.indexOf(NEWLINE, at);
      if (lineEnd < 0) {
        if (!last) break;
        lineEnd = end;
      }
      if (u8[at] !== 35) this.#row(address + at, address + lineEnd, batch);
      at = Math.min(lineEnd + 1, end);
    }
    return at;
  }

  #row(from: number, to: number, batch: Batch): void {
    const { memory } = this.#kernels;
    const space = from + memory.u8.subarray(from, to).indexOf(32);
    const row = batch.rowCount++;
    const [id, text] = batch.columns;
    if (id) (id.values as BigInt64Array)[row] = BigInt(memory.text(from, space - from));
    if (text) {
      (text.values as Int32Array)[row] = (space + 1) | 0;
      (text.aux as Int32Array)[row] = to - space - 1;
    }
  }
}

/** Encodes lines, one row at a time. */
export class LineEncoder implements Encoder {
  bytesWritten = 0;
  readonly #kernels: Kernels;
  readonly #header: string | undefined;

  constructor(kernels: Kernels, header?: string) {
    this.#kernels = kernels;
    this.#header = header;
  }

  header(): Uint8Array | undefined {
    return this.#header === undefined ? undefined : new TextEncoder().encode(this.#header);
  }

  encode(batch: Batch, start: number, address: number, capacity: number): number {
    let row = start;
    this.bytesWritten = 0;
    for (; row < batch.size; row++) {
      const bytes = new TextEncoder().encode(`${lineOf(batch, batch.rowIndex(row))}\n`);
      if (this.bytesWritten + bytes.length > capacity) break;
      this.#kernels.memory.u8.set(bytes, address + this.bytesWritten);
      this.bytesWritten += bytes.length;
    }
    return row - start;
  }

  setRecordEnds(): void {
    throw new Error('lines for tests have no ends');
  }
}

/** A row of a batch as the line it came from. */
export function lineOf(batch: Batch, row: number): string {
  const [id, text] = batch.columns;
  const address = (text!.values as Int32Array)[row]! >>> 0;
  return `${id!.values[row]} ${text!.memory.text(address, (text!.aux as Int32Array)[row]!)}`;
}

/** All rows that count, as lines. */
export const linesOf = (batch: Batch): string[] => Array.from({ length: batch.size }, (_, n) => lineOf(batch, batch.rowIndex(n)));
