import { StreamError } from '../../common/errors.ts';

/** Errors of the system that are over when somebody makes room, or the machine has time. */
const PASSING: ReadonlySet<string> = new Set([
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  'ENFILE',
  'EAGAIN',
  'EBUSY',
  'EINTR',
  'EIO',
  'ENOMEM',
  'ETIMEDOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
]);

/** Whether the system's own name of an error says that the same attempt may succeed later. */
export const isPassingErrno = (errno: string | undefined): boolean => errno !== undefined && PASSING.has(errno);

/** Whether what has failed may succeed at the next attempt: not a mistake in the data or the program, nor a defect. */
export function mayPass(failure: unknown): boolean {
  if (failure instanceof StreamError) return failure.retry;
  return failure instanceof Error && 'code' in failure && typeof failure.code === 'string' && isPassingErrno(failure.code);
}
