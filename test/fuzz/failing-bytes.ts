import { shrink } from './shrink.ts';
import type { FuzzFailure } from './targets.ts';

/** Inputs up to this long are tried with every cut. */
const CUT_BYTES_MAX = 2000;

/** Bytes as text, one character each. */
export const toInput = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const toBytes = (input: string): Uint8Array => Uint8Array.from(Buffer.from(input, 'latin1'));

/** A check's verdict, or what it threw. */
export function attempt(work: () => string | undefined): string | undefined {
  try {
    return work();
  } catch (error) {
    return `threw ${error instanceof Error ? error.stack : String(error)}`;
  }
}

/** Checks bytes that come whole, in two pieces cut at any place, and one by one. */
export function checkEveryCut(
  input: string,
  check: (bytes: Uint8Array, ends: readonly number[]) => string | undefined,
): string | undefined {
  const bytes = toBytes(input);
  const places = bytes.length <= CUT_BYTES_MAX ? Array.from(bytes.keys()) : [];
  for (const ends of [[], places, ...places.map((place) => [place])]) {
    const reason = attempt(() => check(bytes, ends));
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** The failure with as few lines, then bytes, as still fail; as it is where it cannot be brought about again. */
export async function smallest(failure: FuzzFailure, check: (input: string) => Promise<string | undefined>): Promise<FuzzFailure> {
  const fails = async (parts: readonly string[]): Promise<boolean> => (await check(parts.join(''))) !== undefined;
  if (!(await fails([failure.input]))) return failure;
  const lines = await shrink(failure.input.split(/(?<=\n)/), fails);
  const input = (await shrink([...lines.join('')], fails)).join('');
  return { input, reason: (await check(input)) ?? failure.reason };
}
