import type { SqlType } from '../data/types/sql-type.ts';
import type { Code, Emitter } from './code.ts';
import type { UserScalar } from './user/user-function.ts';

/** An argument as a signature sees it: its type, and its value where it is a literal. */
export interface Argument {
  readonly type: SqlType;
  readonly literal?: unknown;
}

/** What a signature makes of a call: the types its arguments are cast to, and the type of the result (nullability apart). */
export interface Resolution {
  readonly args: readonly SqlType[];
  readonly returns: SqlType;
}

/** One way to call a function. */
export interface Signature {
  /** As documentation prints it: `SUBSTRING(STRING, INT) -> STRING`. */
  readonly text: string;
  /** Undefined where the arguments do not fit. */
  resolve(args: readonly Argument[]): Resolution | undefined;
}

/** An example that is documentation and test at once: a SQL expression, and its value as CAST AS STRING prints it (null for NULL). */
export interface Example {
  readonly sql: string;
  readonly result: string | null;
}

export type ScalarFamily =
  | 'comparison'
  | 'logical'
  | 'arithmetic'
  | 'string'
  | 'temporal'
  | 'conditional'
  | 'conversion'
  | 'collection'
  | 'json'
  | 'hash'
  | 'bitwise'
  | 'user';

/** An argument of a form over columns: the name of a Column, or a constant's code. */
export type BatchArgument =
  | { readonly kind: 'column'; readonly column: string; readonly nullable: boolean }
  | { readonly kind: 'constant'; readonly code: Code };

/** Name of the Column that a form over columns fills. */
export interface BatchResult {
  readonly column: string;
}

/** JavaScript of the address of the selection vector (0 where all rows count) and of the number of rows. */
export interface BatchRows {
  readonly selection: string;
  readonly count: string;
}

/**
 * A built-in scalar function. The binder finds it by name, the code generator calls `emit`, the documentation prints the rest.
 */
export interface ScalarFunction {
  /** Upper case. An operator has its sign as its name. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly family: ScalarFamily;
  readonly signatures: readonly Signature[];
  /**
   * 'propagate': NULL when any argument is; emit sees arguments that are not null, and may add a null of its own.
   * 'own': emit sees isNull and decides; the result is nullable if `nullable` says so.
   */
  readonly nulls: 'propagate' | 'own';
  /**
   * Whether the result can be null although no argument is (propagate), or at all (own; 'as-arguments' where any of them can, 'as-first' where the first can). Default:
   * false, own: true. 'by-type': it never is, but its type is nullable, as in Flink, for tables to have the same types.
   */
  readonly nullable?: boolean | 'as-arguments' | 'as-first' | 'by-type';
  /** Whether an argument may be a NULL without a type, as in Flink: comparisons and a few functions. Default false. */
  readonly bareNull?: boolean;
  /** Whether an argument may be a ROW, an ARRAY or a MAP. Default false. */
  readonly nested?: boolean;
  /** True where the generated code may run on undefined values (below a null): it neither throws nor reads memory through them. */
  readonly total?: boolean | ((args: readonly Code[]) => boolean);
  /** False for RAND, UUID, NOW: not folded, not duplicated. Default true. */
  readonly deterministic?: boolean;
  /** Writes the code that computes the result of type `returns` from `args`, which have the types that the signature resolved to. */
  emit(e: Emitter, args: readonly Code[], returns: SqlType): Code;
  /**
   * A form over whole columns, for calls that are a result column themselves: JavaScript that fills `out` for the rows of `rows` and
   * is not 0 where any result is null. Undefined where these arguments have none. Guarded by a benchmark, else leave it out.
   */
  readonly batch?: (e: Emitter, args: readonly BatchArgument[], out: BatchResult, rows: BatchRows) => string | undefined;
  /** Of an asynchronous function its declaration: no code is made for it, an operator of its own calls it. */
  readonly awaited?: UserScalar | undefined;
  /** Whether it is code of the program in this thread, which other threads do not have. */
  readonly program?: boolean;
  /** The call in Flink SQL, from its arguments' texts; null where Flink has no such function. */
  readonly flink: ((args: readonly string[]) => string) | null;
  /** One sentence for the reference. */
  readonly doc: string;
  readonly examples: readonly Example[];
}
