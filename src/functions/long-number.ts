import type { Emitter } from './code.ts';

const bits = new BigInt64Array(1);
const halves = new Int32Array(bits.buffer);
const low = new Uint32Array(bits.buffer);

/*
 * Number() of a bigint is a call that makes a bigint of its own: 37 M/s, where a word that is written and read in halves makes 900 M/s
 * (Node 20). Memory is little endian, as WebAssembly's is.
 */

function store(e: Emitter, long: string): void {
  e.line(`${e.helper('long_bits', bits)}[0] = ${long};`);
}

/** JavaScript of the lower 32 bits of a 64-bit integer, as a signed number; the integer may have more bits. */
export function intOfLong(e: Emitter, long: string): string {
  store(e, long);
  return e.bind('int', `${e.helper('long_halves', halves)}[0]`);
}

/** JavaScript of the double that is nearest to a 64-bit integer: the upper half is exact, so that there is one rounding. */
export function doubleOfLong(e: Emitter, long: string): string {
  store(e, long);
  return e.bind('double', `${e.helper('long_halves', halves)}[1] * 4294967296 + ${e.helper('long_low', low)}[0]`);
}
