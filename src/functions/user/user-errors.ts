import { DataError, StreamError } from '../../common/errors.ts';
import { printType } from '../../data/types/print-type.ts';
import type { SqlType } from '../../data/types/sql-type.ts';

const TEXT_MAX = 80;

/** What a function of the program is called, and where it runs: for errors that name both and the row's arguments. */
export interface UserCall {
  readonly name: string;
  /** `<query>/<operator>`. */
  readonly operator: string;
}

/** MS1252: the function has thrown. */
export function userFailure({ name, operator }: UserCall, error: unknown, args: readonly unknown[]): DataError {
  const message = error instanceof Error ? error.message || error.name : String(error);
  return new DataError('MS1252', `${callText(name, args)} in ${operator} failed: ${message}`, {
    operator,
    cause: error,
    detail: error instanceof Error ? error.stack : undefined,
    hint: `the error is of the program's own function ${name}`,
  });
}

/** MS1253: the function has returned what its declared type does not hold. `cause` says why, where that is known. */
export function wrongResult(
  { name, operator }: UserCall,
  value: unknown,
  returns: SqlType,
  args: readonly unknown[],
  cause: unknown,
): DataError {
  const isPromise = typeof (value as { then?: unknown } | null)?.then === 'function';
  const why = isPromise ? `a Promise is not ${printType(returns)}` : cause instanceof StreamError ? cause.message : String(cause);
  return new DataError('MS1253', `${callText(name, args)} in ${operator} returned a wrong value: ${why}`, {
    operator,
    cause,
    hint: isPromise ? 'a function that waits is declared by asyncScalar(...)' : `it is declared to return ${printType(returns)}`,
  });
}

/** The call as a person would write it. */
export const callText = (name: string, args: readonly unknown[]): string => `${name}(${args.map(argumentText).join(', ')})`;

function argumentText(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'string') return `'${shortened(value)}'`;
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  return shortened(String(value));
}

const shortened = (text: string): string => (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text);
