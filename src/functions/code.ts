import type { Clock } from '../common/clock.ts';
import type { Column } from '../data/column.ts';
import type { LinearMemory } from '../data/memory.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import type { BatchArgument, BatchResult, BatchRows } from './scalar-function.ts';
import type { UserScalar } from './user/user-function.ts';

/**
 * An expression's value in generated JavaScript. `value` and `aux` are side-effect-free JavaScript expressions (a name, a literal,
 * an element access); what costs something is bound to a name first.
 *
 * | storage | value | aux |
 * |---|---|---|
 * | BOOLEAN | true or false | |
 * | i8 i16 i32 f32 f64 | number (integers in range of their type) | |
 * | i64 | bigint within 64 bits | |
 * | bytes | address of the first byte | byte length |
 * | i128 | low 64 bits, as a signed 64-bit bigint | high 64 bits, signed |
 * | ts96 | milliseconds, bigint | nanoseconds of the millisecond, number |
 * | row array map | the Column that it lies in | its row there, a number |
 */
export interface Code {
  readonly type: SqlType;
  readonly value: string;
  readonly aux: string;
  /** A boolean JavaScript expression; null where the value is never null. `value` is undefined where this is true. */
  readonly isNull: string | null;
  /** The value of a literal, for emitters that can do better with a constant; undefined where it is not one. */
  readonly constant?: unknown;
  /** An i128 whose high half is only the sign of the low one: arithmetic can stay in 64 bits. */
  readonly narrow?: boolean;
  /** The greatest unscaled value, without its sign, that a decimal can have here, where that is known to be less than its type holds. */
  readonly most?: bigint;
}

/** A scalar function of the program under the name that the query calls it by. */
export interface ForeignFunction extends UserScalar {
  readonly name: string;
  /** Whether it is the result of an aggregate: its arguments say nothing to anybody, and the memory must not grow in its loop. */
  readonly isAggregate?: boolean;
}

/** What a function's code generator writes with. Statements go to the current block; names are made unique. */
export interface Emitter {
  /** Declares `const <hint> = <init>` and returns the name. */
  bind(hint: string, init: string): string;
  /** Declares `const <hint> = <init>` before the loop and returns the name: the value is the same for all rows of a batch. */
  once(hint: string, init: string): string;
  /** Declares `let <hint> = <init>` and returns the name. */
  variable(hint: string, init: string): string;
  /** Writes one statement. */
  line(text: string): void;
  /** Writes one statement that runs after the loop. */
  epilogue(text: string): void;
  /** Opens `if (condition) {`, runs `body`, closes it. */
  block(head: string, body: () => void): void;
  /** Makes a JavaScript function or object known to the generated code under (about) `name`, and returns the name. */
  helper(name: string, value: unknown): string;
  /** A constant text or byte string in linear memory. */
  bytes(value: string | Uint8Array): { readonly value: string; readonly aux: string };
  /** Second result of the kernel called last (a byte length, a high half). */
  second(): string;
  /** Name of the StringArena for results made here; `arena.ensure(max)` gives an address, `arena.take(byteLength)` keeps it. */
  readonly arena: string;
  /** Name of the kernels' exports. */
  readonly kernels: string;
  /** The memory itself, for objects made known with `helper`. */
  readonly linear: LinearMemory;
  /** `<query>/<operator>`, for errors. */
  readonly operator: string;
  /** Name of the LinearMemory: helpers that read text take it as an argument. */
  readonly memory: string;
  /**
   * JavaScript of the exact value (see data/values) of a code that is not null: bigint for BIGINT, string for text, Decimal, Timestamp...
   * Together with `unbox` the general way to call a plain JavaScript function, at some 100 ns a call.
   */
  box(value: Code): string;
  /** Turns JavaScript that gives an exact value of the type, or null, into a code. Text and bytes are copied into the arena. */
  unbox(hint: string, type: SqlType, value: string): Code;
  /**
   * A call of the program's code for one row: results are checked, and what it throws is told with its arguments (MS1252, MS1253).
   * Arguments may be null.
   */
  foreign(fn: ForeignFunction, args: readonly Code[], returns: SqlType): Code;
  /** JavaScript of a call of the program's code for the rows of a batch; not 0 where a result is null. */
  foreignBatch(fn: ForeignFunction, args: readonly BatchArgument[], out: BatchResult, rows: BatchRows): string;
  /** A column of one value for what is made here; its memory is given back with the operator's. */
  scratch(type: SqlType): Column;
  /** The code of a value that lies in a column, given JavaScript of the Column and of the index; never null. */
  load(type: SqlType, column: string, index: string): Code;
  /** The session's time zone, an IANA name. */
  readonly timeZone: string;
  /** What NOW and its kin read. */
  readonly clock: Clock;
}

/** A code without a second part that is never null. */
export const code = (type: SqlType, value: string, isNull: string | null = null): Code => ({ type, value, aux: '', isNull });

/** A code of text or bytes. */
export const bytesCode = (type: SqlType, value: string, aux: string, isNull: string | null = null): Code => ({ type, value, aux, isNull });
