import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileWith, runScript, tableOver } from './support.ts';

const MB = 1024 * 1024;
const json = { format: 'json' };
const LENGTHS = 'SELECT a, CHAR_LENGTH(s) FROM t;';

/** Good records around one whose text has `size` bytes. */
const around = (size: number, end = '\n{"a":3}\n'): Buffer =>
  Buffer.concat([Buffer.from('{"a":1,"s":"x"}\n{"a":2,"s":"'), Buffer.alloc(size, 'y'), Buffer.from(`"}${end}`)]);

describe('a long line', () => {
  it('of 60 MB is a record like any other', async () => {
    const { rows, error } = await runScript(tableOver(fileWith(around(60 * MB)), 'a INT, s STRING', json) + LENGTHS);
    expect(error).toBeUndefined();
    expect(rows).toEqual(['[1,1]', `[2,${60 * MB}]`, '[3,null]']);
  }, 60_000);

  it('of 60 MB at the end of a file, without a line feed, too', async () => {
    const { rows, error } = await runScript(tableOver(fileWith(around(60 * MB, '')), 'a INT, s STRING', json) + LENGTHS);
    expect(error).toBeUndefined();
    expect(rows).toEqual(['[1,1]', `[2,${60 * MB}]`]);
  }, 60_000);

  it('of 70 MB fails the job', async () => {
    const path = fileWith(around(70 * MB));
    const { error } = await runScript(tableOver(path, 'a INT, s STRING', json) + LENGTHS);
    expect(error).toMatchObject({ code: 'MS3034', message: `${path}: the record at byte 16 is longer than ${64 * MB} bytes` });
  }, 60_000);

  it.each([
    ['amid a file', '\n{"a":3}\n', 'in.txt', ['[1,1]', '[3,null]']],
    ['at its end', '', 'in.txt', ['[1,1]']],
    ['in a compressed file', '\n{"a":3}\n', 'in.gz', ['[1,1]', '[3,null]']],
  ])(
    'of 70 MB %s is skipped',
    async (_name, end, file, expected) => {
      const content = around(70 * MB, end);
      const path = fileWith(file === 'in.gz' ? gzipSync(content, { level: 1 }) : content, file);
      const options = { ...json, 'bad-records': 'skip' };
      const { rows, bad, metrics, error } = await runScript(tableOver(path, 'a INT, s STRING', options) + LENGTHS);
      expect(error).toBeUndefined();
      expect(rows).toEqual(expected);
      expect(metrics?.badRecords).toBe(1);
      expect(bad).toMatchObject([{ line: 2n, byteOffset: 16n, reason: `the record is longer than ${64 * MB} bytes` }]);
    },
    60_000,
  );

  it('of 70 MB goes to the dead-letter table with its first 4 KB; lines behind it are counted on', async () => {
    const path = fileWith(around(70 * MB, '\nbroken\n{"a":3}\n'));
    const dead = join(dirname(path), 'dead.json');
    const columns = 'source STRING, line BIGINT, byte_offset BIGINT, reason STRING, record BYTES';
    const options = { ...json, 'bad-records': 'dead-letter', 'bad-records.table': 'dead' };
    const tables = tableOver(path, 'a INT, s STRING', options) + tableOver(dead, columns, json, 'dead');
    const { rows, error } = await runScript(tables + LENGTHS);
    expect(error).toBeUndefined();
    expect(rows).toEqual(['[1,1]', '[3,null]']);
    const letters = readFileSync(dead, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(letters).toMatchObject([
      { line: 2, byte_offset: 16 },
      { line: 3, byte_offset: 16 + 15 + 70 * MB, record: Buffer.from('broken').toString('base64') },
    ]);
    expect(Buffer.from(letters[0].record, 'base64')).toHaveLength(4096);
  }, 60_000);

  it('of 70 MB is skipped by csv and raw, and so is a quote that is not closed', async () => {
    const skip = { 'bad-records': 'skip' };
    const long = Buffer.concat([Buffer.from('1,a\n2,'), Buffer.alloc(70 * MB, 'y'), Buffer.from('\n3,c\n')]);
    const csv = await runScript(tableOver(fileWith(long), 'a INT, s STRING', { ...skip, format: 'csv' }) + LENGTHS);
    expect(csv.rows).toEqual(['[1,1]', '[3,1]']);
    const raw = await runScript(`${tableOver(fileWith(long), 's STRING', { ...skip, format: 'raw' })}SELECT s FROM t;`);
    expect(raw.rows).toEqual(['["1,a"]', '["3,c"]']);
    const open = Buffer.concat([Buffer.from('1,a\n2,"'), Buffer.alloc(70 * MB, 'y'), Buffer.from('\n3,c\n')]);
    const quoted = await runScript(tableOver(fileWith(open), 'a INT, s STRING', { ...skip, format: 'csv' }) + LENGTHS);
    expect(quoted.rows).toEqual(['[1,1]', '[3,1]']);
    expect([csv, raw, quoted].map(({ metrics }) => metrics?.badRecords)).toEqual([1, 1, 1]);
  }, 120_000);
});
