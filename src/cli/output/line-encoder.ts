import { readOptions } from '../../catalog/options.ts';
import { UnsupportedError } from '../../common/errors.ts';
import type { Batch } from '../../data/batch.ts';
import type { Column } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import type { Schema } from '../../data/schema.ts';
import { descriptorOf } from '../../data/types/descriptors.ts';
import type { TypeRoot } from '../../data/types/sql-type.ts';
import type { Encoder } from '../../formats/format.ts';
import { jsonFormat } from '../../formats/json/json-format.ts';
import type { Kernels } from '../../kernels/kernels.ts';

/** Rows as lines of NDJSON. */
export interface LineEncoder {
  /** The rows of a batch that count, from the `start`-th on, each ended by a line feed. The bytes are the caller's. */
  encode(batch: Batch, start?: number): Buffer;
  close(): void;
}

/** Bytes that a batch mostly fits in; longer rows make it grow. */
const CAPACITY = 256 * 1024;
const OPTIONS = new Map([
  ['encode.decimal-as-plain-number', 'true'],
  ['map-null-key.mode', 'LITERAL'],
]);

/** The values as the json format writes them, decimals plain. Types that the format does not have are written all the same. */
export function createLineEncoder(kernels: Kernels, schema: Schema, timeZone: string): LineEncoder {
  try {
    const options = readOptions(jsonFormat.descriptor.options, OPTIONS, { what: `format 'json'` });
    return new KernelLines(kernels.memory, jsonFormat.createEncoder!({ kernels, schema, options, timeZone }));
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
    return new DescriptorLines(schema, (column, row) => descriptorOf(column.type).json(column, row));
  }
}

/** Types whose JSON form is not what a person should see: instants belong in the session's time zone, and so on. */
const NOT_AS_JSON: ReadonlySet<TypeRoot> = new Set<TypeRoot>([
  'TIMESTAMP_LTZ',
  'BINARY',
  'VARBINARY',
  'ROW',
  'ARRAY',
  'MAP',
  'INTERVAL_DAY_TIME',
  'INTERVAL_YEAR_MONTH',
]);

/** As createLineEncoder, but with the texts that a table shows, in the session's time zone. */
export function createDisplayEncoder(kernels: Kernels, schema: Schema, timeZone: string): LineEncoder {
  if (!schema.fields.some(({ type }) => NOT_AS_JSON.has(type.root))) return createLineEncoder(kernels, schema, timeZone);
  return new DescriptorLines(schema, (column, row) => {
    if (column.isNull(row)) return 'null';
    const descriptor = descriptorOf(column.type);
    return NOT_AS_JSON.has(column.type.root) ? JSON.stringify(descriptor.text(column, row, timeZone)) : descriptor.json(column, row);
  });
}

/** Columns straight to bytes. */
class KernelLines implements LineEncoder {
  readonly #memory: LinearMemory;
  readonly #encoder: Encoder;
  #capacity = CAPACITY;
  #address: number;

  constructor(memory: LinearMemory, encoder: Encoder) {
    this.#memory = memory;
    this.#encoder = encoder;
    this.#address = memory.alloc(CAPACITY);
  }

  encode(batch: Batch, start = 0): Buffer {
    const parts: Uint8Array[] = [];
    let next = start;
    while (next < batch.size) {
      const count = this.#encoder.encode(batch, next, this.#address, this.#capacity);
      if (count === 0) this.#grow();
      else parts.push(this.#memory.bytes(this.#address, this.#encoder.bytesWritten));
      next += count;
    }
    const [only] = parts;
    return only !== undefined && parts.length === 1 ? Buffer.from(only.buffer, only.byteOffset, only.byteLength) : Buffer.concat(parts);
  }

  close(): void {
    this.#memory.free(this.#address, this.#capacity);
  }

  #grow(): void {
    const address = this.#memory.alloc(this.#capacity * 2);
    this.close();
    this.#address = address;
    this.#capacity *= 2;
  }
}

/** Value by value, for types that the kernel does not write. */
class DescriptorLines implements LineEncoder {
  readonly #names: readonly string[];
  readonly #token: (column: Column, row: number) => string;

  constructor(schema: Schema, token: (column: Column, row: number) => string) {
    this.#names = schema.fields.map(({ name }) => JSON.stringify(name));
    this.#token = token;
  }

  encode(batch: Batch, start = 0): Buffer {
    const lines: string[] = [];
    for (let n = start; n < batch.size; n++) {
      const row = batch.rowIndex(n);
      lines.push(`{${this.#names.map((name, i) => `${name}:${this.#token(batch.columns[i]!, row)}`).join(',')}}\n`);
    }
    return Buffer.from(lines.join(''));
  }

  close(): void {}
}
