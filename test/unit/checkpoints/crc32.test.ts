import { describe, expect, it } from 'vitest';
import { crc32 } from '../../../src/common/crc32.ts';
import { seededRandom } from '../../../src/common/random.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('crc32', () => {
  // The check value of the catalogue of CRC algorithms, and two that follow from the definition.
  it.each([
    ['', 0],
    ['123456789', 0xcbf43926],
    ['a', 0xe8b7be43],
  ])('of %j', (text, expected) => {
    expect(crc32(bytes(text))).toBe(expected);
  });

  it('goes on behind other bytes, wherever they are cut', () => {
    const random = seededRandom(20261123);
    const whole = Uint8Array.from({ length: 1000 }, () => random.below(256));
    for (let i = 0; i < 50; i++) {
      const cut = random.below(whole.length + 1);
      expect(crc32(whole.subarray(cut), crc32(whole.subarray(0, cut)))).toBe(crc32(whole));
    }
  });
});
