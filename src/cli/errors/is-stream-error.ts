import type { StreamError } from '../../common/errors.ts';

/**
 * Whether a value is an error of Millstream. Asked by its form and not by its class, because a program may have brought a copy of the
 * package of its own.
 */
export function isStreamError(error: unknown): error is StreamError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^MS\d{4}$/.test(error.code) && 'domain' in error;
}
