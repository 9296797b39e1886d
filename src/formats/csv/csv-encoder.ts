import type { Batch } from '../../data/batch.ts';
import type { LinearMemory } from '../../data/memory.ts';
import { hasFloats } from '../../data/types/sql-type.ts';
import { ensureWriteTables } from '../../kernels/power-tables.ts';
import type { Encoder, EncoderContext } from '../format.ts';
import { OwnedMemory } from '../owned-memory.ts';
import { TextProgram } from '../text-program.ts';
import { checkCsvType } from './check-csv-type.ts';
import { csvDialect } from './csv-options.ts';

/** Word offsets in EncodeState of src/kernels/assembly/csv-encode.ts. */
const STATE = { rowsWritten: 12, bytesWritten: 13, ends: 14 } as const;
const STATE_BYTES = 64;

/** Columns to CSV, with the quotes that Flink's csv format (Jackson) writes. */
export class CsvEncoder implements Encoder {
  readonly #context: EncoderContext;
  readonly #memory: LinearMemory;
  readonly #owned: OwnedMemory;
  readonly #program: TextProgram;
  readonly #state: number;
  bytesWritten = 0;

  constructor(context: EncoderContext) {
    const { kernels, options, schema } = context;
    const { memory } = kernels;
    for (const { name, type } of schema.fields) checkCsvType(name, type);
    if (schema.fields.some(({ type }) => hasFloats(type))) ensureWriteTables(kernels);
    this.#context = context;
    this.#memory = memory;
    this.#owned = new OwnedMemory(memory);
    this.#program = new TextProgram(this.#owned, schema, { nameOf: (name) => name });
    const dialect = csvDialect(options);
    const nullLiteral = this.#owned.store(dialect.nullLiteral ?? '');
    const elementDelimiter = this.#owned.store(dialect.elementDelimiter);
    this.#state = this.#owned.alloc(STATE_BYTES);
    this.#words.set([
      this.#program.address,
      schema.fields.length,
      dialect.delimiter,
      dialect.delimiterSize,
      dialect.quote,
      dialect.escape,
      Math.max(dialect.delimiterCode, dialect.quote, 0x0a) + 1,
      Number(!options.boolean('write-bigdecimal-in-scientific-notation')),
      nullLiteral.address,
      nullLiteral.byteLength,
      elementDelimiter.address,
      elementDelimiter.byteLength,
    ]);
    this.setRecordEnds(0);
  }

  header(): undefined {
    return undefined;
  }

  encode(batch: Batch, start: number, address: number, capacity: number): number {
    this.#program.bindFilled(batch);
    this.#context.kernels.csvEncode(this.#state, batch.selection?.address ?? 0, start, batch.size, address, capacity);
    const words = this.#words;
    this.bytesWritten = words[STATE.bytesWritten]!;
    return words[STATE.rowsWritten]!;
  }

  setRecordEnds(endsAddress: number): void {
    this.#words[STATE.ends] = endsAddress;
  }

  close(): void {
    this.#owned.free();
  }

  get #words(): Uint32Array {
    return this.#memory.u32.subarray(this.#state >>> 2, (this.#state + STATE_BYTES) >>> 2);
  }
}
