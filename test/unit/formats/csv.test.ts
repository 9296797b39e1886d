import { describe, expect, it } from 'vitest';
import { type SqlType, types as t } from '../../../src/data/types/sql-type.ts';
import { csvFormat } from '../../../src/formats/csv/csv-format.ts';
import { batchFromText, batchOf, type DecodeSettings, decodeAll, encodeAll, schemaOf } from './format-fixture.ts';

const schema = schemaOf({ id: t.int(), s: t.string() });
const with_ = (options: Record<string, string>): DecodeSettings => ({ options });
const ignoring = with_({ 'ignore-parse-errors': 'true' });

async function read(text: string | Uint8Array, settings: DecodeSettings = {}): Promise<unknown[][]> {
  return (await decodeAll(csvFormat, schema, text, settings)).rows.map((row) => row.map((value) => JSON.parse(value)));
}
async function values(type: SqlType, texts: readonly string[], settings: DecodeSettings = ignoring): Promise<string[]> {
  return (await decodeAll(csvFormat, schemaOf({ v: type }), `${texts.join('\n')}\n`, settings)).rows.map(([value]) => value!);
}

describe('reading records', () => {
  it('finds columns by position, quoted or not, over line ends of any kind', async () => {
    expect(await read('1,a\n2,"b"\r\n3,"b""c"\r4,"x\ny"\n5,\n6,""\n7," a "\n8, a \n9,"q" \n10, "q"\n11,a"b\n12,"\r\n,"')).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'b"c'],
      [4, 'x\ny'],
      [5, ''],
      [6, ''],
      [7, ' a '],
      [8, ' a '],
      [9, 'q'],
      [10, ' "q"'],
      [11, 'a"b'],
      [12, '\r\n,'],
    ]);
  });
  it('gives the same rows however the bytes are cut', async () => {
    const text = `\ufeff${Array.from({ length: 300 }, (_, i) => `${i},${['é', '"a""b"', '"x\r\ny"', '', 'plain text of some length', '"1,2"'][i % 6]}${['\n', '\r\n', '\r'][i % 3]}`).join('')}`;
    const whole = await read(text);
    expect(whole).toHaveLength(300);
    for (const pieces of [[1], [2, 3], [7], [16, 1]]) expect(await read(text, { pieces })).toEqual(whole);
  });
  it('takes no quotes where they are disabled, others where they are set', async () => {
    expect(await read('1,"a"\n2,a"b"\n', with_({ 'disable-quote-character': 'true' }))).toEqual([
      [1, '"a"'],
      [2, 'a"b"'],
    ]);
    expect(await read("1;a\n2;'b;c'\n3;'d''e'\n", with_({ 'field-delimiter': ';', 'quote-character': "'" }))).toEqual([
      [1, 'a'],
      [2, 'b;c'],
      [3, "d'e"],
    ]);
    expect(await read('1€a,b\n2€"x€y"\n', with_({ 'field-delimiter': '€' }))).toEqual([
      [1, 'a,b'],
      [2, 'x€y'],
    ]);
    expect(await read('1\ta,b\n', with_({ 'field-delimiter': '\\t' }))).toEqual([[1, 'a,b']]);
  });
  it('undoes escapes', async () => {
    expect(await read('1,a\\,b\n2,"a\\"b"\n3,a\\nb\\t\\x\n4,\\\\\n5,\\0é\n', with_({ 'escape-character': '\\' }))).toEqual([
      [1, 'a,b'],
      [2, 'a"b'],
      [3, 'a\nb\tx'],
      [4, '\\'],
      [5, '\u0000é'],
    ]);
  });
  it('skips comments and blank lines where they are allowed', async () => {
    expect(await read('#c\n1,a\n # x\n\n2,#b\n', with_({ 'allow-comments': 'true' }))).toEqual([
      [1, 'a'],
      [2, '#b'],
    ]);
  });
  it('knows the null literal', async () => {
    expect(await read('1,n/a\n2,"n/a"\nn/a,x\n3,\n', with_({ 'null-literal': 'n/a' }))).toEqual([
      [1, null],
      [2, null],
      [null, 'x'],
      [3, ''],
    ]);
  });
  it('passes over columns that are not read, which may miss or be no value', async () => {
    const tableSchema = schemaOf({ a: t.int(), b: t.int(), c: t.string() });
    const pruned = schemaOf({ b: t.int() });
    const { rows } = await decodeAll(csvFormat, pruned, 'x,1,"q\n"\n,2\n3,3,\n', { tableSchema });
    expect(rows).toEqual([['1'], ['2'], ['3']]);
  });
  it('reads an empty line as an empty text', async () => {
    expect(await values(t.string(), ['a', '', 'b'])).toEqual(['"a"', '""', '"b"']);
    expect(await read('')).toEqual([]);
  });
});

describe('bad records', () => {
  it('are skipped and reported: text after quotes, open quotes, columns too many, broken UTF-8', async () => {
    const text = '1,a\n2,"q"x\n3,a,extra\n4,b,\n5,"open\n6,c\n';
    const { rows, bad } = await decodeAll(csvFormat, schema, text, ignoring);
    expect(rows.map(String)).toEqual(['1,"a"', '4,"b"']);
    expect(bad.map(({ line, byteOffset }) => [line, byteOffset])).toEqual([
      [2n, 4n],
      [3n, 11n],
      [5n, 26n],
    ]);
    const broken = await decodeAll(csvFormat, schema, new Uint8Array([0x31, 0x2c, 0xff, 0x0a, 0x32, 0x2c, 0x62, 0x0a]), { policy: 'skip' });
    expect([broken.rows.map(String), broken.bad.length]).toEqual([['2,"b"'], 1]);
  });
  it('fail with line and byte, counting line ends within quotes', async () => {
    await expect(decodeAll(csvFormat, schema, '1,"a\nb"\nx,"c\nd"\n2,e\n', { name: 'a.csv' })).rejects.toMatchObject({
      code: 'MS2101',
      message: 'a.csv:3: column "id": x is no INT (byte 8)',
      detail: 'x,"c\nd"',
      hint: expect.stringContaining('csv.ignore-parse-errors'),
    });
    await expect(decodeAll(csvFormat, schema, '7\n')).rejects.toMatchObject({
      message: expect.stringContaining('wrong number of columns'),
    });
  });
  it('go on behind the record, over line ends within its quotes', async () => {
    const { rows, bad } = await decodeAll(csvFormat, schema, 'x,"c\nd"\n2,e\n', { policy: 'skip' });
    expect([rows.map(String), bad.length]).toEqual([['2,"e"'], 1]);
  });
  it('become NULLs one by one where errors are ignored', async () => {
    expect(await read('x,a\n1.5,b\n,c\n7\n\n', ignoring)).toEqual([
      [null, 'a'],
      [null, 'b'],
      [null, 'c'],
      [7, null],
      [null, null],
    ]);
  });
  it('are refused where an option is no character', async () => {
    for (const options of [{ 'field-delimiter': '||' }, { 'quote-character': 'é' }, { 'escape-character': '' }]) {
      await expect(decodeAll(csvFormat, schema, '', with_(options))).rejects.toMatchObject({ code: 'MS1304' });
    }
    await expect(decodeAll(csvFormat, schemaOf({ m: t.map(t.string(), t.int()) }), '')).rejects.toMatchObject({ code: 'MS2103' });
    await expect(decodeAll(csvFormat, schemaOf({ m: t.array(t.array(t.int())) }), '')).rejects.toMatchObject({ code: 'MS2103' });
  });
});

describe('reading values', () => {
  it('numbers and booleans', async () => {
    expect(await values(t.bigint(), ['1', ' 2 ', '+3', '', '1.5', '9223372036854775807'])).toEqual([
      '1',
      '2',
      '3',
      'null',
      'null',
      '9223372036854775807',
    ]);
    expect(await values(t.double(), ['3.5', ' 1e3 ', 'NaN', '', 'x'])).toEqual(['3.5', '1000.0', '"NaN"', 'null', 'null']);
    expect(await values(t.boolean(), ['true', ' TRUE ', 'yes', '1', ''])).toEqual(['true', 'true', 'false', 'false', 'false']);
    expect((await values(t.decimal(5, 2), ['1.005', '1e1', ' 1 ', '99999', 'x'])).map((text) => JSON.parse(text))).toEqual([
      1.01,
      10,
      null,
      null,
      null,
    ]);
  });
  it('dates and times', async () => {
    expect(await values(t.date(), ['2020-01-01', '2020-1-1', '2020-02-30', '2020-13-01', '20-01-01', '2020-01-32', '2020-01-01x'])).toEqual(
      ['"2020-01-01"', '"2020-01-01"', '"2020-03-01"', 'null', 'null', 'null', 'null'],
    );
    expect(await values(t.time(3), ['10:11:12.5', '10:11', '24:00', '1:00'])).toEqual(['"10:11:12.5"', '"10:11:00"', 'null', 'null']);
    expect(await values(t.timestamp(3), ['2020-01-01 00:00:00.1', ' 2020-01-01 00:00:00 ', '2020-01-01T00:00:00'])).toEqual([
      '"2020-01-01 00:00:00.1"',
      '"2020-01-01 00:00:00"',
      'null',
    ]);
    expect(await values(t.timestampLtz(3), ['2020-01-01 00:00:00Z', '2020-01-01 00:00:00'])).toEqual(['"2020-01-01 00:00:00Z"', 'null']);
    expect(await values(t.bytes(), ['aGk=', '', 'aGk'])).toEqual(['"aGk="', '""', 'null']);
  });
  it('arrays and rows', async () => {
    expect(await values(t.array(t.int()), ['1;2;3', '', 'x;1', '" 1;2 "', '7'])).toEqual(['[1,2,3]', '[]', '[null,1]', '[1,2]', '[7]']);
    const row = t.row([
      { name: 'x', type: t.int() },
      { name: 'y', type: t.string() },
    ]);
    expect(await values(row, ['1;b', '', '5', 'z;b', '1;b;c'])).toEqual([
      '{"x":1,"y":"b"}',
      'null',
      '{"x":5,"y":null}',
      '{"x":null,"y":"b"}',
      '{"x":1,"y":"b"}',
    ]);
    await expect(values(row, ['5'], {})).rejects.toMatchObject({ code: 'MS2101' });
    const many = Array.from({ length: 9000 }, (_, i) => i).join(';');
    expect(await values(t.array(t.int()), [many, '1', many])).toEqual([
      `[${many.replaceAll(';', ',')}]`,
      '[1]',
      `[${many.replaceAll(';', ',')}]`,
    ]);
  });
});

describe('writing', () => {
  const write = async (rows: readonly (readonly unknown[])[], options: Record<string, string> = {}) =>
    encodeAll(csvFormat, schema, await batchOf(schema, rows), options);
  const strings = (texts: readonly (string | null)[]) => texts.map((text, i) => [i, text]);

  it('quotes what Jackson quotes', async () => {
    const texts = [
      'a',
      'a b',
      'a,b',
      'a"b',
      ' a',
      '',
      null,
      'x\ny',
      'é',
      '#a',
      'a-b_c.d:e;f/g',
      'a\tb',
      'a\\b',
      'x=1',
      "'q'",
      '~',
      '123456789012345678901234',
      '1234567890123456789012345',
      'é'.repeat(24),
      'é'.repeat(25),
    ];
    const expected = [
      'a',
      '"a b"',
      '"a,b"',
      '"a""b"',
      '" a"',
      '',
      '',
      '"x\ny"',
      'é',
      '"#a"',
      'a-b_c.d:e;f/g',
      '"a\tb"',
      '"a\\b"',
      'x=1',
      '"\'q\'"',
      '~',
      '123456789012345678901234',
      '"1234567890123456789012345"',
      'é'.repeat(24),
      `"${'é'.repeat(25)}"`,
    ];
    expect(await write(strings(texts))).toBe(expected.map((text, i) => `${i},${text}\n`).join(''));
  });
  it('follows delimiter, quote, escape and null literal', async () => {
    expect(
      await write(strings(['a', '123', 'a:b', '<', "a'b", null, 'n/a']), {
        'field-delimiter': ';',
        'quote-character': "'",
        'null-literal': 'n/a',
      }),
    ).toBe("0;a\n1;'123'\n2;'a:b'\n3;<\n4;'a''b'\n5;n/a\n6;'n/a'\n");
    expect(await write(strings(['a!b', 'a"b', 'a\\b', 'a,b']), { 'escape-character': '!' })).toBe('0,"a!!b"\n1,"a""b"\n2,a\\b\n3,"a,b"\n');
    expect(await write(strings(['a,b', 'a"b', 'a\nb']), { 'disable-quote-character': 'true' })).toBe('0,a,b\n1,a"b\n2,a\nb\n');
    expect(await write(strings(['123', 'a', 'a,b', 'a\tb']), { 'field-delimiter': '\t' })).toBe('0\t123\n1\ta\n2\ta,b\n3\t"a\tb"\n');
  });
  it('values of all types', async () => {
    const all = schemaOf({
      a: t.decimal(10, 2),
      b: t.double(),
      c: t.boolean(),
      d: t.date(),
      e: t.time(0),
      f: t.timestamp(3),
      g: t.timestampLtz(3),
      h: t.bytes(),
      i: t.array(t.int()),
      j: t.row([
        { name: 'x', type: t.int() },
        { name: 'y', type: t.string() },
      ]),
      k: t.array(t.string()),
    });
    const line = '1.5,1.0E10,true,2020-01-02,10:11:12,"2020-01-01 00:00:00.12","2020-01-01 00:00:00.12Z",aGk=,1;2,"1;a b",a;b;c\n';
    expect(await encodeAll(csvFormat, all, await batchFromText(csvFormat, all, line))).toBe(line);
    const decimals = schemaOf({ v: t.decimal(10, 2) });
    const batch = await batchFromText(csvFormat, decimals, '100\n-0.5\n');
    expect(await encodeAll(csvFormat, decimals, batch)).toBe('1E+2\n-0.5\n');
    expect(await encodeAll(csvFormat, decimals, batch, { 'write-bigdecimal-in-scientific-notation': 'false' })).toBe('100.00\n-0.50\n');
  });
  it('reads back what it wrote', async () => {
    const texts = ['', 'a', 'a"b,c\r\nd', '\\', ' x ', '"', '""', ',,,', 'é'.repeat(40), '\u0000', "it's"];
    const out = await write(strings(texts));
    expect(await read(out)).toEqual(strings(texts));
    expect(await read(await write(strings(texts), { 'escape-character': '\\' }), with_({ 'escape-character': '\\' }))).toEqual(
      strings(texts),
    );
  });
});
