import { type UserCode, userFunctionKey } from '../../functions/user/user-function.ts';
import { valueClasses } from '../../functions/user/value-classes.ts';
import type { ColumnType, InputOf } from './column-types.ts';
import type { DataType } from './data-type.ts';
import { checkCode, checkNulls, checkOptions, malformed, typesOf } from './declaration-checks.ts';
import type { Duration } from './duration.ts';
import type { ArgumentsOf, PresentArgumentsOf, ScalarFunction, ScalarOptions } from './user-functions.ts';

type Types = readonly DataType[];

/** What is not given is as the session's settings `table.exec.async-scalar.*` say. */
export interface AsyncScalarOptions<A extends Types, R extends ColumnType> extends Omit<ScalarOptions<A, R>, 'vectorized'> {
  /** Calls that each worker awaits at once at most. */
  readonly capacity?: number;
  /** How long a call may take, with all its attempts. */
  readonly timeout?: Duration;
  /** How often a call that fails is made at most, the first one included. */
  readonly attempts?: number;
  /** Time before a call is made again. */
  readonly retryDelay?: Duration;
}

/**
 * Declares a function of one row's values that waits: for a service, a database, a model. Rows keep their order, and a checkpoint waits for calls that are on
 * their way. Calls may be made again, after a failure or a restart. Throws MS1256 for options that are not complete.
 */
export function asyncScalar<const A extends Types, R extends ColumnType>(
  options: AsyncScalarOptions<A, R> & { readonly nulls: 'skip' },
  fn: (...args: PresentArgumentsOf<A>) => Promise<InputOf<R>>,
): ScalarFunction<A, R>;
export function asyncScalar<const A extends Types, R extends ColumnType>(
  options: AsyncScalarOptions<A, R> & { readonly nulls?: 'call' },
  fn: (...args: ArgumentsOf<A>) => Promise<InputOf<R>>,
): ScalarFunction<A, R>;
export function asyncScalar<A extends Types, R extends ColumnType>(options: AsyncScalarOptions<A, R>, fn: UserCode): ScalarFunction<A, R> {
  checkOptions('asyncScalar', options, ['args', 'returns', 'nulls', 'deterministic', 'capacity', 'timeout', 'attempts', 'retryDelay']);
  const { args, returns, nulls = 'call', deterministic = true, capacity, timeout, attempts, retryDelay } = options;
  const call = checkCode('asyncScalar', fn);
  const [result] = typesOf('asyncScalar', 'returns', [returns]);
  const declared = {
    kind: 'scalar',
    classes: valueClasses,
    args: typesOf('asyncScalar', 'args', args),
    returns: result!,
    nulls: checkNulls('asyncScalar', nulls),
    deterministic,
    vectorized: false,
    awaited: {
      ...(capacity !== undefined && { capacity: count('capacity', capacity) }),
      ...(attempts !== undefined && { attempts: count('attempts', attempts) }),
      ...(timeout !== undefined && { timeoutMs: milliseconds('timeout', timeout) }),
      ...(retryDelay !== undefined && { retryDelayMs: milliseconds('retryDelay', retryDelay) }),
    },
    call,
  } as const;
  return { args, returns, [userFunctionKey]: declared };
}

function count(option: string, value: unknown): number {
  if (Number.isInteger(value) && (value as number) > 0) return value as number;
  throw malformed('asyncScalar', `${option} is a whole number above 0`, `for example ${option}: 20`);
}

/** Any object with milliseconds counts, whichever build of this package made it. */
function milliseconds(option: string, value: unknown): number {
  const { ms } = (value ?? {}) as { readonly ms?: unknown };
  if (typeof ms === 'number' && ms >= 0) return ms;
  throw malformed('asyncScalar', `${option} takes a duration`, `for example ${option}: seconds(5)`);
}
