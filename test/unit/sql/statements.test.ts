import { describe, expect, it } from 'vitest';
import { parseScript, parseStatement, parseTypeName, printStatement, printTypeName } from '../../../src/sql/index.ts';
import { withoutSpans } from '../../fuzz/sql.ts';
import { accepted } from './accepted.ts';

describe('every statement form', () => {
  it.each(accepted)('%s prints to a text that reads as the same tree', (text) => {
    const statement = parseStatement(text);
    const printed = printStatement(statement);
    expect(withoutSpans(parseStatement(printed))).toEqual(withoutSpans(statement));
    expect(printStatement(parseStatement(printed))).toBe(printed);
  });
});

describe('parseScript', () => {
  it('splits at semicolons and skips empty statements', () => {
    const kinds = parseScript(";; SELECT ';' ; -- ;\n /* ; */ SET 'a' = 'b';;").map((statement) => statement.kind);
    expect(kinds).toEqual(['queryStatement', 'set']);
    expect(parseScript(' \n-- nothing\n')).toEqual([]);
  });

  it('keeps a statement set together', () => {
    const [set, query] = parseScript(
      'EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT CASE WHEN b THEN 1 END FROM c; INSERT INTO d SELECT 2; END; SELECT 1',
    );
    expect(set).toMatchObject({ kind: 'statementSet', execute: true, inserts: [{ kind: 'insert' }, { kind: 'insert' }] });
    expect(query?.kind).toBe('queryStatement');
  });

  it('counts places from the start of the script', () => {
    expect(() => parseScript('SELECT 1;\nSELECT 2;\n  SELEC 3')).toThrow(
      expect.objectContaining({ span: { start: 22, end: 27, line: 3, column: 3 } }),
    );
  });
});

describe('CREATE TABLE', () => {
  it('reads columns of every kind, constraints and the watermark', () => {
    const statement = parseStatement(
      "CREATE TABLE t (a INT NOT NULL COMMENT 'x', b AS a + 1, c STRING METADATA FROM 'k' VIRTUAL, d TIMESTAMP(3), " +
        "PRIMARY KEY (a) NOT ENFORCED, WATERMARK FOR d AS d - INTERVAL '5' SECOND) WITH ('connector' = 'x')",
    );
    expect(statement).toMatchObject({
      kind: 'createTable',
      elements: [
        { kind: 'physicalColumn', name: { name: 'a' }, type: { name: 'INT', nullable: false }, comment: { value: 'x' } },
        { kind: 'computedColumn', name: { name: 'b' } },
        { kind: 'metadataColumn', from: { value: 'k' }, virtual: true },
        { kind: 'physicalColumn', type: { name: 'TIMESTAMP', precision: 3 } },
        { kind: 'tableConstraint', type: 'PRIMARY KEY', columns: [{ name: 'a' }], enforced: false },
        { kind: 'watermark', column: { parts: [{ name: 'd' }] } },
      ],
      options: [{ key: { value: 'connector' }, value: { value: 'x' } }],
    });
  });
});

describe('SET', () => {
  it.each([
    ["SET 'a.b' = 'c d'", 'a.b', 'c d'],
    ['SET a.b = c', 'a.b', 'c'],
    ['SET table.local-time-zone = Europe/Berlin ;', 'table.local-time-zone', 'Europe/Berlin'],
    ['SET a = 5 min', 'a', '5 min'],
    ["SET a = 'x'", 'a', 'x'],
  ])('%s', (text, key, value) => {
    expect(parseStatement(text)).toMatchObject({ kind: 'set', key: { value: key }, value: { value } });
  });
});

describe('hints', () => {
  it('stay on the table or the SELECT they were written on', () => {
    const statement = parseStatement("SELECT /*+ STATE_TTL('t' = '1d') */ a FROM t /*+ OPTIONS('k' = 'v') */ AS x");
    const hints = (name: string, key: string, value: string) => [{ name: { name }, args: [{ key: { value: key }, value: { value } }] }];
    expect(statement).toMatchObject({
      query: {
        body: { hints: hints('STATE_TTL', 't', '1d'), from: { hints: hints('OPTIONS', 'k', 'v'), alias: { name: { name: 'x' } } } },
      },
    });
  });
});

describe('parseTypeName', () => {
  it.each([
    ['integer', 'INT'],
    ['DEC(5)', 'DECIMAL(5)'],
    ['numeric(5, 2) not null', 'DECIMAL(5, 2) NOT NULL'],
    ['CHARACTER VARYING(3)', 'VARCHAR(3)'],
    ['BINARY VARYING', 'VARBINARY'],
    ['double precision', 'DOUBLE'],
    ['TIMESTAMP(3) WITH LOCAL TIME ZONE', 'TIMESTAMP_LTZ(3)'],
    ['TIMESTAMP(6) WITHOUT TIME ZONE', 'TIMESTAMP(6)'],
    ['TIME(3) WITHOUT TIME ZONE', 'TIME(3)'],
    ['INT ARRAY NOT NULL', 'ARRAY<INT> NOT NULL'],
    ['INT NOT NULL ARRAY MULTISET', 'MULTISET<ARRAY<INT NOT NULL>>'],
    ['MAP<STRING, ROW<a INT, b BYTES>>', 'MAP<STRING, ROW<a INT, b BYTES>>'],
    ["ROW(a INT 'x', b STRING)", "ROW<a INT 'x', b STRING>"],
    ['ROW<>', 'ROW<>'],
    ["RAW('c', 's')", "RAW('c', 's')"],
    ["STRUCTURED<'c', a INT>", "STRUCTURED<'c', a INT>"],
    ['INTERVAL DAY(3) TO SECOND(6)', 'INTERVAL DAY(3) TO SECOND(6)'],
    ['VARIANT', 'VARIANT'],
    ['my.type', 'my.type'],
  ])('%s is %s', (text, printed) => {
    const type = parseTypeName(text);
    expect(printTypeName(type)).toBe(printed);
    expect(withoutSpans(parseTypeName(printed))).toEqual(withoutSpans(type));
  });
});
