import { describe, expect, it } from 'vitest';
import { IntVector } from '../../../src/data/batch.ts';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import { type SqlType, types as t } from '../../../src/data/types/sql-type.ts';
import { jsonFormat } from '../../../src/formats/json/json-format.ts';
import { batchFromText, batchOf, decodeAll, encodeAll, schemaOf } from './format-fixture.ts';

/** What is written for values of one type that are read from JSON texts. */
async function written(type: SqlType, texts: readonly string[], options: Record<string, string> = {}): Promise<string[]> {
  const schema = schemaOf({ v: type });
  const batch = await batchFromText(jsonFormat, schema, texts.map((text) => `{"v":${text}}\n`).join(''));
  const out = await encodeAll(jsonFormat, schema, batch, options);
  return out
    .split('\n')
    .slice(0, -1)
    .map((line) => line.slice('{"v":'.length, -1));
}

describe('writing records', () => {
  const schema = schemaOf({ id: t.bigint(), 'na"me': t.string(), flag: t.boolean() });
  it('writes all fields in order, NULL as null', async () => {
    const batch = await batchOf(schema, [
      [1n, 'a', true],
      [-9223372036854775808n, null, false],
      [null, '', null],
    ]);
    expect(await encodeAll(jsonFormat, schema, batch)).toBe(
      '{"id":1,"na\\"me":"a","flag":true}\n{"id":-9223372036854775808,"na\\"me":null,"flag":false}\n{"id":null,"na\\"me":"","flag":null}\n',
    );
  });
  it('leaves NULL fields out on demand, those of nested rows too', async () => {
    const nested = schemaOf({
      a: t.int(),
      r: t.row([
        { name: 'x', type: t.int() },
        { name: 'y', type: t.int() },
      ]),
      l: t.array(t.int()),
    });
    const lines = '{"a":null,"r":{"x":null,"y":2},"l":[null,1]}\n{"a":null,"r":null,"l":null}\n{"a":1,"r":{},"l":[]}\n';
    const batch = await batchFromText(jsonFormat, nested, lines);
    expect(await encodeAll(jsonFormat, nested, batch, { 'encode.ignore-null-fields': 'true' })).toBe(
      '{"r":{"y":2},"l":[null,1]}\n{}\n{"a":1,"r":{},"l":[]}\n',
    );
    expect(await encodeAll(jsonFormat, nested, batch)).toBe(lines.replace('"r":{},', '"r":{"x":null,"y":null},'));
  });
  it('writes the selected rows alone, and as many as fit', async () => {
    const batch = await batchOf(
      schema,
      Array.from({ length: 100 }, (_, i) => [BigInt(i), 'x'.repeat(i * 10), null]),
    );
    const whole = await encodeAll(jsonFormat, schema, batch, {}, 1 << 20);
    expect(await encodeAll(jsonFormat, schema, batch, {}, 200)).toBe(whole);
    expect(whole.split('\n')).toHaveLength(101);
    batch.selection = new IntVector(batch.columns[0]!.memory);
    batch.selection.view.set([3, 5]);
    batch.selectedCount = 2;
    expect((await encodeAll(jsonFormat, schema, batch)).split('\n').map((line) => line.slice(0, 7))).toEqual(['{"id":3', '{"id":5', '']);
  });
  it('refuses a map with a NULL key, or drops it, or names it', async () => {
    const mapped = schemaOf({ m: t.map(t.string(), t.int()) });
    const batch = await batchOf(mapped, [
      [
        new Map([
          ['a', 1],
          [null, 2],
        ]),
      ],
    ]);
    await expect(encodeAll(jsonFormat, mapped, batch)).rejects.toMatchObject({ code: 'MS2102' });
    expect(await encodeAll(jsonFormat, mapped, batch, { 'map-null-key.mode': 'DROP' })).toBe('{"m":{"a":1}}\n');
    expect(await encodeAll(jsonFormat, mapped, batch, { 'map-null-key.mode': 'LITERAL', 'map-null-key.literal': 'nn' })).toBe(
      '{"m":{"a":1,"nn":2}}\n',
    );
  });
  it('refuses maps with other keys than strings', async () => {
    const mapped = schemaOf({ m: t.map(t.int(), t.int()) });
    await expect(decodeAll(jsonFormat, mapped, '')).rejects.toMatchObject({ code: 'MS2103' });
  });
});

describe('writing values', () => {
  it('strings with the escapes Jackson writes', async () => {
    const text = 'a\u0000b\u0001\t\n\r\f\b"\\/\u007f\u2028é😀\u001f';
    expect(await written(t.string(), [JSON.stringify(text)])).toEqual(['"a\\u0000b\\u0001\\t\\n\\r\\f\\b\\"\\\\/\u007f\u2028é😀\\u001F"']);
  });
  it('decimals as BigDecimal without trailing zeros, or plain', async () => {
    const texts = ['1.50', '100', '1E-7', '0', '-12.3', '123456.7890000001', '0.000001', '-1E10'];
    expect(await written(t.decimal(38, 10), texts)).toEqual([
      '1.5',
      '1E+2',
      '1E-7',
      '0',
      '-12.3',
      '123456.7890000001',
      '0.000001',
      '-1E+10',
    ]);
    const plain = { 'encode.decimal-as-plain-number': 'true' };
    expect(await written(t.decimal(10, 2), ['1.5', '100', '0', '-0.05', '0.1'], plain)).toEqual([
      '1.50',
      '100.00',
      '0.00',
      '-0.05',
      '0.10',
    ]);
    expect(await written(t.decimal(38, 0), ['12345678901234567890123456789012345678', '-99999999999999999999'])).toEqual([
      '12345678901234567890123456789012345678',
      '-99999999999999999999',
    ]);
    expect(await written(t.decimal(38, 38), ['0.12345678901234567890123456789012345678'], plain)).toEqual([
      '0.12345678901234567890123456789012345678',
    ]);
  });
  it('doubles and floats with the shortest digits, in the form of Java', async () => {
    const texts = [
      '0.1',
      '1e21',
      '1e7',
      '9999999',
      '0.001',
      '0.0001',
      '-0.0',
      '4.9E-324',
      '1e23',
      '2e23',
      '1.7976931348623157E308',
      '"NaN"',
      '"-Infinity"',
      '100',
      '9007199254740993',
      '2.2250738585072014E-308',
      '123456.789',
      '1e22',
      '5e-324',
    ];
    expect(await written(t.double(), texts)).toEqual([
      '0.1',
      '1.0E21',
      '1.0E7',
      '9999999.0',
      '0.001',
      '1.0E-4',
      '-0.0',
      '4.9E-324',
      '1.0E23',
      '2.0E23',
      '1.7976931348623157E308',
      '"NaN"',
      '"-Infinity"',
      '100.0',
      '9.007199254740992E15',
      '2.2250738585072014E-308',
      '123456.789',
      '1.0E22',
      '4.9E-324',
    ]);
    expect(
      await written(t.float(), [
        '0.1',
        '1e10',
        '3.4028235E38',
        '1.4E-45',
        '1.17549435E-38',
        '33554432',
        '0.3',
        '16777216',
        '8.41E21',
        '1.0E-44',
      ]),
    ).toEqual(['0.1', '1.0E10', '3.4028235E38', '1.4E-45', '1.1754944E-38', '3.3554432E7', '0.3', '1.6777216E7', '8.41E21', '9.8E-45']);
  });
  it('times without trailing zeros', async () => {
    const texts = [
      '"2020-01-01 00:00:00"',
      '"2020-01-01 00:00:00.120"',
      '"2020-01-01 00:01:59.123456789"',
      '"0001-01-01 00:00:00"',
      '"9999-12-31 23:59:59.999999"',
      '"1969-12-31 23:59:59.5"',
    ];
    for (const precision of [3, 6, 9]) {
      const cut = (text: string) => text.replace(/(\.\d+)/, (fraction) => fraction.slice(0, precision + 1)).replace(/(\.\d*?)0+"/, '$1"');
      expect(await written(t.timestamp(precision), texts)).toEqual(texts.map(cut));
      expect(await written(t.timestamp(precision), texts, { 'timestamp-format.standard': 'ISO-8601' })).toEqual(
        texts.map((text) => cut(text).replace(' ', 'T')),
      );
    }
    expect(await written(t.timestampLtz(3), ['"2020-01-01 00:00:00.12Z"'])).toEqual(['"2020-01-01 00:00:00.12Z"']);
    expect(await written(t.date(), ['"2020-02-29"', '"0001-01-01"'])).toEqual(['"2020-02-29"', '"0001-01-01"']);
    expect(await written(t.time(3), ['"10:11:12"', '"10:11:12.5"'])).toEqual(['"10:11:12"', '"10:11:12.5"']);
  });
  it('bytes, rows, arrays and maps', async () => {
    expect(await written(t.bytes(), ['"aGk="', '""', '"aGkh"', '"aA=="'])).toEqual(['"aGk="', '""', '"aGkh"', '"aA=="']);
    const type = t.row([
      { name: 'a', type: t.array(t.map(t.string(), t.smallint())) },
      { name: 'b', type: t.tinyint() },
    ]);
    const texts = ['{"a":[{"x":1,"y":null},{}],"b":-7}', '{"a":null,"b":null}', 'null', '{"a":[null],"b":1}'];
    expect(await written(type, texts)).toEqual(texts);
  });
  it('agrees with the types themselves', async () => {
    const type = t.double();
    const schema = schemaOf({ v: type });
    const batch = await batchOf(schema, [[1 / 3], [Math.PI * 1e200], [2 ** -1074], [Number.MAX_SAFE_INTEGER], [null]]);
    const expected = [0, 1, 2, 3, 4].map((row) => `{"v":${descriptorOf(type).json(batch.columns[0]!, row)}}\n`).join('');
    expect(await encodeAll(jsonFormat, schema, batch)).toBe(expected);
  });
});
