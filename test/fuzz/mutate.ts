import type { Random } from '../../src/common/random.ts';

/** A copy of the bytes with a few of them changed, left out, doubled or moved; `hot` are bytes that matter to the format. */
export function mutate(bytes: Uint8Array, random: Random, hot: string): Uint8Array {
  const out = [...bytes];
  for (let n = 1 + random.below(3); n > 0; n--) {
    const at = random.below(out.length + 1);
    const kind = random.below(6);
    if (kind === 0) out.splice(at, 1 + random.below(4));
    else if (kind === 1) out.splice(at, 0, random.below(256));
    else if (kind === 2) out.splice(at, 0, hot.charCodeAt(random.below(hot.length)));
    else if (kind === 3) out[Math.min(at, out.length - 1)] = hot.charCodeAt(random.below(hot.length));
    else if (kind === 4) out.splice(at, 0, ...out.slice(at, at + random.below(20)));
    else out.length = at;
  }
  return Uint8Array.from(out);
}

/** Ascending offsets at which an input of `length` bytes is cut. */
export function cuts(length: number, random: Random): number[] {
  const count = random.below(6);
  return Array.from({ length: count }, () => random.below(length + 1)).sort((a, b) => a - b);
}

/** Joins lines with line feeds; the last one is ended, too, unless `open`. */
export function joinLines(lines: readonly Uint8Array[], open: boolean): Uint8Array {
  const out: number[] = [];
  lines.forEach((line, i) => {
    for (const byte of line) out.push(byte);
    if (i < lines.length - 1 || !open) out.push(0x0a);
  });
  return Uint8Array.from(out);
}
