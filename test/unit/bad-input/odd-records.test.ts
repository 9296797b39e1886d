import { describe, expect, it } from 'vitest';
import { fileWith, runScript, tableOver } from './support.ts';

/** The rows of a file, read as one table. */
async function read(content: string | Uint8Array, columns: string, options: Readonly<Record<string, string>>, query = 'SELECT * FROM t') {
  return runScript(`${tableOver(fileWith(content), columns, options)}${query};`);
}

const json = { format: 'json' };
const csv = { format: 'csv' };

describe('records of json that look bad and are not', () => {
  const rowsOf = async (content: string | Uint8Array, columns: string): Promise<readonly string[]> => {
    const { rows, error, metrics } = await read(content, columns, json);
    expect(error).toBeUndefined();
    expect(metrics?.badRecords).toBe(0);
    return rows;
  };

  it('the last of duplicate keys counts', async () => {
    const text = '{"a":1,"a":2}\n{"a":1,"b":"x","a":null}\n{"b":"x","b":null,"r":{"x":1},"r":{"y":2}}\n';
    expect(await rowsOf(text, 'a INT, b STRING, r ROW<x INT, y INT>')).toEqual([
      '[2,null,null]',
      '[null,"x",null]',
      '[null,null,{"x":null,"y":2}]',
    ]);
  });

  it('__proto__ and constructor are names like any other', async () => {
    const text = '{"__proto__":{"a":7},"constructor":"c","a":1}\n{"a":2,"toString":3}\n';
    const columns = 'a INT, `__proto__` ROW<a INT>, `constructor` STRING, `toString` INT, `hasOwnProperty` STRING';
    expect(await rowsOf(text, columns)).toEqual(['[1,{"a":7},"c",null,null]', '[2,null,null,3,null]']);
    const map = await rowsOf('{"m":{"__proto__":1,"constructor":2,"__proto__":3}}\n', 'm MAP<STRING, INT>');
    expect(map).toEqual(['[{"__proto__":3,"constructor":2}]']);
    expect(({} as Record<string, unknown>).a).toBeUndefined();
  });

  it('numbers keep all their digits', async () => {
    const text = '{"i":-9223372036854775808,"d":99999999999999999999999999999999999999}\n{"i":9223372036854775807,"d":-1e37}\n';
    const { rows } = await read(text, 'i BIGINT, d DECIMAL(38, 0)', json, 'SELECT i, CAST(d AS STRING) FROM t');
    expect(rows).toEqual([
      '[-9223372036854775808,"99999999999999999999999999999999999999"]',
      '[9223372036854775807,"-10000000000000000000000000000000000000"]',
    ]);
  });

  it.each([
    ['an empty file', '', []],
    ['only line ends', '\n\r\n\n', []],
    ['no line end behind the last record', '{"a":1}\n{"a":2}', ['[1]', '[2]']],
    ['CR LF', '{"a":1}\r\n\r\n{"a":2}\r\n', ['[1]', '[2]']],
    ['a byte order mark', '\ufeff{"a":1}\n{"a":2}\n', ['[1]', '[2]']],
    ['only a byte order mark and a record', '\ufeff{"a":1}', ['[1]']],
    ['a thousand levels', `{"x":${'['.repeat(990)}${']'.repeat(990)},"a":1}\n`, ['[1]']],
  ])('%s', async (_name, text, rows) => {
    expect(await rowsOf(text, 'a INT')).toEqual(rows);
  });

  it('a NUL character within a text is kept', async () => {
    expect(await rowsOf('{"s":"a\\u0000b"}\n', 's STRING')).toEqual(['["a\\u0000b"]']);
  });
});

describe('records of json that end too early', () => {
  it('the last line of a file that is cut off is a bad record, under every policy', async () => {
    const text = '{"a":1}\n{"a":2}\n{"a":3';
    expect((await read(text, 'a INT', json)).error).toMatchObject({
      code: 'MS2101',
      message: expect.stringContaining(':3: the record ends before'),
    });
    const { rows, bad } = await read(text, 'a INT', { ...json, 'bad-records': 'skip' });
    expect(rows).toEqual(['[1]', '[2]']);
    expect(bad).toMatchObject([{ line: 3n, byteOffset: 16n }]);
  });

  it('a file of a byte order mark alone is no record', async () => {
    const { rows, bad } = await read('\ufeff', 'a INT', { ...json, 'bad-records': 'skip' });
    expect(rows).toEqual([]);
    expect(bad.length).toBeLessThanOrEqual(1);
  });
});

describe('columns that are not read', () => {
  it('may hold values of other types, as in Flink, but no broken records', async () => {
    const text = '{"a":1,"b":5}\n{"a":2,"b":"x"}\n{"a":3,"b":{}}\n';
    expect((await read(text, 'a INT, b INT', json, 'SELECT a FROM t')).rows).toEqual(['[1]', '[2]', '[3]']);
    expect((await read(text, 'a INT, b INT', json)).error).toMatchObject({ code: 'MS2101' });
    expect((await read('{"a":1,"b":[1}\n', 'a INT, b INT', json, 'SELECT a FROM t')).error).toMatchObject({ code: 'MS2101' });
    expect((await read('1,5\n2,x\n3\n', 'a INT, b INT', csv, 'SELECT a FROM t')).rows).toEqual(['[1]', '[2]', '[3]']);
    expect((await read('1,5,6\n', 'a INT, b INT', csv, 'SELECT a FROM t')).error).toMatchObject({ code: 'MS2101' });
  });

  it('are looked at for structure where only rows are counted', async () => {
    const text = '{"a":1}\n{"a":\n{"a":"x"}\n';
    const { rows, metrics } = await read(text, 'a INT', { ...json, 'bad-records': 'skip' }, 'SELECT COUNT(*) FROM t');
    expect(rows.at(-1)).toBe('[2]');
    expect(metrics?.badRecords).toBe(1);
  });
});

describe('records of csv that look bad and are not', () => {
  const rowsOf = async (content: string | Uint8Array, columns = 'a INT, b STRING'): Promise<readonly string[]> => {
    const { rows, error, metrics } = await read(content, columns, csv);
    expect(error).toBeUndefined();
    expect(metrics?.badRecords).toBe(0);
    return rows;
  };

  it.each([
    ['an empty file', '', []],
    ['no line end behind the last record', '1,a\n2,b', ['[1,"a"]', '[2,"b"]']],
    ['CR LF, CR', '1,a\r\n2,b\r3,c', ['[1,"a"]', '[2,"b"]', '[3,"c"]']],
    ['a byte order mark', '\ufeff1,a\n', ['[1,"a"]']],
    ['quoted line ends', '1,"a\nb"\n2,"c\r\nd"\n', ['[1,"a\\nb"]', '[2,"c\\r\\nd"]']],
    ['doubled quotes', '1,"a""b"\n', ['[1,"a\\"b"]']],
    ['a quote within a text', '1,a"b\n', ['[1,"a\\"b"]']],
    ['a NUL character in a text', '1,a\0b\n', ['[1,"a\\u0000b"]']],
  ])('%s', async (_name, text, rows) => {
    expect(await rowsOf(text)).toEqual(rows);
  });
});

describe('a quote that is not closed', () => {
  const text = `1,a\n2,"b\n3,c\n${'4,d\n'.repeat(1000)}`;

  it('takes the rest of the file into one bad record', async () => {
    const { error } = await read(text, 'a INT, b STRING', csv);
    expect(error).toMatchObject({ code: 'MS2101', message: expect.stringContaining(':2: the record ends before it is complete') });
    const { rows, bad, metrics } = await read(text, 'a INT, b STRING', { ...csv, 'bad-records': 'skip' });
    expect(rows).toEqual(['[1,"a"]']);
    expect(bad).toMatchObject([{ line: 2n, byteOffset: 4n }]);
    expect(metrics?.badRecords).toBe(1);
  });

  it('is no quote where there are none', async () => {
    const { rows } = await read(text, 'a INT, b STRING', { ...csv, 'csv.disable-quote-character': 'true' });
    expect(rows).toHaveLength(1003);
  });
});

describe('ignore-parse-errors', () => {
  it('makes NULL of values, skips broken records, and counts them', async () => {
    const text = '{"a":1}\n{"a":"x"}\nbroken\n{"a":4} {}\n{"a":5}\n';
    const { rows, metrics, bad } = await read(text, 'a INT', { ...json, 'json.ignore-parse-errors': 'true' });
    expect(rows).toEqual(['[1]', '[null]', '[5]']);
    expect(metrics?.badRecords).toBe(2);
    expect(bad.map(({ line }) => line)).toEqual([3n, 4n]);
    const other = await read('1,a\nx,b\n3,c,d\n4,d\n', 'a INT, b STRING', { ...csv, 'csv.ignore-parse-errors': 'true' });
    expect(other.rows).toEqual(['[1,"a"]', '[null,"b"]', '[4,"d"]']);
    expect(other.metrics?.badRecords).toBe(1);
  });
});
