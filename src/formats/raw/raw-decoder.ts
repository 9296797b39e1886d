import { SqlError } from '../../common/errors.ts';
import type { Batch } from '../../data/batch.ts';
import { BATCH_ROWS, type Column } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import { StringArena } from '../../data/string-arena.ts';
import { Fault } from '../bad-text.ts';
import type { Decoder, DecoderContext, Messages } from '../format.ts';
import { OwnedMemory } from '../owned-memory.ts';
import { RecordErrors } from '../record-errors.ts';
import { TextProgram } from '../text-program.ts';
import { checkRawSchema, isUtf8Name } from './raw-options.ts';

const LF = 10;
/** Word offsets in RawState of src/kernels/assembly/raw-lines.ts. */
const STATE = { arenaAt: 3, arenaEnd: 4, at: 5, rowCount: 6, fault: 7 } as const;
const STATE_BYTES = 48;
/** Bytes a kernel may read past the text it is given. */
const SLACK = 64;
const ARENA_BYTES = 64 * 1024;

/**
 * Lines to the values of one column. Broken UTF-8 becomes U+FFFD, as in Flink. Texts of another charset are decoded one by one
 * in JavaScript.
 */
export class RawDecoder implements Decoder {
  readonly #context: DecoderContext;
  readonly #memory: LinearMemory;
  readonly #owned: OwnedMemory;
  readonly #arena: StringArena;
  readonly #errors: RecordErrors;
  readonly #program: TextProgram;
  readonly #state: number;
  readonly #charset: TextDecoder | undefined;
  /** A table of one column of which none is read: lines are only counted. */
  readonly #counts: boolean;
  #arenaBytes = ARENA_BYTES;

  constructor(context: DecoderContext) {
    const { kernels, options, tableSchema, schema } = context;
    const { memory } = kernels;
    checkRawSchema(tableSchema);
    this.#context = context;
    this.#memory = memory;
    this.#owned = new OwnedMemory(memory);
    this.#arena = new StringArena(memory);
    this.#errors = new RecordErrors(context, false);
    this.#counts = schema.fields.length === 0;
    this.#program = new TextProgram(this.#owned, schema, { nameOf: (name) => name });
    const charset = options.string('charset');
    const isText = tableSchema.fields[0]!.type.root === 'VARCHAR' || tableSchema.fields[0]!.type.root === 'CHAR';
    this.#charset = isText && !isUtf8Name(charset) ? charsetDecoder(charset) : undefined;
    this.#state = this.#owned.alloc(STATE_BYTES);
    this.#words.set([this.#program.address, Number(options.string('endianness') === 'little-endian'), Number(!this.#charset)]);
  }

  beginInput(name: string, byteOffset = 0n): void {
    this.#errors.beginInput(name, byteOffset);
  }

  beginBatch(batch: Batch): void {
    this.#arena.reset();
    this.#program.reset(batch);
  }

  decode(address: number, byteSize: number, last: boolean, batch: Batch): number {
    this.#program.bind(batch);
    this.#errors.beginCall();
    const first = batch.rowCount;
    const whole = this.#memory.u8.subarray(address, address + byteSize).lastIndexOf(LF) + 1;
    let consumed = this.#run(address, whole, batch);
    if (last && consumed === whole && whole < byteSize && batch.rowCount < BATCH_ROWS) {
      consumed += this.#decodeRest(address + whole, byteSize - whole, batch);
    }
    if (this.#charset && !this.#counts) this.#decodeTexts(this.#charset, batch.columns[0]!, first, batch.rowCount);
    return consumed;
  }

  /** The last line, which no line feed ends: the kernel gets a copy that has one. */
  #decodeRest(address: number, byteSize: number, batch: Batch): number {
    const copy = this.#arena.ensure(byteSize + SLACK);
    this.#arena.take(byteSize + SLACK);
    const { u8 } = this.#memory;
    u8.copyWithin(copy, address, address + byteSize);
    u8[copy + byteSize] = LF;
    return Math.min(byteSize, this.#run(copy, byteSize + 1, batch));
  }

  #run(address: number, byteSize: number, batch: Batch): number {
    let done = 0;
    while (done < byteSize && batch.rowCount < BATCH_ROWS && !this.#errors.isFull) {
      const before = batch.rowCount;
      const bytes = this.#call(address + done, byteSize - done, batch);
      done += bytes;
      this.#errors.byteOffset += BigInt(bytes);
      this.#errors.line += BigInt(batch.rowCount - before);
      const fault = this.#words[STATE.fault]!;
      if (fault === Fault.arena) this.#arenaBytes *= before === batch.rowCount ? 2 : 1;
      else if (fault !== 0) done += this.#passBad(address + done);
    }
    return done;
  }

  #call(address: number, byteSize: number, batch: Batch): number {
    const words = this.#lendArena();
    this.#context.kernels.rawDecode(this.#state, address, address + byteSize, batch.rowCount, BATCH_ROWS);
    this.#takeResult(words, batch);
    return words[STATE.at]! - address;
  }

  #lendArena(): Uint32Array {
    const arena = this.#arena.ensure(this.#arenaBytes);
    const words = this.#words;
    words[STATE.arenaAt] = arena;
    words[STATE.arenaEnd] = arena + this.#arenaBytes;
    words[0] = this.#counts ? 0 : this.#program.address;
    return words;
  }

  #takeResult(words: Uint32Array, batch: Batch): void {
    this.#arena.take(words[STATE.arenaAt]! - this.#arena.ensure(0));
    batch.rowCount = words[STATE.rowCount]!;
  }

  decodeMessages(messages: Messages, first: number, batch: Batch): number {
    this.#program.bind(batch);
    this.#errors.beginCall();
    const firstRow = batch.rowCount;
    const { address, stride, count, rows } = messages;
    let next = first;
    while (next < count && batch.rowCount < BATCH_ROWS && !this.#errors.isFull) {
      const from = next;
      const words = this.#lendArena();
      this.#context.kernels.rawDecodeMessages(this.#state, address, stride, from, count, batch.rowCount, BATCH_ROWS, rows);
      this.#takeResult(words, batch);
      next = words[STATE.at]!;
      const fault = this.#words[STATE.fault]!;
      if (fault === Fault.arena) this.#arenaBytes *= next === from ? 2 : 1;
      else if (fault !== 0) this.#passBadMessage(messages, next++);
    }
    this.#program.publish(batch);
    if (this.#charset && !this.#counts) this.#decodeTexts(this.#charset, batch.columns[0]!, firstRow, batch.rowCount);
    return next;
  }

  #passBadMessage(messages: Messages, index: number): void {
    const at = (messages.address + index * messages.stride) >>> 2;
    const [start = 0, byteSize = 0] = this.#memory.u32.subarray(at, at + 2);
    this.#errors.beginMessage(messages.placeOf(index));
    this.#reportBad(this.#memory.u8.subarray(start, start + byteSize), 'message');
  }

  #reportBad(record: Uint8Array, what: string): void {
    const { name, type } = this.#context.tableSchema.fields[0]!;
    this.#errors.report({
      reason: `column "${name}": a ${what} of ${record.length} bytes is no ${type.root}`,
      recordOffset: 0,
      record,
      hint: 'numbers are read in binary form; declare a STRING for text',
    });
  }

  #passBad(address: number): number {
    const { u8 } = this.#memory;
    const byteSize = u8.indexOf(LF, address) + 1 - address;
    this.#reportBad(u8.subarray(address, address + byteSize - 1), 'line');
    this.#errors.byteOffset += BigInt(byteSize);
    this.#errors.line += 1n;
    return byteSize;
  }

  #decodeTexts(charset: TextDecoder, column: Column, from: number, to: number): void {
    for (let row = from; row < to; row++) {
      if (column.isNull(row)) continue;
      const address = (column.values[row] as number) >>> 0;
      const text = charset.decode(this.#memory.u8.subarray(address, address + (column.aux[row] as number)));
      const copy = this.#arena.put(text);
      column.values[row] = copy | 0;
      column.aux[row] = this.#arena.byteLength;
    }
  }

  passLong(address: number, byteSize: number): boolean {
    return this.#errors.reportLong(this.#memory.u8.subarray(address, address + byteSize));
  }

  passOver(address: number, byteSize: number): void {
    this.#errors.passOver(this.#memory.u8.subarray(address, address + byteSize));
  }

  /** Gives its memory back: columns decoded from it are no longer valid. */
  close(): void {
    this.#owned.free();
    this.#arena.free();
  }

  get #words(): Uint32Array {
    return this.#memory.u32.subarray(this.#state >>> 2, (this.#state + STATE_BYTES) >>> 2);
  }
}

function charsetDecoder(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset);
  } catch {
    throw new SqlError('MS1304', `option 'raw.charset': ${JSON.stringify(charset)} is no charset known here`);
  }
}
