import type { OptionKind, OptionValue } from './option-spec.ts';

/** What a reader answers for a text that is not a value of its kind. */
export type Malformed = undefined;

/** How one kind of option is read and described. */
interface ValueReader {
  readonly expected: string;
  read(text: string): OptionValue | Malformed;
}

const MS_BY_UNIT: ReadonlyMap<string, number> = new Map(
  (
    [
      [86_400_000, 'd day days'],
      [3_600_000, 'h hour hours'],
      [60_000, 'm min minute minutes'],
      [1000, 's sec secs second seconds'],
      [1, 'ms milli millis millisecond milliseconds'],
      [1e-3, 'µs micro micros microsecond microseconds'],
      [1e-6, 'ns nano nanos nanosecond nanoseconds'],
    ] as const
  ).flatMap(([ms, names]) => names.split(' ').map((name) => [name, ms] as const)),
);

const BYTES_BY_UNIT: ReadonlyMap<string, number> = new Map(
  ['b bytes', 'k kb kibibytes', 'm mb mebibytes', 'g gb gibibytes', 't tb tebibytes'].flatMap((names, power) =>
    names.split(' ').map((name) => [name, 1024 ** power] as const),
  ),
);

const AMOUNT = /^\s*(\d+)\s*([a-zµ]*)\s*$/;
const ISO_DURATION = /^([-+])?p(?:([-+]?\d+)d)?(?:t(?=.)(?:([-+]?\d+)h)?(?:([-+]?\d+)m)?(?:([-+]?\d+(?:[.,]\d{0,9})?)s)?)?$/;

/**
 * A duration as Flink reads it, in whole milliseconds: `5 s`, `1 min`, `500ms`, a bare number of milliseconds, or ISO 8601
 * (`PT5S`). Case does not matter. Undefined when malformed or longer than 2^53 ms.
 */
export function readDuration(text: string): number | Malformed {
  const lower = text.trim().toLowerCase();
  return readAmount(lower, MS_BY_UNIT, 'ms') ?? readIsoDuration(lower);
}

/** A size in bytes as Flink reads it: `64 mb`, `512k`, a bare number of bytes; units are powers of 1,024. */
export function readMemory(text: string): number | Malformed {
  return readAmount(text.trim().toLowerCase(), BYTES_BY_UNIT, 'b');
}

function readAmount(text: string, units: ReadonlyMap<string, number>, bareUnit: string): number | Malformed {
  const match = AMOUNT.exec(text);
  const factor = match && units.get(match[2] || bareUnit);
  if (!match || factor === undefined || factor === null) return undefined;
  const amount = Math.floor(Number(match[1]) * factor);
  return Number.isSafeInteger(amount) ? amount : undefined;
}

function readIsoDuration(text: string): number | Malformed {
  const match = ISO_DURATION.exec(text);
  if (!match || match.slice(2).every((part) => part === undefined)) return undefined;
  const [, sign, days, hours, minutes, seconds] = match;
  const part = (digits: string | undefined): number => Number((digits ?? '0').replace(',', '.'));
  const total = part(days) * 86_400_000 + part(hours) * 3_600_000 + part(minutes) * 60_000 + Math.floor(part(seconds) * 1000);
  const amount = sign === '-' ? -total : total;
  return Number.isSafeInteger(amount) ? amount : undefined;
}

const INTEGER = /^[-+]?\d{1,40}$/;
const DOUBLE = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,5})?$/i;

function readInt(text: string): number | Malformed {
  if (!INTEGER.test(text)) return undefined;
  const value = Number(text);
  return value === (value | 0) ? value | 0 : undefined;
}

function readBigint(text: string): bigint | Malformed {
  if (!INTEGER.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value === BigInt.asIntN(64, value) ? value : undefined;
}

function readDouble(text: string): number | Malformed {
  const trimmed = text.trim();
  return DOUBLE.test(trimmed) ? Number(trimmed) : undefined;
}

function readBoolean(text: string): boolean | Malformed {
  const lower = text.toLowerCase();
  if (lower === 'true') return true;
  return lower === 'false' ? false : undefined;
}

const READERS: Readonly<Record<Exclude<OptionKind, readonly string[]>, ValueReader>> = {
  string: { expected: 'text', read: (text) => text },
  int: { expected: 'an integer of 32 bits', read: readInt },
  bigint: { expected: 'an integer of 64 bits', read: readBigint },
  double: { expected: 'a number such as 0.5', read: readDouble },
  boolean: { expected: 'true or false', read: readBoolean },
  duration: { expected: "a duration such as '5 s', '1 min' or '500 ms'", read: readDuration },
  memory: { expected: "a size such as '64 mb' or '512 kb'", read: readMemory },
};

/** Reads the text of an option of this kind; undefined when it is malformed. An enumeration's value is spelled as in its list. */
export function readOptionValue(kind: OptionKind, text: string): OptionValue | Malformed {
  if (typeof kind === 'string') return READERS[kind].read(text);
  const lower = text.toLowerCase();
  return kind.find((choice) => choice.toLowerCase() === lower);
}

/** What a value of this kind looks like, for messages and documentation. */
export function describeKind(kind: OptionKind): string {
  return typeof kind === 'string' ? READERS[kind].expected : `one of ${kind.map((choice) => `'${choice}'`).join(', ')}`;
}
