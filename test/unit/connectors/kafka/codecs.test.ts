import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Codecs, type CompressionType } from '../../../../src/connectors/kafka/codecs/codecs.ts';
import { compressLz4, decompressLz4 } from '../../../../src/connectors/kafka/codecs/lz4-frame.ts';
import { JAVA_BATCHES } from './broker-bytes.ts';

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const types = ['gzip', 'snappy', 'lz4'] as const;

/** Bytes with repetitions, as records have them. */
const recordLike = fc
  .array(fc.tuple(fc.constantFrom('{"id":', 'name', '":"', 'x', ' '), fc.nat(300)), { maxLength: 400 })
  .map((parts) => new TextEncoder().encode(parts.map(([text, n]) => `${text}${n % 7 === 0 ? text.repeat(n) : n}`).join('')));

describe('compressed records', () => {
  it.each(types)('come out as they went in: %s', async (type) => {
    const codecs = new Codecs();
    await codecs.load(type);
    fc.assert(
      fc.property(fc.oneof(recordLike, fc.uint8Array({ maxLength: 2000 })), (bytes) => {
        const out = codecs.decompress(type, codecs.compress(type, bytes), 'here');
        expect(Buffer.compare(out, bytes)).toBe(0);
      }),
      { numRuns: 200 },
    );
  });

  it('may be of many blocks, and may not get smaller', () => {
    const large = new Uint8Array(300_000).map((_, i) => (i * i) >> 3);
    const noise = new Uint8Array(200_000).map((_, i) => Math.imul(i, 0x9e3779b1) >>> 24);
    for (const bytes of [large, noise, new Uint8Array(0), new Uint8Array(65_536)]) {
      const frame = compressLz4(bytes);
      expect(hexOf(frame.subarray(0, 7))).toBe('04224d18604082');
      expect(frame.length).toBeLessThan(bytes.length * 1.01 + 32);
      expect(Buffer.compare(decompressLz4(frame), bytes)).toBe(0);
    }
  });

  it.each(Object.entries(JAVA_BATCHES))('are read as a broker wrote them: %s', async (type, hex) => {
    const codecs = new Codecs();
    await codecs.load(type as CompressionType);
    const records = codecs.decompress(type as CompressionType, Buffer.from(hex, 'hex').subarray(61), 'here');
    expect(records.length).toBe(40 * 15);
    expect(textOf(records).match(/\{"id":\d\}/g)).toEqual(Array.from({ length: 40 }, (_, i) => `{"id":${i % 4}}`));
  });

  it.each([...types, 'zstd'] as const)('that are damaged are an error with a place, and no other: %s', async (type) => {
    const codecs = new Codecs();
    await codecs.load(type);
    const whole = Buffer.from(JAVA_BATCHES[type], 'hex').subarray(61);
    for (let at = 0; at < whole.length; at++) {
      const damaged = Uint8Array.from(whole);
      damaged[at]! ^= 0x55;
      for (const bytes of [damaged, whole.subarray(0, at)]) {
        try {
          codecs.decompress(type, bytes, 'topic/0');
        } catch (error) {
          expect(error).toMatchObject({ code: 'MS3075', message: expect.stringContaining('topic/0') });
        }
      }
    }
    expect(() => codecs.decompress(type, new Uint8Array(3).fill(9), 'topic/0')).toThrow(expect.objectContaining({ code: 'MS3075' }));
  });
});
