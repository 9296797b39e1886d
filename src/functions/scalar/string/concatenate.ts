import type { SqlType } from '../../../data/types/sql-type.ts';
import { bytesCode, type Code, type Emitter } from '../../code.ts';
import { named } from '../../plain-function.ts';

/** Writes the texts one after the other into the arena. */
export function emitConcat(e: Emitter, args: readonly Code[], returns: SqlType): Code {
  if (args.length === 1) return { ...args[0]!, type: returns };
  const parts = args.map((arg) => named(e, 'text', arg));
  const length = e.bind('concat_length', parts.map((part) => part.aux).join(' + '));
  const start = e.bind('concat', `${e.arena}.ensure(${length})`);
  parts.forEach((part, i) => {
    const before = parts.slice(0, i).map(({ aux }) => ` + ${aux}`);
    e.line(`${e.kernels}.bytesCopy(${start}${before.join('')}, ${part.value}, ${part.aux});`);
  });
  e.line(`${e.arena}.take(${length});`);
  return bytesCode(returns, start, length);
}
