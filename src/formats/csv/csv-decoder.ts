import type { Batch } from '../../data/batch.ts';
import { BATCH_ROWS } from '../../data/column.ts';
import type { LinearMemory } from '../../data/memory.ts';
import { StringArena } from '../../data/string-arena.ts';
import { ensureReadTables } from '../../kernels/power-tables.ts';
import { Fault } from '../bad-text.ts';
import { describeFault } from '../describe-fault.ts';
import type { Decoder, DecoderContext } from '../format.ts';
import { OwnedMemory } from '../owned-memory.ts';
import { badRecordsHint, RecordErrors } from '../record-errors.ts';
import { type TextField, TextProgram } from '../text-program.ts';
import { checkCsvType } from './check-csv-type.ts';
import { csvDialect } from './csv-options.ts';

/** Word offsets in DecodeState of src/kernels/assembly/csv-decode.ts. */
const STATE = {
  arenaAt: 12,
  arenaEnd: 13,
  at: 14,
  rowCount: 15,
  lines: 16,
  fault: 17,
  faultAt: 18,
  faultField: 19,
  recordEnd: 20,
} as const;
const STATE_BYTES = 84;
const ARENA_BYTES = 256 * 1024;
const FIELD_BYTES = 64;
const BOM = [0xef, 0xbb, 0xbf];

/** For each column of the table the address of the field that reads it, or 0. */
function makePositions(owned: OwnedMemory, context: DecoderContext, program: TextProgram): number {
  const { fields } = context.tableSchema;
  const address = owned.alloc(Math.max(1, fields.length) * 4);
  fields.forEach(({ name }, position) => {
    const index = context.schema.fields.findIndex((field) => field.name === name);
    owned.memory.u32[(address >>> 2) + position] = index < 0 ? 0 : program.address + index * FIELD_BYTES;
  });
  return address;
}

/** CSV to columns, in the form of Flink's csv format. A column that is not read is passed over, and may miss. */
export class CsvDecoder implements Decoder {
  readonly #context: DecoderContext;
  readonly #memory: LinearMemory;
  readonly #owned: OwnedMemory;
  readonly #arena: StringArena;
  readonly #errors: RecordErrors;
  readonly #program: TextProgram;
  readonly #state: number;
  #arenaBytes = ARENA_BYTES;

  constructor(context: DecoderContext) {
    const { kernels, options, schema, tableSchema } = context;
    const { memory } = kernels;
    for (const { name, type } of tableSchema.fields) checkCsvType(name, type);
    ensureReadTables(kernels);
    this.#context = context;
    this.#memory = memory;
    this.#owned = new OwnedMemory(memory);
    this.#arena = new StringArena(memory);
    const ignoreErrors = options.boolean('ignore-parse-errors');
    this.#errors = new RecordErrors(context, ignoreErrors);
    this.#program = new TextProgram(this.#owned, schema, { nameOf: (name) => name });
    const dialect = csvDialect(options);
    const positions = makePositions(this.#owned, context, this.#program);
    const nullLiteral = this.#owned.store(dialect.nullLiteral ?? '');
    const elementDelimiter = this.#owned.store(dialect.elementDelimiter);
    this.#state = this.#owned.alloc(STATE_BYTES);
    this.#words.set([
      positions,
      tableSchema.fields.length,
      dialect.delimiter,
      dialect.delimiterSize,
      dialect.quote,
      dialect.escape,
      Number(options.boolean('allow-comments')),
      Number(ignoreErrors),
      nullLiteral.address,
      dialect.nullLiteral === undefined ? -1 : nullLiteral.byteLength,
      elementDelimiter.address,
      elementDelimiter.byteLength,
    ]);
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
    const mark = this.#byteOrderMark(address, byteSize, last);
    if (mark < 0) return 0;
    this.#errors.byteOffset += BigInt(mark);
    const consumed = mark + this.#run(address + mark, byteSize - mark, last, batch);
    this.#program.publish(batch);
    return consumed;
  }

  /** Bytes of a byte order mark at the beginning of the input; -1 when there are too few bytes to tell. */
  #byteOrderMark(address: number, byteSize: number, last: boolean): number {
    if (this.#errors.byteOffset !== 0n) return 0;
    const { u8 } = this.#memory;
    const length = BOM.findIndex((byte, i) => i >= byteSize || u8[address + i] !== byte);
    if (length < 0) return BOM.length;
    return length === byteSize && !last ? -1 : 0;
  }

  #run(address: number, byteSize: number, last: boolean, batch: Batch): number {
    let done = 0;
    while (done < byteSize && batch.rowCount < BATCH_ROWS && !this.#errors.isFull) {
      const before = batch.rowCount;
      const bytes = this.#call(address + done, byteSize - done, last, batch);
      done += bytes;
      this.#errors.byteOffset += BigInt(bytes);
      const fault = this.#words[STATE.fault]!;
      if (fault === 0) continue;
      if (fault === Fault.incomplete) break;
      if (fault === Fault.arena) this.#arenaBytes *= before === batch.rowCount ? 2 : 1;
      else if (fault === Fault.elements) this.#program.reserve(batch);
      else done += this.#passBad(address + done, fault);
    }
    return done;
  }

  #call(address: number, byteSize: number, last: boolean, batch: Batch): number {
    const arena = this.#arena.ensure(this.#arenaBytes);
    const words = this.#words;
    words[STATE.arenaAt] = arena;
    words[STATE.arenaEnd] = arena + this.#arenaBytes;
    this.#context.kernels.csvDecode(this.#state, address, address + byteSize, Number(last), batch.rowCount, BATCH_ROWS);
    this.#arena.take(words[STATE.arenaAt]! - arena);
    batch.rowCount = words[STATE.rowCount]!;
    this.#errors.line += BigInt(words[STATE.lines]!);
    return words[STATE.at]! - address;
  }

  /** Reports the record at `address`, and returns the number of bytes to its end. */
  #passBad(address: number, fault: number): number {
    const words = this.#words;
    const byteSize = words[STATE.recordEnd]! - address;
    const record = this.#memory.u8.subarray(address, address + byteSize);
    const recordOffset = words[STATE.faultAt]! - address;
    const field = this.#program.find(words[STATE.faultField]!);
    const reason = describeFault(fault, record, recordOffset, field);
    this.#errors.report({ reason, recordOffset, record: withoutLineEnd(record), hint: hintFor(field) });
    this.#errors.byteOffset += BigInt(byteSize);
    this.#errors.line += BigInt(countLines(record));
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

function hintFor(field: TextField | undefined): string {
  return field === undefined ? badRecordsHint : `set 'csv.ignore-parse-errors' = 'true' to make NULL of such values, or ${badRecordsHint}`;
}

function withoutLineEnd(record: Uint8Array): Uint8Array {
  let length = record.length;
  if (length > 0 && record[length - 1] === 0x0a) length--;
  if (length > 0 && record[length - 1] === 0x0d) length--;
  return record.subarray(0, length);
}

/** Line ends: LF, CR and CR LF. */
function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 0x0a || (bytes[i] === 0x0d && bytes[i + 1] !== 0x0a)) count++;
  return count;
}
