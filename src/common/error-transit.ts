import { type ErrorCode, errorCodes } from './error-codes.ts';
import { ConnectorError, DataError, InternalError, SqlError, StateError, StreamError, UnsupportedError } from './errors.ts';

/** An error as it goes from thread to thread: cloning an error keeps its message and loses what it is. */
export interface ErrorInTransit {
  readonly isError: true;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly fields: Readonly<Record<string, unknown>> | undefined;
  readonly cause: unknown;
}

const CLASSES = { SqlError, UnsupportedError, ConnectorError, DataError, StateError, InternalError } as const;
const FIELDS = ['code', 'domain', 'retry', 'detail', 'hint', 'operator', 'span', 'source'] as const;
/** A cause of a cause of a cause says nothing any more, and might be a circle. */
const DEPTH = 4;

export function packError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return typeof error === 'object' && error !== null ? String(error) : error;
  const fields = error instanceof StreamError ? Object.fromEntries(FIELDS.map((key) => [key, error[key]])) : systemCode(error);
  const cause = depth < DEPTH && error.cause !== undefined ? packError(error.cause, depth + 1) : undefined;
  return { isError: true, name: error.name, message: error.message, stack: error.stack, fields, cause } satisfies ErrorInTransit;
}

/** What the system calls its error: whether it may pass depends on it. */
const systemCode = (error: Error): { readonly code: string } | undefined =>
  'code' in error && typeof error.code === 'string' ? { code: error.code } : undefined;

export function unpackError(packed: unknown): unknown {
  if (typeof packed !== 'object' || packed === null || (packed as Partial<ErrorInTransit>).isError !== true) return packed;
  const { name, message, stack, fields, cause } = packed as ErrorInTransit;
  const error = made(name, message, fields, unpackError(cause));
  if (stack !== undefined) Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
  return error;
}

function made(name: string, message: string, fields: ErrorInTransit['fields'], cause: unknown): Error {
  const options = { ...fields, ...(cause !== undefined && { cause }) };
  const code = fields?.['code'];
  if (typeof code === 'string' && code in errorCodes && name in CLASSES)
    return new CLASSES[name as keyof typeof CLASSES](code as ErrorCode, message, options);
  const error = new Error(message, cause === undefined ? undefined : { cause });
  error.name = name;
  if (typeof code === 'string') Object.assign(error, { code });
  return error;
}
