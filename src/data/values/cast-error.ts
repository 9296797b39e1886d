import { DataError } from '../../common/errors.ts';
import { printType } from '../types/print-type.ts';
import type { SqlType } from '../types/sql-type.ts';

const HINT = 'TRY_CAST gives NULL instead';
const show = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);

/** MS2002: a text that is no value of the type. */
export function unreadable(text: string, to: SqlType): never {
  throw new DataError('MS2002', `${show(text)} is no ${printType({ ...to, nullable: true })}`, { hint: HINT });
}

/** MS2001: a text of a number that is too large for the type. */
export function tooLarge(text: string, to: SqlType): never {
  throw new DataError('MS2001', `${show(text)} does not fit in ${printType({ ...to, nullable: true })}`, { hint: HINT });
}
