import type { Code, Emitter } from '../code.ts';

/** JavaScript of an argument's exact value, null for NULL. */
export function boxedOrNull(e: Emitter, arg: Code): string {
  if (arg.isNull === null) return e.box(arg);
  return arg.isNull === 'true' ? 'null' : `${arg.isNull} ? null : ${e.box(arg)}`;
}
