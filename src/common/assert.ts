import { InternalError } from './errors.ts';

/** Throws MS9001 when `condition` is false: for what only a defect of Millstream can break. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InternalError('MS9001', message);
}

/** Marks a branch that the types rule out. */
export function unreachable(value: never): never {
  throw new InternalError('MS9001', `unexpected ${JSON.stringify(value)}`);
}
