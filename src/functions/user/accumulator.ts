import { decodeBase64 } from '../../common/platform.ts';
import { base64Of } from '../../data/values/base64.ts';
import { Decimal } from '../../data/values/decimal.ts';
import { LocalDate } from '../../data/values/local-date.ts';
import { LocalTime } from '../../data/values/local-time.ts';
import { Timestamp } from '../../data/values/timestamp.ts';
import { TimestampLtz } from '../../data/values/timestamp-ltz.ts';

/** Classes of exact values, by their names for programs. */
const CLASSES: Readonly<Record<string, { from(text: string): unknown }>> = { Decimal, LocalDate, LocalTime, Timestamp, TimestampLtz };

type Packed = null | boolean | number | string | readonly Packed[] | { readonly [key: string]: Packed };

/**
 * An accumulator as text: JSON, in which what JSON does not have is an object of one property that begins with `$`. Throws TypeError for what could
 * not be read again.
 */
export const packAccumulator = (value: unknown): string => JSON.stringify(pack(value));
export const unpackAccumulator = (text: string): unknown => unpack(JSON.parse(text) as Packed);

function pack(value: unknown): Packed {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) };
    case 'bigint':
      return { $bigint: String(value) };
    case 'undefined':
      return { $undefined: null };
    case 'object':
      return value === null ? null : packObject(value);
    default:
      throw new TypeError(`an accumulator holds a ${typeof value}, which cannot be kept`);
  }
}

function packObject(value: object): Packed {
  if (Array.isArray(value)) return value.map(pack);
  if (value instanceof Map) return { $map: [...value].map(([key, item]) => [pack(key), pack(item)]) };
  if (value instanceof Set) return { $set: [...value].map(pack) };
  if (value instanceof Uint8Array) return { $bytes: base64Of(value) };
  const name = (value.constructor as { readonly name?: string } | undefined)?.name ?? '';
  if (CLASSES[name] !== undefined) return { $value: [name, String(value)] };
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) throw new TypeError(`an accumulator holds a ${name}, which cannot be kept`);
  const entries = Object.entries(value).map(([key, item]) => [key, pack(item)] as const);
  return entries.some(([key]) => key.startsWith('$') || key === '__proto__') ? { $object: entries } : Object.fromEntries(entries);
}

const UNPACK: Readonly<Record<string, (packed: never) => unknown>> = {
  $number: (text: string) => Number(text),
  $bigint: (text: string) => BigInt(text),
  $undefined: () => undefined,
  $map: (entries: readonly (readonly [Packed, Packed])[]) => new Map(entries.map(([key, item]) => [unpack(key), unpack(item)])),
  $set: (items: readonly Packed[]) => new Set(items.map(unpack)),
  $bytes: (text: string) => decodeBase64(text),
  $value: ([name, text]: readonly [string, string]) => CLASSES[name]!.from(text),
  $object: (entries: readonly (readonly [string, Packed])[]) => Object.fromEntries(entries.map(([key, item]) => [key, unpack(item)])),
};

function unpack(packed: Packed): unknown {
  if (typeof packed !== 'object' || packed === null) return packed;
  if (Array.isArray(packed)) return packed.map(unpack);
  const entries = Object.entries(packed as Record<string, Packed>);
  const [first] = entries;
  if (first?.[0].startsWith('$') === true) return UNPACK[first[0]]!(first[1] as never);
  return Object.fromEntries(entries.map(([key, item]) => [key, unpack(item)]));
}
