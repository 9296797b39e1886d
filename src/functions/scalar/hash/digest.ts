import type { BytesType, SqlType } from '../../../data/types/sql-type.ts';
import { types } from '../../../data/types/sql-type.ts';
import { plainFunction } from '../../plain-function.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { param, signature } from '../../signatures.ts';
import { hexOfBytes } from '../conversion/hex.ts';

export type Digest = (data: Uint8Array) => Uint8Array;

const encoder = new TextEncoder();

/** The digest of bytes, or of a text in UTF-8, as hexadecimal digits in lower case. */
export const digestText = (digest: Digest, data: string | Uint8Array): string =>
  hexOfBytes(digest(typeof data === 'string' ? encoder.encode(data) : data));

/** A function that gives the digest of a text or of bytes. `bits` is the digest's length. */
export function hashFunction(name: string, bits: number, digest: Digest, examples: ScalarFunction['examples']): ScalarFunction {
  const returns: SqlType & BytesType = types.char(bits / 4);
  return plainFunction({
    name,
    family: 'hash',
    signatures: [signature([param.text], returns), signature([param.bytes], returns)],
    call: (data: string | Uint8Array) => digestText(digest, data),
    doc: `The ${name} digest of a text in UTF-8 or of bytes, as ${bits / 4} hexadecimal digits.`,
    examples,
  });
}
