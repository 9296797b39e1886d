import { SqlError, UnsupportedError } from '../../common/errors.ts';
import { didYouMean } from '../../common/nearest.ts';
import type { UserCode } from '../../functions/user/user-function.ts';
import type { DataType } from './data-type.ts';

/** Throws MS1256 where what is called is no function. */
export function checkCode(kind: string, fn: unknown): UserCode {
  if (typeof fn === 'function') return fn as UserCode;
  throw malformed(kind, 'its second argument is a function');
}

/** Throws MS1256 for another null rule. */
export function checkNulls(kind: string, nulls: unknown): 'call' | 'skip' {
  if (nulls === 'call' || nulls === 'skip') return nulls;
  throw malformed(kind, "nulls is 'call' or 'skip'");
}

/** JavaScript says nothing of a misspelt option. Throws MS1256. */
export function checkOptions(kind: string, options: object, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) throw malformed(kind, 'its first argument is an object of options');
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw malformed(kind, `there is no option '${unknown}'`, didYouMean(unknown, known) ?? `there are ${known.join(', ')}`);
}

/** The SQL types of declared ones: any object with such a type counts, whichever build of this package made it. */
export function typesOf(kind: string, option: string, declared: unknown): DataType['sql'][] {
  const isType = (type: unknown): type is DataType => typeof (type as Partial<DataType> | null)?.sql?.root === 'string';
  if (Array.isArray(declared) && declared.every(isType)) {
    const nested = declared.find(({ sql }) => sql.root === 'ROW' || sql.root === 'ARRAY' || sql.root === 'MAP');
    if (nested === undefined) return declared.map(({ sql }) => sql);
    throw new UnsupportedError('MS1402', `${kind}(...): ${option} of type ${nested.sql.root} are not supported yet`);
  }
  throw malformed(kind, `${option} takes types such as t.string()`);
}

/** MS1256: a declaration that is none. */
export const malformed = (
  kind: string,
  message: string,
  hint = 'for example: scalar({ args: [t.string()], returns: t.bigint() }, (text) => ...)',
) => new SqlError('MS1256', `${kind}(...): ${message}`, { hint });
