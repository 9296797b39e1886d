import { readOptions } from '../../src/catalog/options.ts';
import { type Batch, ROW_KIND_TEXT } from '../../src/data/batch.ts';
import type { Schema } from '../../src/data/schema.ts';
import type { Encoder } from '../../src/formats/format.ts';
import { jsonFormat } from '../../src/formats/json/json-format.ts';
import type { Kernels } from '../../src/kernels/kernels.ts';
import { JsonObject, parseJson, printJson } from './json-text.ts';
import type { Change } from './sql-engine.ts';

const BUFFER_BYTES = 1 << 16;

/** Turns the batches of a result into changes, by way of the json format's own encoder. */
export class ChangeEncoder {
  readonly #kernels: Kernels;
  readonly #encoder: Encoder;

  constructor(kernels: Kernels, schema: Schema, timeZone: string) {
    const options = readOptions(jsonFormat.descriptor.options, { 'encode.decimal-as-plain-number': 'true' }, { what: "format 'json'" });
    this.#kernels = kernels;
    this.#encoder = jsonFormat.createEncoder!({ kernels, schema, options, timeZone });
  }

  encode(batch: Batch): Change[] {
    const lines = this.#lines(batch);
    return lines.map((line, n) => ({ op: ROW_KIND_TEXT[batch.kind(batch.rowIndex(n))], row: arrayOf(line) }));
  }

  #lines(batch: Batch): string[] {
    const { memory } = this.#kernels;
    let byteSize = BUFFER_BYTES;
    let text = '';
    for (let start = 0; start < batch.size; ) {
      const address = memory.alloc(byteSize);
      const written = this.#encoder.encode(batch, start, address, byteSize);
      if (written > 0) text += memory.text(address, this.#encoder.bytesWritten);
      memory.free(address, byteSize);
      start += written;
      // The next record alone does not fit.
      if (written === 0) byteSize *= 2;
    }
    return text.split('\n').slice(0, -1);
  }
}

function arrayOf(line: string): string {
  const row = parseJson(line);
  return printJson(row instanceof JsonObject ? row.members.map(([, value]) => value) : row);
}
