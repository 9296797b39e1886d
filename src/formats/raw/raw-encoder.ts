import { DataError, UnsupportedError } from '../../common/errors.ts';
import type { Batch } from '../../data/batch.ts';
import type { LinearMemory } from '../../data/memory.ts';
import { Fault } from '../bad-text.ts';
import type { Encoder, EncoderContext } from '../format.ts';
import { OwnedMemory } from '../owned-memory.ts';
import { TextProgram } from '../text-program.ts';
import { checkRawSchema, isUtf8Name } from './raw-options.ts';

/** Word offsets in RawState of src/kernels/assembly/raw-lines.ts. */
const STATE = { at: 5, rowCount: 6, fault: 7, ends: 8 } as const;
const STATE_BYTES = 48;

/** The values of one column as lines. */
export class RawEncoder implements Encoder {
  readonly #context: EncoderContext;
  readonly #memory: LinearMemory;
  readonly #owned: OwnedMemory;
  readonly #program: TextProgram;
  readonly #state: number;
  bytesWritten = 0;

  constructor(context: EncoderContext) {
    const { kernels, options, schema } = context;
    const { memory } = kernels;
    checkRawSchema(schema);
    if (!isUtf8Name(options.string('charset'))) {
      throw new UnsupportedError('MS2103', `the raw format writes text in UTF-8 only, not in ${options.string('charset')}`);
    }
    this.#context = context;
    this.#memory = memory;
    this.#owned = new OwnedMemory(memory);
    this.#program = new TextProgram(this.#owned, schema, { nameOf: (name) => name });
    this.#state = this.#owned.alloc(STATE_BYTES);
    this.#words.set([this.#program.address, Number(options.string('endianness') === 'little-endian')]);
    this.setRecordEnds(0);
  }

  header(): undefined {
    return undefined;
  }

  encode(batch: Batch, start: number, address: number, capacity: number): number {
    this.#program.bindFilled(batch);
    this.#context.kernels.rawEncode(this.#state, batch.selection?.address ?? 0, start, batch.size, address, capacity);
    const words = this.#words;
    this.bytesWritten = words[STATE.at]! - address;
    const rowsWritten = words[STATE.rowCount]!;
    if (words[STATE.fault] === Fault.value && rowsWritten === 0) {
      throw new DataError('MS2102', `the raw format has no form for the NULL in column "${this.#context.schema.fields[0]!.name}"`, {
        hint: 'leave such rows out: WHERE ... IS NOT NULL',
      });
    }
    return rowsWritten;
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
