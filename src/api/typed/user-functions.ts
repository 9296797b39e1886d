import { SqlError } from '../../common/errors.ts';
import { didYouMean } from '../../common/nearest.ts';
import { type DeclaredFunction, type UserCode, userFunctionKey } from '../../functions/user/user-function.ts';
import type { ArgumentColumn, ResultColumn } from '../../functions/user/vector.ts';
import type { ColumnType, InputOf, ValueOf } from './column-types.ts';
import type { DataType } from './data-type.ts';

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
  if (typeof fn !== 'function') throw malformed('scalar', 'its second argument is a function');
  const types = typesOf('scalar', 'args', args);
  const [result] = typesOf('scalar', 'returns', [returns]);
  if (nulls !== 'call' && nulls !== 'skip') throw malformed('scalar', "nulls is 'call' or 'skip'");
  return {
    args,
    returns,
    [userFunctionKey]: { kind: 'scalar', args: types, returns: result!, nulls, deterministic, vectorized, call: fn },
  };
}

/** JavaScript says nothing of a misspelt option. */
function checkOptions(kind: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw malformed(kind, 'its first argument is an object of options');
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw malformed(kind, `there is no option '${unknown}'`, didYouMean(unknown, known) ?? `there are ${known.join(', ')}`);
}

/** The SQL types of declared ones: any object with such a type counts, whichever build of this package made it. */
function typesOf(kind: string, option: string, declared: unknown): DataType['sql'][] {
  const isType = (type: unknown): type is DataType => typeof (type as Partial<DataType> | null)?.sql?.root === 'string';
  if (Array.isArray(declared) && declared.every(isType)) return declared.map(({ sql }) => sql);
  throw malformed(kind, `${option} takes types such as t.string()`);
}

const malformed = (
  kind: string,
  message: string,
  hint = 'for example: scalar({ args: [t.string()], returns: t.bigint() }, (text) => ...)',
) => new SqlError('MS1256', `${kind}(...): ${message}`, { hint });
