import type { Batch } from '../../data/batch.ts';
import { BATCH_ROWS } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import { StringArena } from '../../data/string-arena.ts';
import { ensureReadTables, ensureWriteTables } from '../../kernels/power-tables.ts';
import { Fault } from '../bad-text.ts';
import { describeFault } from '../describe-fault.ts';
import type { Decoder, DecoderContext, Messages } from '../format.ts';
import { OwnedMemory } from '../owned-memory.ts';
import { badRecordsHint, RecordErrors } from '../record-errors.ts';
import { type TextField, TextProgram } from '../text-program.ts';
import { checkJsonType } from './check-json-type.ts';
import { withoutLineFeeds } from './json-message.ts';

const LF = 10;
const OBJECT_BYTES = 20;
const SHAPE_BYTES = 64 * 48;
const NO_MATCH = 0x10000;
/** Bytes a kernel may read past the text it is given. */
const SLACK = 64;
const ARENA_BYTES = 256 * 1024;

/** Word offsets in DecodeState of src/kernels/assembly/json-decode.ts. */
const STATE = {
  root: 0,
  ignoreErrors: 1,
  failOnMissing: 2,
  iso: 3,
  arenaAt: 4,
  arenaEnd: 5,
  at: 6,
  rowCount: 7,
  lines: 8,
  fault: 9,
  faultAt: 10,
  faultField: 11,
} as const;
const STATE_BYTES = 64;

/** An ObjectProgram of the kernel: the fields of a ROW and the keys it expects. */
function makeObject(owned: OwnedMemory, fieldsAddress: number, count: number): number {
  const shape = owned.alloc(SHAPE_BYTES);
  const address = owned.alloc(OBJECT_BYTES);
  const { memory } = owned;
  memory.u8.fill(0, shape, shape + SHAPE_BYTES);
  for (let at = shape; at < shape + SHAPE_BYTES; at += 48) memory.u32[(at + 36) >>> 2] = NO_MATCH;
  memory.u32.set([fieldsAddress, count, shape, 0, 0], address >>> 2);
  return address;
}

/**
 * NDJSON to columns. A kernel call decodes as much as it can of a batch; it comes back for a bad record, and for more room for
 * unescaped strings or array elements. Semantics are Flink's json format, its differences are in docs/sql/differences.md.
 */
export class JsonDecoder implements Decoder {
  readonly #context: DecoderContext;
  readonly #memory: LinearMemory;
  readonly #owned: OwnedMemory;
  readonly #arena: StringArena;
  readonly #errors: RecordErrors;
  readonly #state: number;
  readonly #program: TextProgram;
  #arenaBytes = ARENA_BYTES;

  constructor(context: DecoderContext) {
    const { kernels, options, schema } = context;
    const { memory } = kernels;
    for (const { name, type } of schema.fields) checkJsonType(name, type);
    ensureReadTables(kernels);
    // An object in a STRING column is written anew.
    ensureWriteTables(kernels);
    this.#context = context;
    this.#memory = memory;
    this.#owned = new OwnedMemory(memory);
    this.#arena = new StringArena(memory);
    const ignoreErrors = options.boolean('ignore-parse-errors');
    this.#errors = new RecordErrors(context, ignoreErrors);
    const failOnMissing = options.boolean('fail-on-missing-field');
    this.#program = new TextProgram(this.#owned, schema, {
      nameOf: (name) => name,
      linkRow: (at, count) => makeObject(this.#owned, at, count),
    });
    const root = makeObject(this.#owned, this.#program.address, schema.fields.length);
    this.#state = this.#owned.alloc(STATE_BYTES);
    const iso = options.string('timestamp-format.standard') === 'ISO-8601';
    this.#words.set([root, Number(ignoreErrors), Number(failOnMissing), Number(iso)]);
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
    const { u8 } = this.#memory;
    const whole = u8.subarray(address, address + byteSize).lastIndexOf(LF) + 1;
    let consumed = this.#run(address, whole, batch);
    if (last && consumed === whole && whole < byteSize && batch.rowCount < BATCH_ROWS) {
      consumed += this.#decodeRest(address + whole, byteSize - whole, batch);
    }
    this.#program.publish(batch);
    return consumed;
  }

  /** The last record, which no line feed ends: the kernel gets a copy that has one. */
  #decodeRest(address: number, byteSize: number, batch: Batch): number {
    const copy = this.#arena.ensure(byteSize + SLACK);
    this.#arena.take(byteSize + SLACK);
    const { u8 } = this.#memory;
    u8.copyWithin(copy, address, address + byteSize);
    u8[copy + byteSize] = LF;
    return Math.min(byteSize, this.#run(copy, byteSize + 1, batch));
  }

  /** Decodes whole lines until the batch is full; the number of bytes decoded. */
  #run(address: number, byteSize: number, batch: Batch): number {
    let done = 0;
    while (done < byteSize && batch.rowCount < BATCH_ROWS && !this.#errors.isFull) {
      const before = batch.rowCount;
      const bytes = this.#call(address + done, byteSize - done, batch);
      done += bytes;
      this.#errors.byteOffset += BigInt(bytes);
      const fault = this.#words[STATE.fault]!;
      if (fault === 0) continue;
      if (fault === Fault.rows && batch.rowCount > 0) break;
      if (fault === Fault.arena) this.#arenaBytes *= before === batch.rowCount ? 2 : 1;
      else if (fault === Fault.elements) this.#program.reserve(batch);
      else done += this.#passBad(address + done, fault);
    }
    return done;
  }

  #call(address: number, byteSize: number, batch: Batch): number {
    const words = this.#lendArena();
    this.#context.kernels.jsonDecode(this.#state, address, address + byteSize, batch.rowCount, BATCH_ROWS);
    this.#takeResult(words, batch);
    this.#errors.line += BigInt(words[STATE.lines]!);
    return words[STATE.at]! - address;
  }

  #lendArena(): Uint32Array {
    const arena = this.#arena.ensure(this.#arenaBytes);
    const words = this.#words;
    words[STATE.arenaAt] = arena;
    words[STATE.arenaEnd] = arena + this.#arenaBytes;
    return words;
  }

  #takeResult(words: Uint32Array, batch: Batch): void {
    this.#arena.take(words[STATE.arenaAt]! - this.#arena.ensure(0));
    batch.rowCount = words[STATE.rowCount]!;
  }

  decodeMessages(messages: Messages, first: number, batch: Batch): number {
    this.#program.bind(batch);
    this.#errors.beginCall();
    let next = first;
    while (next < messages.count && batch.rowCount < BATCH_ROWS && !this.#errors.isFull) {
      const before = batch.rowCount;
      const from = next;
      next = this.#callMessages(messages, from, batch);
      const fault = this.#words[STATE.fault]!;
      if (fault === 0) continue;
      if (fault === Fault.rows && batch.rowCount > 0) break;
      if (fault === Fault.arena) this.#arenaBytes *= before === batch.rowCount && next === from ? 2 : 1;
      else if (fault === Fault.elements) this.#program.reserve(batch);
      else if (!this.#flatten(messages, next)) this.#passBadMessage(messages, next++, fault);
    }
    this.#program.publish(batch);
    return next;
  }

  #callMessages({ address, stride, count, rows }: Messages, first: number, batch: Batch): number {
    const words = this.#lendArena();
    this.#context.kernels.jsonDecodeMessages(this.#state, address, stride, first, count, batch.rowCount, BATCH_ROWS, rows);
    this.#takeResult(words, batch);
    return words[STATE.at]!;
  }

  /** The kernel takes a line feed for the end: a message that has one inside is replaced by a copy without. False where it has none. */
  #flatten({ address, stride }: Messages, index: number): boolean {
    const at = (address + index * stride) >>> 2;
    const [start = 0, byteSize = 0] = this.#memory.u32.subarray(at, at + 2);
    const flat = withoutLineFeeds(this.#memory.u8.subarray(start, start + byteSize));
    if (flat === undefined) return false;
    const copy = this.#arena.ensure(flat.length + SLACK);
    this.#memory.u8.set(flat, copy);
    this.#memory.u8[copy + flat.length] = LF;
    this.#arena.take(flat.length + SLACK);
    this.#memory.u32.set([copy, flat.length], at);
    return true;
  }

  #passBadMessage(messages: Messages, index: number, fault: number): void {
    const words = this.#words;
    const at = (messages.address + index * messages.stride) >>> 2;
    const [start = 0, byteSize = 0] = this.#memory.u32.subarray(at, at + 2);
    const record = this.#memory.u8.subarray(start, start + byteSize);
    const recordOffset = words[STATE.faultAt]! - start;
    const field = this.#program.find(words[STATE.faultField]!);
    this.#errors.beginMessage(messages.placeOf(index));
    this.#errors.report({ reason: describeFault(fault, record, recordOffset, field), recordOffset, record, hint: hintFor(fault, field) });
  }

  /** Reports the record at `address`, and returns the number of bytes to its end. */
  #passBad(address: number, fault: number): number {
    const words = this.#words;
    const { u8 } = this.#memory;
    const byteSize = u8.indexOf(LF, address) + 1 - address;
    const record = u8.subarray(address, address + byteSize - 1);
    const recordOffset = words[STATE.faultAt]! - address;
    const field = this.#program.find(words[STATE.faultField]!);
    this.#errors.report({ reason: describeFault(fault, record, recordOffset, field), recordOffset, record, hint: hintFor(fault, field) });
    this.#errors.byteOffset += BigInt(byteSize);
    this.#errors.line += 1n;
    return byteSize;
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

function hintFor(fault: number, field: TextField | undefined): string {
  if (fault === Fault.trailing) return `a line holds one record: begin a new line for each, or ${badRecordsHint}`;
  return field === undefined ? badRecordsHint : `set 'json.ignore-parse-errors' = 'true' to make NULL of such values, or ${badRecordsHint}`;
}
