import { type SqlType, types } from '../../../data/types/sql-type.ts';
import { bytesCode, type Code, type Emitter } from '../../code.ts';
import { named } from '../../plain-function.ts';

/** A part of a text of this type: VARCHAR of the same greatest length. */
export const partOf = (type: SqlType | undefined): SqlType => types.varchar('length' in type! ? type.length : 1);

/** What a function returns that takes its second result from the kernel: an offset into `text`, without a copy. */
export function sliceAt(e: Emitter, text: Code, offset: string, returns: SqlType, isNull: string | null): Code {
  const byteLength = e.bind('slice_length', e.second());
  return bytesCode(returns, e.bind('slice', `${text.value} + ${offset}`), byteLength, isNull);
}

/** The largest count of characters: to the end of the text. */
export const TO_END = '2147483647';

/** SUBSTRING by the kernel; the result lies in the text. `count` must not be negative where it matters. */
export function emitSlice(
  e: Emitter,
  operand: Code,
  position: string,
  count: string,
  returns: SqlType,
  isNull: string | null = null,
): Code {
  const text = named(e, 'text', operand);
  const offset = e.bind('offset', `${e.kernels}.textSlice(${text.value}, ${text.aux}, ${position}, ${count})`);
  return sliceAt(e, text, offset, returns, isNull);
}
