import { UnsupportedError } from '../../common/errors.ts';
import { type DeclaredFunction, type UserCode, userFunctionKey } from '../../functions/user/user-function.ts';
import { valueClasses } from '../../functions/user/value-classes.ts';
import type { ArgumentColumn, ResultColumn } from '../../functions/user/vector.ts';
import type { ColumnType, InputOf, RowInputOf, ValueOf } from './column-types.ts';
import type { ColumnsOf, DataType, Schema } from './data-type.ts';
import { checkCode, checkNulls, checkOptions, malformed, typesOf } from './declaration-checks.ts';

type Types = readonly DataType[];

/** The arguments that a function is called with: exact values, as results have them. */
export type ArgumentsOf<A extends Types> = {
  -readonly [K in keyof A]: A[K] extends DataType<infer T extends ColumnType> ? ValueOf<T> : never;
};

/** The same without NULL, for functions that are not called with one. */
export type PresentArgumentsOf<A extends Types> = { [K in keyof ArgumentsOf<A>]: NonNullable<ArgumentsOf<A>[K]> };

export interface ScalarOptions<A extends Types, R extends ColumnType> {
  /** Types of the arguments, in order. */
  readonly args: A;
  readonly returns: DataType<R>;
  /** `'skip'`: with a NULL among the arguments the result is NULL, and the function is not called. `'call'` by default. */
  readonly nulls?: 'call' | 'skip';
  /** False for a function that gives other results for the same arguments: it is then called for each row, though its arguments are constant. */
  readonly deterministic?: boolean;
  /** Whether the function is called with columns, once for a batch of up to 4,096 rows. */
  readonly vectorized?: boolean;
}

/** A vectorized function: reads `columns` and writes `out` for each index in `rows`. */
export type VectorFunction = (columns: readonly ArgumentColumn[], out: ResultColumn, rows: Int32Array) => void;

/** A function for SQL, with its types. Register it with `open({ functions })`, `createFunction`, or CREATE FUNCTION. */
export interface ScalarFunction<A extends Types = Types, R extends ColumnType = ColumnType> extends DeclaredFunction {
  readonly args: A;
  readonly returns: DataType<R>;
}

/**
 * Declares a function of one row's values, or of columns, with its SQL types. It may be called more than once for a row, and must not wait.
 * Throws MS1256 for options that are not complete.
 */
export function scalar<const A extends Types, R extends ColumnType>(
  options: ScalarOptions<A, R> & { readonly vectorized: true },
  fn: VectorFunction,
): ScalarFunction<A, R>;
export function scalar<const A extends Types, R extends ColumnType>(
  options: ScalarOptions<A, R> & { readonly nulls: 'skip'; readonly vectorized?: false },
  fn: (...args: PresentArgumentsOf<A>) => InputOf<R>,
): ScalarFunction<A, R>;
export function scalar<const A extends Types, R extends ColumnType>(
  options: ScalarOptions<A, R> & { readonly nulls?: 'call'; readonly vectorized?: false },
  fn: (...args: ArgumentsOf<A>) => InputOf<R>,
): ScalarFunction<A, R>;
export function scalar<A extends Types, R extends ColumnType>(options: ScalarOptions<A, R>, fn: UserCode): ScalarFunction<A, R> {
  checkOptions('scalar', options, ['args', 'returns', 'nulls', 'deterministic', 'vectorized']);
  const { args, returns, nulls = 'call', deterministic = true, vectorized = false } = options;
  const call = checkCode('scalar', fn);
  const types = typesOf('scalar', 'args', args);
  const [result] = typesOf('scalar', 'returns', [returns]);
  return {
    args,
    returns,
    [userFunctionKey]: {
      kind: 'scalar',
      classes: valueClasses,
      args: types,
      returns: result!,
      nulls: checkNulls('scalar', nulls),
      deterministic,
      vectorized,
      call,
    },
  };
}

export interface TableOptions<A extends Types, S extends Schema> extends Pick<ScalarOptions<A, ColumnType>, 'args' | 'nulls'> {
  /** The columns of the rows that the function yields. */
  readonly returns: S;
  /** False for a function that yields other rows for the same arguments. Its input must then be rows that are only added. */
  readonly deterministic?: boolean;
}

/** A table function for SQL: `FROM t, LATERAL TABLE(f(t.x))`. */
export interface TableFunction<A extends Types = Types, S extends Schema = Schema> extends DeclaredFunction {
  readonly args: A;
  readonly returns: S;
}

/**
 * Declares a function that makes rows of a row's values: a generator, or anything that returns an iterable of objects. Throws MS1256 for options that
 * are not complete.
 */
export function table<const A extends Types, S extends Schema>(
  options: TableOptions<A, S> & { readonly nulls: 'skip' },
  fn: (...args: PresentArgumentsOf<A>) => Iterable<RowInputOf<ColumnsOf<S>>>,
): TableFunction<A, S>;
export function table<const A extends Types, S extends Schema>(
  options: TableOptions<A, S> & { readonly nulls?: 'call' },
  fn: (...args: ArgumentsOf<A>) => Iterable<RowInputOf<ColumnsOf<S>>>,
): TableFunction<A, S>;
export function table<A extends Types, S extends Schema>(options: TableOptions<A, S>, fn: UserCode): TableFunction<A, S> {
  checkOptions('table', options, ['args', 'returns', 'nulls', 'deterministic']);
  const { args, returns, nulls = 'call', deterministic = true } = options;
  const call = checkCode('table', fn);
  const kinds = checkNulls('table', nulls);
  const columns = typeof returns === 'object' && returns !== null ? Object.entries(returns) : [];
  if (columns.length === 0) throw malformed('table', 'returns has the columns: { word: t.string() }');
  const fieldTypes = typesOf('table', 'returns', Object.values(returns));
  const fields = columns.map(([name], i) => ({ name, type: fieldTypes[i]! }));
  const types = typesOf('table', 'args', args);
  return {
    args,
    returns,
    [userFunctionKey]: { kind: 'table', classes: valueClasses, args: types, fields, nulls: kinds, deterministic, call },
  };
}

type OneOrNone = readonly [] | readonly [DataType];

export interface AggregateOptions<A extends OneOrNone, R extends ColumnType, S> {
  /** The type of the argument, or none. Rows whose argument is NULL do not come to the function. */
  readonly args: A;
  readonly returns: DataType<R>;
  /** Makes an empty accumulator: plain values, arrays, objects, Maps, Sets and exact values, which are kept in state. */
  readonly accumulator: () => S;
  /** Adds a row: changes the accumulator, or returns another. */
  readonly accumulate: (accumulator: S, ...args: PresentArgumentsOf<A>) => S | undefined;
  /** Takes a row back that was added before. Needed over rows that are updated. */
  readonly retract?: (accumulator: S, ...args: PresentArgumentsOf<A>) => S | undefined;
  /** Adds another accumulator. Needed in HOP, CUMULATE and SESSION windows. */
  readonly merge?: (accumulator: S, other: S) => S | undefined;
  /** The value of an accumulator; of an empty one, too. */
  readonly result: (accumulator: S) => InputOf<R>;
}

/** An aggregate function for SQL. */
export interface AggregateFunction<A extends OneOrNone = OneOrNone, R extends ColumnType = ColumnType> extends DeclaredFunction {
  readonly args: A;
  readonly returns: DataType<R>;
}

/** Declares an aggregate function of one argument, or of none. Throws MS1256 for options that are not complete. */
export function aggregate<const A extends OneOrNone, R extends ColumnType, S>(options: AggregateOptions<A, R, S>): AggregateFunction<A, R> {
  checkOptions('aggregate', options, ['args', 'returns', 'accumulator', 'accumulate', 'retract', 'merge', 'result']);
  const { args, returns, accumulator, accumulate, retract, merge, result } = options;
  const required = { accumulator, accumulate, result };
  for (const [name, fn] of Object.entries(required)) if (typeof fn !== 'function') throw malformed('aggregate', `${name} is a function`);
  for (const fn of [retract, merge]) if (fn !== undefined) checkCode('aggregate', fn);
  const types = typesOf('aggregate', 'args', args);
  if (types.length > 1) throw new UnsupportedError('MS1402', 'aggregate(...): more than one argument is not supported yet');
  const [type] = typesOf('aggregate', 'returns', [returns]);
  const declared = {
    kind: 'aggregate',
    classes: valueClasses,
    args: types,
    returns: type!,
    nulls: 'skip',
    accumulator,
    accumulate,
    retract,
    merge,
    result,
  } as const;
  return { args, returns, [userFunctionKey]: declared };
}
