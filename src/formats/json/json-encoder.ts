import { DataError } from '../../common/errors.ts';
import type { Batch } from '../../data/batch.ts';
import type { LinearMemory } from '../../data/memory.ts';
import { hasFloats } from '../../data/types/sql-type.ts';
import { ensureWriteTables } from '../../kernels/power-tables.ts';
import type { Encoder, EncoderContext } from '../format.ts';
import { OwnedMemory } from '../owned-memory.ts';
import { TextProgram } from '../text-program.ts';
import { checkJsonType } from './check-json-type.ts';

/** Word offsets in EncodeState of src/kernels/assembly/json-encode.ts. */
const STATE = { rowsWritten: 8, bytesWritten: 9, fault: 10, faultField: 11, ends: 12 } as const;
const STATE_BYTES = 64;
const NO_ROOM = 30;
const NULL_KEY_MODES = ['FAIL', 'DROP', 'LITERAL'];

/** What the kernel writes before a value: `,"name":`. */
const prefixOf = (name: string): string => `,${JSON.stringify(name)}:`;

function linkRow(owned: OwnedMemory, fieldsAddress: number, count: number): number {
  const address = owned.alloc(8);
  owned.memory.u32.set([fieldsAddress, count], address >>> 2);
  return address;
}

/** Columns to NDJSON, in the form of Flink's json format. */
export class JsonEncoder implements Encoder {
  readonly #context: EncoderContext;
  readonly #memory: LinearMemory;
  readonly #owned: OwnedMemory;
  readonly #state: number;
  readonly #program: TextProgram;
  bytesWritten = 0;

  constructor(context: EncoderContext) {
    const { kernels, options, schema } = context;
    const { memory } = kernels;
    for (const { name, type } of schema.fields) checkJsonType(name, type);
    if (schema.fields.some(({ type }) => hasFloats(type))) ensureWriteTables(kernels);
    this.#context = context;
    this.#memory = memory;
    this.#owned = new OwnedMemory(memory);
    this.#program = new TextProgram(this.#owned, schema, { nameOf: prefixOf, linkRow: (at, count) => linkRow(this.#owned, at, count) });
    const nullKey = this.#owned.store(options.string('map-null-key.literal'));
    this.#state = this.#owned.alloc(STATE_BYTES);
    this.#words.set([
      this.#program.address,
      schema.fields.length,
      options.string('timestamp-format.standard') === 'ISO-8601' ? 84 : 32,
      Number(options.boolean('encode.decimal-as-plain-number')),
      Number(options.boolean('encode.ignore-null-fields')),
      NULL_KEY_MODES.indexOf(options.string('map-null-key.mode')),
      nullKey.address,
      nullKey.byteLength,
    ]);
    this.setRecordEnds(0);
  }

  header(): undefined {
    return undefined;
  }

  encode(batch: Batch, start: number, address: number, capacity: number): number {
    this.#program.bindFilled(batch);
    this.#context.kernels.jsonEncode(this.#state, batch.selection?.address ?? 0, start, batch.size, address, capacity);
    const words = this.#words;
    this.bytesWritten = words[STATE.bytesWritten]!;
    const rowsWritten = words[STATE.rowsWritten]!;
    const fault = words[STATE.fault]!;
    if (fault !== 0 && fault !== NO_ROOM && rowsWritten === 0) throw this.#nullKeyError(words[STATE.faultField]!);
    return rowsWritten;
  }

  setRecordEnds(endsAddress: number): void {
    this.#words[STATE.ends] = endsAddress;
  }

  #nullKeyError(fieldAddress: number): DataError {
    const field = this.#program.find(fieldAddress);
    return new DataError('MS2102', `the map in column "${field?.path}" has a NULL key, which JSON has no form for`, {
      hint: "set 'json.map-null-key.mode' = 'DROP' or 'LITERAL'",
    });
  }

  close(): void {
    this.#owned.free();
  }

  get #words(): Uint32Array {
    return this.#memory.u32.subarray(this.#state >>> 2, (this.#state + STATE_BYTES) >>> 2);
  }
}
