import type { SqlType } from '../../../data/types/sql-type.ts';
import type { Value } from '../../../data/values/value.ts';
import type { Code, Emitter } from '../../code.ts';
import type { Argument } from '../../scalar-function.ts';
import { boxedOrNull } from '../boxed.ts';
import { hasJson, jsonWriter } from './value-json.ts';

/** The words of JSON_OBJECT and JSON_ARRAY: what NULL comes to, and for each value whether it is JSON already. `ABSENT, value, json`. */
export interface MadeWords {
  readonly isAbsent: boolean;
  readonly isJson: readonly boolean[];
}

export function madeWords(text: string): MadeWords {
  const [onNull, ...kinds] = text.split(', ');
  return { isAbsent: onNull === 'ABSENT', isJson: kinds.map((kind) => kind === 'json') };
}

/** What writes each value, which is null where it is left out. */
export type PartWriter = (value: Value) => string | null;

export function partWriters({ isAbsent, isJson }: MadeWords, types: readonly SqlType[]): PartWriter[] {
  return types.map((type, i) => {
    const write = isJson[i] || type.root === 'NULL' ? String : jsonWriter(type);
    return (value) => (value !== null ? write(value as never) : isAbsent ? null : 'null');
  });
}

/** JavaScript of an array of values. */
export const boxedList = (e: Emitter, args: readonly Code[]): string => `[${args.map((arg) => boxedOrNull(e, arg)).join(', ')}]`;

export const canBeJson = ({ type }: Argument): boolean => type.root === 'NULL' || hasJson(type);
