import { describe, expect, it } from 'vitest';
import { type SqlType, types as t } from '../../../src/data/types/sql-type.ts';
import { rawFormat } from '../../../src/formats/raw/raw-format.ts';
import { batchOf, type DecodeSettings, decodeAll, encodeAll, schemaOf } from './format-fixture.ts';

const read = async (type: SqlType, bytes: string | readonly number[], settings: DecodeSettings = {}) =>
  (await decodeAll(rawFormat, schemaOf({ v: type }), typeof bytes === 'string' ? bytes : new Uint8Array(bytes), settings)).rows.map(
    ([value]) => JSON.parse(value!),
  );

describe('raw', () => {
  it('reads a line as a text', async () => {
    expect(await read(t.string(), 'a\nb\r\n\nc')).toEqual(['a', 'b', '', 'c']);
    expect(await read(t.string(), 'añb\nc', { pieces: [1] })).toEqual(['añb', 'c']);
  });
  it('replaces broken UTF-8, and keeps it in bytes', async () => {
    expect(await read(t.string(), [0x61, 0xff, 0x62, 10, 0xe9, 10])).toEqual(['a\ufffdb', '\ufffd']);
    expect(await read(t.bytes(), [0x61, 0xff, 0x62, 10, 0xe9, 10])).toEqual(['Yf9i', '6Q==']);
  });
  it('reads other charsets', async () => {
    expect(await read(t.string(), [0x61, 0xe9, 10, 0x62], { options: { charset: 'ISO-8859-1' } })).toEqual(['aé', 'b']);
    await expect(read(t.string(), '', { options: { charset: 'nonsense' } })).rejects.toMatchObject({ code: 'MS1304' });
  });
  it('reads numbers in binary', async () => {
    expect(await read(t.int(), [0, 0, 0, 1, 10, 0, 0, 1, 0, 10])).toEqual([1, 256]);
    expect(await read(t.int(), [1, 0, 0, 0, 10], { options: { endianness: 'little-endian' } })).toEqual([1]);
    expect(await read(t.double(), [0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 10])).toEqual([1.5]);
    expect(await read(t.boolean(), [0, 10, 1, 10, 2, 10])).toEqual([false, true, true]);
    expect(await read(t.int(), [0, 1, 10, 0, 0, 0, 7, 10], { policy: 'skip' })).toEqual([7]);
    await expect(read(t.int(), [0, 1, 10])).rejects.toMatchObject({ code: 'MS2101' });
  });
  it('counts lines where the column is not read', async () => {
    const { rows } = await decodeAll(rawFormat, { fields: [] }, 'a\nb', { tableSchema: schemaOf({ v: t.string() }) });
    expect(rows).toEqual([[], []]);
  });
  it('refuses other schemas', async () => {
    await expect(decodeAll(rawFormat, schemaOf({ a: t.string(), b: t.string() }), '')).rejects.toMatchObject({ code: 'MS1304' });
    await expect(decodeAll(rawFormat, schemaOf({ a: t.timestamp(3) }), '')).rejects.toMatchObject({ code: 'MS2103' });
  });
  it('writes lines', async () => {
    const texts = schemaOf({ v: t.string() });
    expect(await encodeAll(rawFormat, texts, await batchOf(texts, [['a'], ['bé'], ['x'.repeat(1000)]]), {}, 4)).toBe(
      `a\nbé\n${'x'.repeat(1000)}\n`,
    );
    const numbers = schemaOf({ v: t.int() });
    expect(await encodeAll(rawFormat, numbers, await batchOf(numbers, [[1]]))).toBe('\0\0\0\u0001\n');
    expect(await encodeAll(rawFormat, numbers, await batchOf(numbers, [[1]]), { endianness: 'little-endian' })).toBe('\u0001\0\0\0\n');
    await expect(encodeAll(rawFormat, texts, await batchOf(texts, [['a'], [null]]))).rejects.toMatchObject({ code: 'MS2102' });
  });
});
