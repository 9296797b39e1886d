import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileWith, namesIn, runScript, tableOver } from './support.ts';

/** A bad record between two good ones: its bytes, without the line feed, and the reason given. */
interface BadRecordCase {
  readonly record: string | Uint8Array;
  readonly reason: string;
}

interface FormatCase {
  readonly columns: string;
  readonly options: Readonly<Record<string, string>>;
  readonly before: string;
  readonly after: string;
  /** The good records as the json format writes them. */
  readonly rows: readonly string[];
  readonly cases: Readonly<Record<string, BadRecordCase>>;
}

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

const deep = (open: string, close: string): string => `{"id":2,"x":${open.repeat(2000)}1${close.repeat(2000)}}`;

const json: FormatCase = {
  columns: 'id BIGINT, price DECIMAL(7, 2), name STRING, ts TIMESTAMP(3), r ROW<a INT>, l ARRAY<INT>',
  options: { format: 'json' },
  before: '{"id":1,"price":1.5,"name":"a","ts":"2020-01-01 00:00:00","r":{"a":1},"l":[1]}',
  after: '{"id":3}',
  rows: ['[1,1.50,"a","2020-01-01 00:00:00",{"a":1},[1]]', '[3,null,null,null,null,null]'],
  cases: {
    'no JSON at all': { record: 'hello', reason: 'the record is not a JSON object' },
    'blanks only': { record: '   ', reason: 'the record is not a JSON object' },
    'a value that is no object': { record: '17', reason: 'the record is not a JSON object' },
    'a cut object': { record: '{"id":2,"name":"b', reason: 'the record ends before it is complete' },
    'an object without its end': { record: '{"id":2', reason: 'the record ends before it is complete' },
    'a missing value': { record: '{"id":,"name":"b"}', reason: "unexpected character ','" },
    'a comma too many': { record: '{"id":2,}', reason: "unexpected character '}'" },
    'a key without quotes': { record: '{id:2}', reason: "unexpected character 'i'" },
    'single quotes': { record: "{'id':2}", reason: "unexpected character '''" },
    'a NUL byte between values': { record: '{"id":2\0}', reason: 'unexpected character 0x00' },
    'a NUL byte behind the record': { record: '{"id":2}\0', reason: 'more text follows the record on its line' },
    'two records on a line': { record: '{"id":2}{"id":4}', reason: 'more text follows the record on its line' },
    'a record with a comma behind it': { record: '{"id":2},', reason: 'more text follows the record on its line' },
    'deep objects': { record: deep('{"x":', '}'), reason: 'nested deeper than 1000 levels' },
    'deep arrays': { record: deep('[', ']'), reason: 'nested deeper than 1000 levels' },
    'deep arrays in a column that is read': { record: deep('[', ']').replace('"x"', '"l"'), reason: 'nested deeper than 1000 levels' },
    'deep arrays without end': { record: `{"id":2,"l":${'['.repeat(100_000)}`, reason: 'nested deeper than 1000 levels' },
    'broken UTF-8 in a column': { record: bytes('{"id":2,"name":"', [0xff], '"}'), reason: 'invalid UTF-8' },
    'broken UTF-8 in a column that is not there': { record: bytes('{"id":2,"q":"', [0xc3, 0x28], '"}'), reason: 'invalid UTF-8' },
    'broken UTF-8 in a key': { record: bytes('{"id":2,"', [0xe2, 0x82], '":1}'), reason: 'invalid UTF-8' },
    'a surrogate as UTF-8': { record: bytes('{"name":"', [0xed, 0xa0, 0x80], '"}'), reason: 'invalid UTF-8' },
    'UTF-16': { record: bytes([0xff, 0xfe], '{\0"\0'), reason: 'the record is not a JSON object' },
    'a wrong escape': { record: '{"name":"\\x"}', reason: 'invalid escape sequence in a string' },
    'a number beyond 64 bits': { record: '{"id":9223372036854775808}', reason: 'column "id": 9223372036854775808 is no BIGINT' },
    'a number far beyond 64 bits': { record: `{"id":-1${'0'.repeat(400)}}`, reason: `column "id": -1${'0'.repeat(38)}... is no BIGINT` },
    'a huge exponent': { record: '{"id":1e400}', reason: 'column "id": 1e400 is no BIGINT' },
    'a number beyond the DECIMAL': { record: '{"price":123456.78}', reason: 'column "price": 123456.78 is no DECIMAL(7, 2)' },
    'a number that rounds beyond the DECIMAL': { record: '{"price":99999.995}', reason: 'column "price": 99999.995 is no DECIMAL(7, 2)' },
    'a number of a million digits': { record: `{"price":${'9'.repeat(1_000_000)}}`, reason: 'malformed number' },
    'a malformed number': { record: '{"id":01}', reason: 'malformed number' },
    'a text for a number': { record: '{"id":"two"}', reason: 'column "id": "two" is no BIGINT' },
    'an object for a number': { record: '{"id":{"a":1}}', reason: 'column "id": {"a":1} is no BIGINT' },
    'no timestamp': { record: '{"ts":"yesterday"}', reason: 'column "ts": "yesterday" is no TIMESTAMP(3)' },
    'a text for a ROW': { record: '{"r":"x"}', reason: 'column "r": "x" is no ROW<`a` INT>' },
    'a wrong field of a ROW': { record: '{"r":{"a":"x"}}', reason: 'column "r.a": "x" is no INT' },
    'a wrong element': { record: '{"l":[1,2,"x"]}', reason: 'column "l.element": "x" is no INT' },
  },
};

const csv: FormatCase = {
  columns: 'id BIGINT, price DECIMAL(7, 2), name STRING',
  options: { format: 'csv' },
  before: '1,1.5,a',
  after: '3,2.5,c',
  rows: ['[1,1.50,"a"]', '[3,2.50,"c"]'],
  cases: {
    'too many columns': { record: '2,1,b,x', reason: 'wrong number of columns' },
    'too few columns': { record: '2,1', reason: 'wrong number of columns' },
    'text behind a quoted field': { record: '2,1,"b"x', reason: 'a quoted field is followed by other text' },
    'no number': { record: 'two,1,b', reason: 'column "id": two is no BIGINT' },
    'a number beyond 64 bits': { record: '-9223372036854775809,1,b', reason: 'column "id": -9223372036854775809 is no BIGINT' },
    'a number beyond the DECIMAL': { record: '2,100000,b', reason: 'column "price": 100000 is no DECIMAL(7, 2)' },
    'a NUL byte in a number': { record: '2\x005,1,b', reason: 'column "id": 2\\u00005 is no BIGINT' },
    'too few columns, and no number': { record: 'x', reason: 'column "id": x is no BIGINT' },
  },
};

const DEAD = 'source STRING, line BIGINT, byte_offset BIGINT, reason STRING, record BYTES';

function input(format: FormatCase, record: string | Uint8Array): { readonly path: string; readonly record: Buffer; readonly at: number } {
  const before = Buffer.from(`${format.before}\n`);
  const middle = Buffer.from(record);
  const path = fileWith(Buffer.concat([before, middle, Buffer.from(`\n${format.after}\n`)]));
  return { path, record: middle, at: before.length };
}

describe.each(Object.entries({ json, csv }))('a bad record of %s', (_format, format) => {
  describe.each(Object.entries(format.cases))('%s', (_name, { record, reason }) => {
    it('fails the job, says where, and leaves no output', async () => {
      const { path, at } = input(format, record);
      const folder = join(dirname(path), 'out');
      const sink = tableOver(folder, format.columns, format.options, 'sink');
      const outcome = await runScript(`${tableOver(path, format.columns, format.options)}${sink}INSERT INTO sink SELECT * FROM t;`);
      const { error } = outcome;
      expect(error?.code).toBe('MS2101');
      expect(error?.message.startsWith(`${path}:2: ${reason} (byte `)).toBe(true);
      const offset = Number(/\(byte (\d+)\)$/.exec(error!.message)![1]);
      expect(offset).toBeGreaterThanOrEqual(at);
      expect(error?.hint).toContain("'bad-records' = 'skip'");
      expect(namesIn(folder)).toEqual([]);
    });

    it('is skipped and counted', async () => {
      const { path, record: raw, at } = input(format, record);
      const options = { ...format.options, 'bad-records': 'skip' };
      const { rows, bad, metrics, error } = await runScript(`${tableOver(path, format.columns, options)}SELECT * FROM t;`);
      expect(error).toBeUndefined();
      expect(rows).toEqual(format.rows);
      expect(metrics).toMatchObject({ badRecords: 1, rowsIn: 2, rowsOut: 2 });
      expect(bad).toHaveLength(1);
      expect(bad[0]).toMatchObject({ source: path, line: 2n, byteOffset: BigInt(at), reason });
      expect(Buffer.from(bad[0]!.record).equals(raw.subarray(0, 4096))).toBe(true);
    });

    it('goes whole to the dead-letter table', async () => {
      const { path, record: raw, at } = input(format, record);
      const dead = join(dirname(path), 'dead.json');
      const options = { ...format.options, 'bad-records': 'dead-letter', 'bad-records.table': 'dead' };
      const tables = tableOver(path, format.columns, options) + tableOver(dead, DEAD, { format: 'json' }, 'dead');
      const { rows, metrics, error } = await runScript(`${tables}SELECT * FROM t;`);
      expect(error).toBeUndefined();
      expect(rows).toEqual(format.rows);
      expect(metrics).toMatchObject({ badRecords: 1, rowsIn: 2, rowsOut: 2 });
      const letter = { source: path, line: 2, byte_offset: at, reason, record: raw.toString('base64') };
      expect(JSON.parse(readFileSync(dead, 'utf8'))).toEqual(letter);
    });
  });
});
