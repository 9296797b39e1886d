import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/api/session.ts';
import { NameScope, safeName } from '../../../src/codegen/names.ts';
import { explain, rowsOf } from './session-support.ts';

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** Names that mean something in JavaScript, in the generated code's frame, or nowhere. */
const AWKWARD = [
  ...'i n r input rows kinds computed selected picked passed rowCount distinct sources columns before table into k memory arena env'.split(
    ' ',
  ),
  ...'class function return new this super null true arguments eval await yield let static enum import undefined NaN Infinity'.split(' '),
  ...'Math BigInt Number String Object Array Set Map globalThis process U8 I8 I32 I64 F64 open and and_null case out0 value'.split(' '),
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'],
  ...[
    'größe',
    '日本',
    'Ünïcödé',
    'a b',
    'a-b',
    'a.b',
    '1st',
    '$',
    '_',
    ' ',
    "it's",
    'say "hi"',
    'back`tick',
    '\u2028',
    '*/',
    '//',
    '\\',
    '${x}',
  ],
  ...['x; process.exit()', '}; throw 1; {', "'); throw 1; ('", '[0]', 'x'.repeat(300)],
];

describe('columns of awkward names', () => {
  it.each([
    ['are computed', (name: string) => `${name} + 1`, 2],
    ['are compared', (name: string) => `CASE WHEN ${name} > 0 THEN ${name} * 10 END`, 10],
  ])('%s', async (_, expression, expected) => {
    const names = AWKWARD.map(quoted);
    const select = names.map((name) => `${expression(name)} AS ${name}`).join(', ');
    const [row] = await rowsOf(`SELECT ${select} FROM (VALUES (${AWKWARD.map(() => 1).join(', ')})) AS t (${names.join(', ')})`);
    expect(row).toBe(`{${AWKWARD.map((name) => `${JSON.stringify(name)}:${expected}`).join(',')}}`);
  });

  it('are filtered, grouped, aggregated and sorted', async () => {
    for (const name of AWKWARD.map(quoted)) {
      const sql = `SELECT ${name}, SUM(${name}) AS s, COUNT(DISTINCT ${name}) FILTER (WHERE ${name} > 0) AS d
        FROM (VALUES (1), (2), (2)) AS t (${name}) WHERE ${name} > 1 GROUP BY ${name} ORDER BY ${name}`;
      expect((await rowsOf(sql)).at(-1), name).toMatch(/:2,"s":4,"d":1\}$/);
    }
  });

  it('stay apart when what is left of them is the same', async () => {
    const names = ['a b', 'a-b', 'a.b', 'a_b', 'a  b', 'a_b_2'].map(quoted);
    const sum = names.map((name, i) => `${name} * ${10 ** i}`).join(' + ');
    expect(await rowsOf(`SELECT ${sum} AS s FROM (VALUES (1, 2, 3, 4, 5, 6)) AS t (${names.join(', ')})`)).toEqual(['{"s":654321}']);
  });
});

describe('many columns', () => {
  it('200 are computed from 200', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `c${i}`);
    const select = names.map((name, i) => `${name} + ${i} AS ${name}`).join(', ');
    const [row] = await rowsOf(`SELECT ${select} FROM (VALUES (${names.map((_, i) => i).join(', ')})) AS t (${names.join(', ')})`);
    expect(Object.values(JSON.parse(row!))).toEqual(names.map((_, i) => 2 * i));
  });

  it('repeated names are told apart', async () => {
    expect(await rowsOf('SELECT x + 1 AS a, x + 2 AS a, x AS a, x + 3 AS a0 FROM (VALUES (1)) AS t (x)')).toEqual([
      '{"a":2,"a0":3,"a1":1,"a00":4}',
    ]);
  });
});

describe('what the user writes', () => {
  const TEXTS = [
    "it''s",
    '"',
    '\\',
    '`',
    '${1}',
    'line\nbreak',
    '\r',
    '\u2028',
    '\u2029',
    '\0',
    '*/',
    '</script>',
    "'' + process.exit() + ''",
    '💥',
    '\\u0027',
  ];

  it('is never part of the source: text literals', async () => {
    for (const text of TEXTS) {
      const plain = text.replaceAll("''", "'");
      const [row] = await rowsOf(
        `SELECT '${text}' || x AS s, x = '${text}' AS e, x IN ('${text}', 'b') AS i, CASE x WHEN '${text}' THEN '${text}' ELSE 'no' END AS c FROM (VALUES ('${text}')) AS t (x)`,
      );
      expect(JSON.parse(row!), JSON.stringify(text)).toEqual({ s: plain + plain, e: true, i: true, c: plain });
    }
  });

  it('is never part of the source: names and the name of the job', async () => {
    const session = await Session.open();
    const secret = 'S3CRET';
    await session.run(session.parse(`SET 'pipeline.name' = 'x\n${secret}\u2028${secret} (/*'`)[0]!, '');
    const sql = `EXPLAIN CODEGEN SELECT x + 1 AS \`${secret}; process.exit()\`, COUNT(*), MAX('${secret}' || \`${secret}\u2028\`)
      FROM (VALUES (1, 'a')) AS t (x, \`${secret}\u2028\`) WHERE x > 0 GROUP BY x`;
    const code = (await explain(session, sql)).split('== Generated Code ==')[1]!;
    expect(code).toContain('function');
    // What is left of a name is a name: letters, digits and underscores.
    expect(code.replaceAll(/\b\w*S3CRET\w*\b/g, '')).not.toMatch(/S3CRET|process\.exit|\u2028/);
    await expect(rowsOf(`SET 'pipeline.name' = 'x\n(('; SELECT x + 1 AS y FROM (VALUES (1)) AS t (x)`)).resolves.toEqual(['{"y":2}']);
  });
});

describe('safe names', () => {
  it('are names of JavaScript, whatever the text', () => {
    for (const name of AWKWARD) {
      const safe = safeName(name);
      expect(safe).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
      expect(() => new Function(`'use strict'; const ${safe} = 1; return ${safe};`), name).not.toThrow();
    }
  });

  it('are unique in their scope, even beside names that look like made ones', () => {
    const scope = new NameScope();
    const names = ['a', 'a_2', 'a', 'a', 'a_2', 'a_2_2', 'A', '', '', '-', '_'].map((name) => scope.unique(name));
    expect(new Set(names).size).toBe(names.length);
  });
});
