import { SqlError } from '../../common/errors.ts';
import type { Field } from '../../data/schema.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import type { ValueClasses } from './value-classes.ts';

/**
 * Where a function of the program says what it is. A registered symbol: the module that declares a function and the engine that runs it may
 * be two builds of this package, as on the command line.
 */
export const userFunctionKey: unique symbol = Symbol.for('millstream.function') as never;

/** What a program calls with exact values, or with columns. */
export type UserCode = (...args: never[]) => unknown;

/** A scalar function as a program declares it. */
export interface UserScalar {
  readonly kind: 'scalar';
  readonly classes?: ValueClasses;
  readonly args: readonly SqlType[];
  readonly returns: SqlType;
  /** 'skip': the function is not called for a row with a NULL among its arguments, and its result is NULL there. */
  readonly nulls: 'call' | 'skip';
  /** Whether the same arguments give the same result, so that calls with constants are computed once. */
  readonly deterministic: boolean;
  /** Whether it is called with the columns of a batch. */
  readonly vectorized: boolean;
  /** Of an asynchronous function, whose calls are awaited: what it says of them itself. */
  readonly awaited?: AwaitedOptions | undefined;
  readonly call: UserCode;
}

/** How an asynchronous function is called where it is not as the settings say. Times in milliseconds. */
export interface AwaitedOptions {
  readonly capacity?: number;
  readonly timeoutMs?: number;
  readonly attempts?: number;
  readonly retryDelayMs?: number;
}

/** A table function as a program declares it: one row in, any number of rows out. */
export interface UserTable {
  readonly kind: 'table';
  readonly classes?: ValueClasses;
  readonly args: readonly SqlType[];
  /** The columns of the rows that it yields, as objects. */
  readonly fields: readonly Field[];
  /** 'skip': no rows for a row with a NULL among the arguments. */
  readonly nulls: 'call' | 'skip';
  readonly deterministic: boolean;
  readonly call: UserCode;
}

/** An aggregate function as a program declares it. Accumulators are plain values: what `accumulate` returns, or what it changes and returns nothing. */
export interface UserAggregate {
  readonly kind: 'aggregate';
  readonly classes?: ValueClasses;
  /** One type, or none. */
  readonly args: readonly SqlType[];
  readonly returns: SqlType;
  readonly nulls: 'skip';
  readonly accumulator: () => unknown;
  readonly accumulate: UserCode;
  readonly retract: UserCode | undefined;
  readonly merge: UserCode | undefined;
  readonly result: UserCode;
}

export type UserFunction = UserScalar | UserTable | UserAggregate;

/** What declares a function: the value of `scalar(...)`. */
export interface DeclaredFunction {
  readonly [userFunctionKey]: UserFunction;
}

/** The declaration of a value that a program or a module gave. Throws MS1254 where it is none. */
export function declarationOf(value: unknown, what: string): UserFunction {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  const declared = isObject ? (value as Partial<DeclaredFunction>)[userFunctionKey] : undefined;
  if (declared !== undefined) return declared;
  throw new SqlError('MS1254', `${what} is not a declared function`, {
    hint: 'declare it with its types: scalar({ args: [t.string()], returns: t.bigint() }, (text) => ...)',
  });
}
