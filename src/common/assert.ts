import { InternalError } from './errors.ts';

/** Throws MS9001 when `condition` is false: for what only a defect of Millstream can break. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InternalError('MS9001', message);
}
