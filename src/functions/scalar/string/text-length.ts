import { DataError } from '../../../common/errors.ts';

/** Characters that a function may make of little: beyond, the result could not be kept in memory anyway. */
const MAX_MADE = 256 * 1024 * 1024;

/** Throws MS2001 for a text that is too long to be made. */
export function checkLength(name: string, length: number): void {
  if (length > MAX_MADE)
    throw new DataError('MS2001', `${name} would make a text of ${length} characters; at most ${MAX_MADE} are possible`);
}
