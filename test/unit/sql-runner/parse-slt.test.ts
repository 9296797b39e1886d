import { describe, expect, it } from 'vitest';
import { parseSlt, SltSyntaxError } from '../../sql-runner/parse-slt.ts';

const parse = (text: string) => parseSlt('x.slt', text);

describe('the parser of test files', () => {
  it('reads statements and the errors they expect', () => {
    const [ok, failing] = parse(
      `# a comment\n\nstatement ok\nCREATE TABLE t (\n  a INT\n)\n\nstatement error MS1203 3:37 /time (attribute|column)/\nSELECT 1\n`,
    );
    expect(ok).toMatchObject({ kind: 'statement', line: 3, sql: 'CREATE TABLE t (\n  a INT\n)', error: undefined });
    expect(failing).toMatchObject({
      kind: 'statement',
      line: 8,
      error: { code: 'MS1203', place: '3:37', message: /time (attribute|column)/ },
    });
  });

  it('reads queries with columns and rows', () => {
    const [query, empty] = parse(
      `query rowsort\nSELECT a,\n  b FROM t\n----\n(a INT, b STRING)\n[1, "x"]\n[2, null]\n\nquery changelog\nSELECT 1\n----\n`,
    );
    expect(query).toMatchObject({
      kind: 'query',
      sort: 'rowsort',
      changelog: false,
      columns: '(a INT, b STRING)',
      rows: ['[1, "x"]', '[2, null]'],
    });
    expect(empty).toMatchObject({ kind: 'query', sort: 'nosort', changelog: true, columns: undefined, rows: [] });
  });

  it('reads the records for streams', () => {
    const text = `stream s\nSELECT 1\n\npush t\n{"a": 1}\n{"a": 2}\n\nwatermark t '2020-01-01 00:00:00'\n\nemits s rowsort\n+I[1]\n-U[1]\n\nemits s\n\nlate s 2\n\nend t\n`;
    expect(parse(text)).toMatchObject([
      { kind: 'stream', name: 's', sql: 'SELECT 1' },
      { kind: 'push', table: 't', rows: ['{"a": 1}', '{"a": 2}'] },
      { kind: 'watermark', table: 't', timestamp: '2020-01-01 00:00:00' },
      { kind: 'emits', stream: 's', sort: 'rowsort', changes: ['+I[1]', '-U[1]'] },
      { kind: 'emits', stream: 's', sort: 'nosort', changes: [] },
      { kind: 'late', stream: 's', count: 2 },
      { kind: 'end', table: 't' },
    ]);
  });

  it('reads conditions', () => {
    expect(parse('skipif flink # not there\nonlyif millstream\nstatement ok\nSELECT 1')).toMatchObject([
      { skip: { skipIf: ['flink'], onlyIf: 'millstream' } },
    ]);
  });

  it.each([
    ['an unknown directive', 'statment ok\nSELECT 1', 1],
    ['a malformed expectation', 'statement fails\nSELECT 1', 1],
    ['a statement without SQL', 'statement ok\n\n', 1],
    ['a query without ----', 'query\nSELECT 1\n\n', 2],
    ['an unknown sort mode', 'query sorted\nSELECT 1\n----\n', 1],
    ['rows that are not JSON', 'query\nSELECT 1\n----\n[1]\n[2', 5],
    ['changes without a kind', 'emits s\n+I[1]\n[2]\n[3]', 3],
    ['a malformed watermark', 'watermark t now', 1],
    ['a condition of nothing', 'statement ok\nSELECT 1\n\nskipif flink', 4],
  ])('refuses %s, with its line', (_, text, line) => {
    expect(() => parse(text)).toThrow(SltSyntaxError);
    expect(() => parse(text)).toThrow(new RegExp(`^x\\.slt:${line}: `));
  });
});
