import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { ANY, compileLike, type LikePattern, ONE } from '../../../src/functions/scalar/string/like-pattern.ts';
import { type Kernels, loadKernels } from '../../../src/kernels/kernels.ts';

const encoder = new TextEncoder();
let kernels: Kernels;
beforeAll(async () => {
  kernels = await loadKernels();
});

/** Puts a text at an odd address with other bytes around it, so that a kernel that reads too far is seen. */
function withText<T>(text: string | Uint8Array, use: (address: number, byteLength: number) => T): T {
  const bytes = typeof text === 'string' ? encoder.encode(text) : text;
  const { address } = kernels.memory.store(new Uint8Array(bytes.length + 64).fill(0x61));
  kernels.memory.u8.set(bytes, address + 17);
  const result = use(address + 17, bytes.length);
  kernels.memory.free(address, bytes.length + 64);
  return result;
}

const anyText = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', 'A', ',', 'é', '😀'), maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const second = (): number => kernels.memory.i32[kernels.secondResult() >>> 2]!;

describe('bytesCompare and bytesEqual', () => {
  it('order by unsigned bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }), fc.boolean(), (a, b, same) => {
        const other = same ? a : b;
        const expected = Math.sign(Buffer.compare(a, other));
        withText(a, (x, xLength) =>
          withText(other, (y, yLength) => {
            expect(Math.sign(kernels.bytesCompare(x, xLength, y, yLength))).toBe(expected);
            expect(kernels.bytesEqual(x, xLength, y, yLength)).toBe(expected === 0 ? 1 : 0);
          }),
        );
      }),
    );
  });
});

describe('searching', () => {
  it('finds what indexOf of bytes finds', () => {
    fc.assert(
      fc.property(anyText, fc.string({ unit: fc.constantFrom('a', 'b', ',', 'é'), maxLength: 3 }), fc.nat(20), (text, part, from) => {
        const bytes = Buffer.from(encoder.encode(text));
        const start = Math.min(from, bytes.length);
        const expected = bytes.indexOf(Buffer.from(part), start);
        withText(text, (at, length) => withText(part, (p, n) => expect(kernels.bytesIndexOf(at, length, p, n, start)).toBe(expected)));
      }),
    );
  });

  it('cuts at separators as split does', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(',', 'ab', 'é'), fc.integer({ min: -1, max: 6 }), (text, separator, index) => {
        const expected = index < 0 ? undefined : text.split(separator)[index];
        const found = withText(text, (at, length) =>
          withText(separator, (s, n) => {
            const offset = kernels.bytesSplitPart(at, length, s, n, index);
            return offset < 0 ? undefined : kernels.memory.text(at + offset, second());
          }),
        );
        expect(found).toBe(expected === undefined ? undefined : Buffer.from(expected).toString());
      }),
    );
  });
});

describe('code points', () => {
  it('are counted and cut as by the spread of a string', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: -30, max: 40 }), fc.nat(20), (raw, position, count) => {
        const text = Buffer.from(raw).toString();
        const points = [...text];
        const start = position > 0 ? position - 1 : position < 0 ? points.length + position : 0;
        const expected = start < 0 ? '' : points.slice(start, start + count).join('');
        withText(text, (at, length) => {
          expect(kernels.textLength(at, length)).toBe(points.length);
          const offset = kernels.textSlice(at, length, position, count);
          expect(kernels.memory.text(at + offset, second())).toBe(expected);
        });
      }),
    );
  });

  it('change case where they are ASCII, and say so where not', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const isAscii = /^[\0-\x7f]*$/.test(text);
        withText(text, (at, length) =>
          withText('x'.repeat(length), (to) => {
            expect(kernels.textLower(at, length, to)).toBe(isAscii ? 1 : 0);
            if (isAscii) expect(kernels.memory.text(to, length)).toBe(text.toLowerCase());
            expect(kernels.textUpper(at, length, to)).toBe(isAscii ? 1 : 0);
            if (isAscii) expect(kernels.memory.text(to, length)).toBe(text.toUpperCase());
          }),
        );
      }),
    );
  });
});

describe('LIKE', () => {
  const fail = (message: string): never => {
    throw new Error(message);
  };

  function matches(text: string, pattern: LikePattern): boolean {
    switch (pattern.kind) {
      case 'anything':
        return true;
      case 'equal':
        return text === pattern.text;
      case 'prefix':
        return text.startsWith(pattern.text);
      case 'suffix':
        return text.endsWith(pattern.text);
      case 'contains':
        return text.includes(pattern.text);
      default:
        return withText(text, (at, length) => withText(pattern.bytes, (p, n) => kernels.likeMatch(at, length, p, n) === 1));
    }
  }

  it('matches as the regular expression of the pattern does', () => {
    const unit = fc.constantFrom('a', 'b', 'é', '😀');
    fc.assert(
      fc.property(
        fc.string({ unit, maxLength: 12 }),
        fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀', '%', '_'), maxLength: 6 }),
        (text, pattern) => {
          const regex = new RegExp(`^${[...pattern].map((char) => (char === '%' ? '.*' : char === '_' ? '.' : char)).join('')}$`, 'su');
          expect(matches(text, compileLike(pattern, undefined, fail))).toBe(regex.test(text));
        },
      ),
    );
  });

  it('takes simple forms apart', () => {
    expect(compileLike('abc', undefined, fail)).toEqual({ kind: 'equal', text: 'abc' });
    expect(compileLike('abc%%', undefined, fail)).toEqual({ kind: 'prefix', text: 'abc' });
    expect(compileLike('%a!%', '!', fail)).toEqual({ kind: 'suffix', text: 'a%' });
    expect(compileLike('%%', undefined, fail)).toEqual({ kind: 'anything' });
    expect(compileLike('a%_', undefined, fail)).toEqual({ kind: 'general', bytes: Uint8Array.of(0x61, ANY, ONE) });
  });

  it('refuses a bad escape', () => {
    expect(() => compileLike('a!b', '!', fail)).toThrow('invalid escape sequence');
    expect(() => compileLike('a!', '!', fail)).toThrow('invalid escape sequence');
    expect(() => compileLike('a', '!!', fail)).toThrow('invalid escape character');
  });

  it('does not take exponential time', () => {
    expect(matches('a'.repeat(5000), compileLike('%a%a%a%a%a%a%a%a%b', undefined, fail))).toBe(false);
  }, 2000);
});
