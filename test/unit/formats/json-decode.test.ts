import { describe, expect, it } from 'vitest';
import { type SqlType, types as t } from '../../../src/data/types/sql-type.ts';
import { jsonFormat } from '../../../src/formats/json/json-format.ts';
import { type DecodeSettings, decodeAll, kernelsForTest, schemaOf } from './format-fixture.ts';

/** The values of column v, one for each JSON text. */
async function values(type: SqlType, texts: readonly string[], settings: DecodeSettings = {}): Promise<string[]> {
  const lines = texts.map((text) => `{"v":${text}}\n`).join('');
  return (await decodeAll(jsonFormat, schemaOf({ v: type }), lines, settings)).rows.map(([value]) => value!);
}
const ignoring: DecodeSettings = { options: { 'ignore-parse-errors': 'true' } };

describe('reading records', () => {
  const schema = schemaOf({ id: t.int(), v: t.int() });
  const read = async (text: string, settings: DecodeSettings = {}) =>
    (await decodeAll(jsonFormat, schema, text, settings)).rows.map(String);

  it('finds fields by name in any order, with any white space', async () => {
    expect(await read('{"id":1,"v":2}\n{"v":3,"id":4}\n { "id" : 5 ,\t"v":6 } \r\n{"v":7,"x":0,"id":8}\n')).toEqual([
      '1,2',
      '4,3',
      '5,6',
      '8,7',
    ]);
  });
  it('reads a last line without a line feed, blank lines, an empty input', async () => {
    expect(await read('\n{"id":1,"v":2}\r\n\r\n{"id":3,"v":4}')).toEqual(['1,2', '3,4']);
    expect(await read('')).toEqual([]);
  });
  it('makes NULL of fields that do not come', async () => {
    expect(await read('{"id":1,"v":2}\n{}\n{"ID":1,"v":3}\n{"id":4}\n{"id":null,"v":5}\n')).toEqual([
      '1,2',
      'null,null',
      'null,3',
      '4,null',
      'null,5',
    ]);
  });
  it('passes over fields that no column wants', async () => {
    expect(await read('{"x":[1,{"y":["]",{}]},[]],"id":1,"y":"a\\"\\u00e9","z":-1.5e3,"v":2,"w":true}\n')).toEqual(['1,2']);
  });
  it('passes over strings of any length, with anything that a string may hold at any place', async () => {
    const pieces = ['\\"', '\\\\', '\\u00e9', '\\n', '\t', 'é', '漢', '😀', '', '\\\\\\"'];
    const texts = Array.from({ length: 150 }, (_, length) =>
      pieces.map((piece, k) => 'abc'.repeat(50).slice(0, length) + piece + 'x'.repeat((length * 7 + k * 13) % 90)),
    ).flat();
    const lines = texts.map((text, i) => `{"id":${i},"x":"${text}","v":${i + 1}}\n`).join('');
    expect(await read(lines)).toEqual(texts.map((_, i) => `${i},${i + 1}`));
  });
  it('refuses what no string may hold in a field that no column wants, wherever it stands', async () => {
    const wrong = ['\\x', '\\u12g4', '\n', '\\'];
    const lines = Array.from({ length: 100 }, (_, length) =>
      wrong.map((piece) => `{"id":1,"x":"${'a'.repeat(length)}${piece}${'b'.repeat((length * 7) % 70)}","v":2}\n`),
    ).flat();
    // A backslash before b, or before the closing quote, is no mistake yet: the record ends amid the string, or not at all.
    const good = lines.filter((line) => !/\\x|\\u12|\n./.test(line) && /\\b/.test(line));
    expect(await read(`${lines.join('')}{"id":9,"v":9}\n`, { policy: 'skip' })).toEqual([...good.map(() => '1,2'), '9,9']);
  });
  it('takes the last of fields with the same name', async () => {
    expect(await read('{"id":1,"v":null,"id":2,"v":3}\n{"id":1,"id":null}\n')).toEqual(['2,3', 'null,null']);
  });
  it('compares names without their escapes', async () => {
    expect(await read('{"\\u0069d":1,"\\u0076":2}\n')).toEqual(['1,2']);
  });
  it('reads an array of records on a line, a byte order mark, blanks around a record', async () => {
    const text = '[{"id":1,"v":1}, {"id":2}] \n[]\n\ufeff{"id":3}\n \t{"id":4} \t\r\n[]\t\n';
    expect(await read(text)).toEqual(['1,1', '2,null', '3,null', '4,null']);
  });
  it('refuses a line on which a record is followed by anything else, which Flink passes over', async () => {
    const text = '{"id":1}}\n{"id":2} x\n{"id":3}{"id":4}\n[{"id":5}] {"id":6}\n{"id":7}\0\n{"id":8},\n{"id":9,"v":9}';
    expect(await read(text, { policy: 'skip' })).toEqual(['9,9']);
  });
  it('forgets the nulls of an array of records that turns out to be bad', async () => {
    const text = '[{"id":1},{"id":null,"v":null},{"id":null,"v":}]\n[{"id":2,"v":2},{"id":3,"v":3},{"id":4,"v":4}]\n';
    expect(await read(text, { policy: 'skip' })).toEqual(['2,2', '3,3', '4,4']);
  });
  it('knows __proto__ as a name like any other', async () => {
    const { rows } = await decodeAll(jsonFormat, { fields: [{ name: '__proto__', type: t.int() }] }, '{"__proto__":7}\n');
    expect(rows).toEqual([['7']]);
  });
  it('forgets the nulls of a record that turns out to be bad', async () => {
    expect(await read('{"id":1,"v":null\n{"id":2,"v":3}\n', { policy: 'skip' })).toEqual(['2,3']);
  });
  it('reads more rows than a batch holds, however the bytes are cut', async () => {
    const text = Array.from({ length: 10_000 }, (_, i) => `{"id":${i},"v":${-i}}\n`).join('');
    for (const pieces of [undefined, [997], [100_000, 1]]) {
      const rows = await read(text, pieces ? { pieces } : {});
      expect(rows.length).toBe(10_000);
      expect(rows[9_999]).toBe('9999,-9999');
    }
  });
});

describe('bad records', () => {
  const schema = schemaOf({ id: t.int(), v: t.bigint() });
  const broken = [
    '{"id":1,"v":1,"x":tru}',
    '{"id":1,"x":01}',
    '{"id":1,"x":"\\q"}',
    '{"id":1,"x":[1}',
    '{"id":1,"x":{"a" 1}}',
    '{"id":1',
    '{"id":1,}',
    '   ',
    '{"id":1,"x":"abc',
    '5',
    '"x"',
    'null',
    '{"id":1,,"v":2}',
    '{id:1}',
    '{"x":NaN}',
    '{"x":-}',
    '{"x":"\\ud8"}',
    '{"id":1 "v":5}',
    '{"x":[1 2]}',
    '{"x":1.}',
    '{"x":.5}',
    '{"x":+1}',
    '{"x":1e}',
    '{"id":1x}',
    '{"id":}',
    '{"id"',
    '{',
    '{"x":truex}',
    "{'id':1}",
    '[{"id":1},5]',
    '{"x":"\u0000',
    `{"x":${'['.repeat(1100)}${']'.repeat(1100)}}`,
    `{"x":${'1'.repeat(1001)}}`,
    '{"x":{"a":[1,{"b":nul}]}}',
    '[{"id":1}',
  ];
  it('are refused by their form even where no column reads it', async () => {
    for (const record of broken) {
      const { rows, bad } = await decodeAll(jsonFormat, schema, `{"id":7}\n${record}\n{"id":8}\n`, { policy: 'skip' });
      expect([record.slice(0, 40), rows.map(String), bad.length]).toEqual([record.slice(0, 40), ['7,null', '8,null'], 1]);
    }
  });
  it('are dropped and reported under ignore-parse-errors, whatever the policy', async () => {
    const { rows, bad } = await decodeAll(jsonFormat, schema, '{"id":1}\n{"id":\n{"id":"x","v":2}\n', ignoring);
    expect(rows.map(String)).toEqual(['1,null', 'null,2']);
    expect(bad.map(({ line, byteOffset, recordOffset }) => [line, byteOffset, recordOffset])).toEqual([[2n, 9n, 6]]);
  });
  it('fail with file, line, byte, column, record and hint', async () => {
    const work = decodeAll(jsonFormat, schema, '{"id":1}\n\n{"id":2,"v":"abc","x":1}\n', { name: 'trips.ndjson', pieces: [12] });
    await expect(work).rejects.toMatchObject({
      code: 'MS2101',
      message: 'trips.ndjson:3: column "v": "abc" is no BIGINT (byte 22)',
      detail: '{"id":2,"v":"abc","x":1}',
      hint: expect.stringContaining('json.ignore-parse-errors'),
    });
  });
  it('are told when a missing field must not miss', async () => {
    const options = { 'fail-on-missing-field': 'true' };
    await expect(decodeAll(jsonFormat, schema, '{"id":1}\n', { options })).rejects.toMatchObject({
      message: expect.stringContaining('field "v" is missing'),
    });
    expect((await decodeAll(jsonFormat, schema, '{"id":1,"v":null}\n', { options })).rows).toEqual([['1', 'null']]);
  });
  it('hold broken UTF-8 anywhere in strings', async () => {
    for (const bytes of [[0xff], [0xc0, 0x80], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80]]) {
      for (const column of ['v', 'x']) {
        const record = new Uint8Array([...new TextEncoder().encode(`{"${column}":"a`), ...bytes, 0x22, 0x7d, 0x0a]);
        expect((await decodeAll(jsonFormat, schemaOf({ v: t.string() }), record, { policy: 'dead-letter' })).bad).toHaveLength(1);
      }
    }
  });
});

describe('values', () => {
  it('BIGINT and INT', async () => {
    const texts = [
      '12',
      '"12"',
      '" 12 "',
      '1.5',
      '-1.9',
      '1e3',
      '9223372036854775807',
      '-9223372036854775808',
      '"+5"',
      '-0',
      'null',
      '123456789012345678',
      '1234567890123456',
    ];
    expect(await values(t.bigint(), texts)).toEqual([
      '12',
      '12',
      '12',
      '1',
      '-1',
      '1000',
      '9223372036854775807',
      '-9223372036854775808',
      '5',
      '0',
      'null',
      '123456789012345678',
      '1234567890123456',
    ]);
    const refused = [
      '1e30',
      '9223372036854775808',
      '99999999999999999999',
      'true',
      '""',
      '"x"',
      '"1.0"',
      '{}',
      '[1]',
      '{"a":1}',
      '1e400',
      '"null"',
    ];
    expect(await values(t.bigint(), refused, ignoring)).toEqual(refused.map(() => 'null'));
    expect(await values(t.int(), ['2147483647', '-2147483648', '1.5', '1e5', '"7"'])).toEqual([
      '2147483647',
      '-2147483648',
      '1',
      '100000',
      '7',
    ]);
    expect(await values(t.int(), ['2147483648', '-2147483649', '3000000000.5', '"2147483648"'], ignoring)).toEqual([
      'null',
      'null',
      'null',
      'null',
    ]);
  });
  it('TINYINT and SMALLINT take no fraction', async () => {
    expect(await values(t.tinyint(), ['127', '-128', '"1"', '128', '256', '1.5'], ignoring)).toEqual([
      '127',
      '-128',
      '1',
      'null',
      'null',
      'null',
    ]);
    expect(await values(t.smallint(), ['32767', '"12"', '32768', '1.5'], ignoring)).toEqual(['32767', '12', 'null', 'null']);
  });
  it('BOOLEAN is false for any text but true', async () => {
    expect(await values(t.boolean(), ['true', 'false', '"TRUE"', '" true "', '"yes"', '1', '0', 'null'])).toEqual([
      'true',
      'false',
      'true',
      'true',
      'false',
      'false',
      'false',
      'null',
    ]);
  });
  it('DOUBLE and FLOAT', async () => {
    const texts = [
      '1',
      '1.5',
      '"1.5"',
      '"NaN"',
      '"-Infinity"',
      '1e400',
      '1e-400',
      '"1.5d"',
      '" 1 "',
      '123456789012345678901234567890',
      '0.1',
      '-0.0',
    ];
    expect(await values(t.double(), texts)).toEqual([
      '1.0',
      '1.5',
      '1.5',
      '"NaN"',
      '"-Infinity"',
      '"Infinity"',
      '0.0',
      '1.5',
      '1.0',
      '1.2345678901234568E29',
      '0.1',
      '-0.0',
    ]);
    expect(await values(t.double(), ['true', '""', '{}', '"x"', '"1.5x"', '"."'], ignoring)).toEqual(Array(6).fill('null'));
    expect(await values(t.float(), ['1e39', '16777217', '0.1', '1.00000017881393432617187499', '1.4E-45'])).toEqual([
      '"Infinity"',
      '1.6777216E7',
      '0.1',
      '1.0000001',
      '1.4E-45',
    ]);
  });
  it('DECIMAL rounds half up', async () => {
    const texts = ['1', '1.005', '1.015', '"1.005"', '999.994', '-1.005', '1e2', '1e-5', '"1e2"', '" 1 "', '0.005', '-0.004'];
    const expected = ['1', '1.01', '1.02', '1.01', '999.99', '-1.01', '1E+2', '0', '1E+2', '1', '0.01', '0'];
    expect((await values(t.decimal(5, 2), texts)).map(Number)).toEqual(expected.map(Number));
    const wide = ['1234567890123456789012345678.0123456789', '"1234567890123456789012345678.01234567895"'];
    expect(await values(t.decimal(38, 10), wide)).toEqual([wide[0], '1234567890123456789012345678.0123456790']);
    expect(await values(t.decimal(5, 2), ['"abc"', 'true', '{}'], ignoring)).toEqual(['null', 'null', 'null']);
  });
  it('DECIMAL does not take a number with too many digits, which Flink makes NULL of', async () => {
    for (const text of ['999.995', '1000', '-1000', '"1000"', '1e1000'])
      await expect(values(t.decimal(5, 2), [text])).rejects.toThrow(/column "v": "?-?\d.* is no DECIMAL\(5, 2\)/);
    await expect(values(t.decimal(38, 10), ['99999999999999999999999999999'])).rejects.toThrow('is no DECIMAL(38, 10)');
    await expect(values(t.array(t.decimal(5, 2)), ['[1,1000]'])).rejects.toThrow('is no DECIMAL(5, 2)');
    expect(await values(t.decimal(5, 2), ['1000', '1'], ignoring)).toEqual(['null', '1.00']);
  });
  it('STRING takes any value as text', async () => {
    const texts = [
      '"a"',
      '12',
      '1.50',
      '1E5',
      'true',
      'null',
      '"\\ud83d\\ude00"',
      '"a\\u0000b\\/\\n"',
      '"\\ud800"',
      '"\\udc00\\ud800"',
      '"a\tb\u0001"',
      '"é\\\\"',
      '"\\u20ac"',
    ];
    const expected = ['a', '12', '1.50', '1E5', 'true', null, '😀', 'a\u0000b/\n', '?', '??', 'a\tb\u0001', 'é\\', '€'];
    expect((await values(t.string(), texts)).map((text) => JSON.parse(text))).toEqual(expected);
    expect(await values(t.varchar(2), ['"abc"'])).toEqual(['"abc"']);
  });
  it('STRING takes objects and arrays as Jackson prints them', async () => {
    const pairs: [string, string][] = [
      ['{"a": 1.50, "b":[1, 2]}', '{"a":1.5,"b":[1,2]}'],
      ['[1,  "x\\u00e9\\/"]', '[1,"xé/"]'],
      ['{"a":1e400}', '{"a":"Infinity"}'],
      ['{"a":1,"a":2}', '{"a":2}'],
      ['{"a":1,"b":{"c":[]},"a":{"long":"value"},"d":null,"b":0}', '{"a":{"long":"value"},"b":0,"d":null}'],
      ['{"a":123456789012345678901234567890, "z":-0 }', '{"a":123456789012345678901234567890,"z":0}'],
      ['{"b":"\\ud800 \\u001f","c":1.0E10}', '{"b":"? \\u001F","c":1.0E10}'],
      ['{"x":0.1,"y":1e21,"z":100.0}', '{"x":0.1,"y":1.0E21,"z":100.0}'],
      ['[ ]', '[]'],
      ['{ }', '{}'],
      ['[[true, false],[null , {"k":[{}]}]]', '[[true,false],[null,{"k":[{}]}]]'],
    ];
    const long = `[${Array(100_000).fill('"x"').join(', ')}]`;
    pairs.push([long, long.replaceAll(' ', '')]);
    const texts = await values(
      t.string(),
      pairs.map(([text]) => text),
    );
    expect(texts.map((text) => JSON.parse(text))).toEqual(pairs.map(([, text]) => text));
  });
  it('BYTES from base64', async () => {
    expect(await values(t.bytes(), ['"aGk="', '"aGkh"', '"aGl="', '""', '" aGkh"', '"aGk=\\n"'])).toEqual([
      '"aGk="',
      '"aGkh"',
      '"aGk="',
      '""',
      '"aGkh"',
      '"aGk="',
    ]);
    expect(await values(t.bytes(), ['"aGk"', '"aGk=="', '"a Gk"', '"____"', '12', '"a"'], ignoring)).toEqual(Array(6).fill('null'));
  });
  it('TIMESTAMP in the SQL form', async () => {
    const texts = [
      '"2020-01-01 00:00:00"',
      '"2020-01-01 00:00:00.1"',
      '"2020-01-01 00:00:00.123456789"',
      '"0001-01-01 00:00:00"',
      '"9999-12-31 23:59:59.999"',
      '"2020-02-30 00:00:00"',
      '"2020-01-01 24:00:00"',
      '"2020-01-01 00:00:00."',
      '"2019-02-29 01:02:03.004"',
    ];
    expect(await values(t.timestamp(3), texts)).toEqual(
      [
        '2020-01-01 00:00:00',
        '2020-01-01 00:00:00.1',
        '2020-01-01 00:00:00.123',
        '0001-01-01 00:00:00',
        '9999-12-31 23:59:59.999',
        '2020-02-29 00:00:00',
        '2020-01-02 00:00:00',
        '2020-01-01 00:00:00',
        '2019-02-28 01:02:03.004',
      ].map((text) => `"${text}"`),
    );
    const refused = [
      '"2020-01-01 00:00:00.1234567891"',
      '"2020-01-01T00:00:00"',
      '"2020-01-01 00:00:00Z"',
      '"2020-01-01 00:00"',
      '"2020-01-01"',
      '"2020-1-1 0:0:0"',
      '"2020-01-01 23:59:60"',
      '1577836800000',
      '" 2020-01-01 00:00:00"',
      '"2021-02-32 00:00:00"',
      '"0000-01-01 00:00:00"',
      '"2020-13-01 00:00:00"',
      '"2020-01-01 25:00:00"',
      '"2020-01-01 24:00:01"',
      '"2020-01-01 00:00:00.1x"',
    ];
    expect(await values(t.timestamp(3), refused, ignoring)).toEqual(refused.map(() => 'null'));
  });
  it('TIMESTAMP of every precision, before 1970 too', async () => {
    const text = '"1969-12-31 23:59:59.987654321"';
    for (const [precision, fraction] of [
      [0, ''],
      [1, '.9'],
      [4, '.9876'],
      [6, '.987654'],
      [7, '.9876543'],
      [9, '.987654321'],
    ] as const) {
      expect(await values(t.timestamp(precision), [text])).toEqual([`"1969-12-31 23:59:59${fraction}"`]);
    }
  });
  it('TIMESTAMP_LTZ wants a Z', async () => {
    expect(
      await values(
        t.timestampLtz(3),
        [
          '"2020-01-01 00:00:00Z"',
          '"2020-01-01 00:00:00.12Z"',
          '"2020-01-01 00:00:00.123Z"',
          '"2020-01-01 00:00:00"',
          '"2020-01-01 00:00:00.123"',
        ],
        ignoring,
      ),
    ).toEqual(['"2020-01-01 00:00:00Z"', '"2020-01-01 00:00:00.12Z"', '"2020-01-01 00:00:00.123Z"', 'null', 'null']);
  });
  it('ISO-8601 timestamps', async () => {
    const settings = { options: { 'timestamp-format.standard': 'ISO-8601', 'ignore-parse-errors': 'true' } };
    expect(
      await values(
        t.timestamp(3),
        ['"2020-01-01T00:00:00"', '"2020-01-01T00:00:00.123"', '"2020-01-01T00:00"', '"2020-01-01 00:00:00"', '"2020-01-01T00:00:00Z"'],
        settings,
      ),
    ).toEqual(['"2020-01-01 00:00:00"', '"2020-01-01 00:00:00.123"', '"2020-01-01 00:00:00"', 'null', 'null']);
    expect(await values(t.timestampLtz(3), ['"2020-01-01T00:00:00Z"', '"2020-01-01T00:00Z"', '"2020-01-01T00:00:00"'], settings)).toEqual([
      '"2020-01-01 00:00:00Z"',
      '"2020-01-01 00:00:00Z"',
      'null',
    ]);
  });
  it('DATE and TIME', async () => {
    expect(
      await values(
        t.date(),
        ['"2020-01-01"', '"2020-02-29"', '"2020-1-1"', '"2021-02-29"', '"2020-01-01 00:00:00"', '18262', '" 2020-01-01"'],
        ignoring,
      ),
    ).toEqual(['"2020-01-01"', '"2020-02-29"', 'null', 'null', 'null', 'null', 'null']);
    expect(
      await values(
        t.time(3),
        ['"00:00:01"', '"23:59:59.999999999"', '"24:00:00"', '"00:00"', '"1:00:00"', '"00:00:01Z"', '3600'],
        ignoring,
      ),
    ).toEqual(['"00:00:01"', '"23:59:59.999"', '"00:00:00"', 'null', 'null', 'null', 'null']);
  });
  it('ROW, also pruned', async () => {
    const type = t.row([
      { name: 'a', type: t.int() },
      { name: 'b', type: t.string() },
    ]);
    expect(
      await values(
        type,
        ['{"a":1,"b":"x"}', '{"a":"z","b":"x"}', '{}', '1', '[1]', 'null', '{"b":"c","z":{"q":1}}', '{"a":1,"a":2,"b":"c"}'],
        ignoring,
      ),
    ).toEqual([
      '{"a":1,"b":"x"}',
      '{"a":null,"b":"x"}',
      '{"a":null,"b":null}',
      'null',
      'null',
      'null',
      '{"a":null,"b":"c"}',
      '{"a":2,"b":"c"}',
    ]);
    await expect(values(type, ['{"a":"z"}'])).rejects.toMatchObject({ message: expect.stringContaining('column "v.a": "z" is no INT') });
  });
  it('ARRAY and MAP', async () => {
    expect(await values(t.array(t.int()), ['[1,2,null]', '[]', '[ "x", 1 ]', '{}', '[[1]]', 'null', '[3]'], ignoring)).toEqual([
      '[1,2,null]',
      '[]',
      '[null,1]',
      'null',
      '[null]',
      'null',
      '[3]',
    ]);
    expect(await values(t.map(t.string(), t.int()), ['{"a":1,"b":null}', '{}', '[1]', '{"a":1,"a":2}', '{"a":"x"}'], ignoring)).toEqual([
      '{"a":1,"b":null}',
      '{}',
      'null',
      '{"a":2}',
      '{"a":null}',
    ]);
    const long = `[${Array.from({ length: 10_000 }, (_, i) => i).join(',')}]`;
    expect(await values(t.array(t.int()), [long, '[1]', long])).toEqual([long, '[1]', long]);
    const nested = t.array(t.row([{ name: 'a', type: t.array(t.bigint()) }]));
    expect(await values(nested, ['[{"a":[1,2]},{"a":[]},{}]', '[{"a":[3]}]'])).toEqual([
      '[{"a":[1,2]},{"a":[]},{"a":null}]',
      '[{"a":[3]}]',
    ]);
  });
  it('STRING takes an object of a thousand levels, and no deeper one', async () => {
    const deep = (levels: number) => `${'{"a":['.repeat(levels / 2)}${']}'.repeat(levels / 2)}`;
    expect(await values(t.string(), [deep(998)])).toEqual([JSON.stringify(deep(998))]);
    expect(await values(t.string(), [deep(1002)], ignoring)).toEqual([]);
  });
  it('of a megabyte, escaped and not', async () => {
    const long = 'x\\n'.repeat(400_000);
    const [plain, escaped] = await values(t.string(), [`"${'y'.repeat(1_000_000)}"`, `"${long}"`]);
    expect([plain!.length, escaped!.length]).toEqual([1_000_002, 1_200_002]);
  });
});

describe('closing', () => {
  it('gives all memory back', async () => {
    const { memory } = await kernelsForTest();
    const decode = () => values(t.row([{ name: 'a', type: t.array(t.string()) }]), ['{"a":["x\\n"]}']);
    await decode();
    const top = memory.allocator.top();
    for (let i = 0; i < 20; i++) await decode();
    expect(memory.allocator.top()).toBe(top);
  });
});
