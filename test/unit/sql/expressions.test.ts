import { describe, expect, it } from 'vitest';
import { parseExpression } from '../../../src/sql/index.ts';
import { outline } from './outline.ts';

/** Each reading is that of Flink 2.3's own parser. */
const readings: readonly (readonly [text: string, reading: string])[] = [
  ['a + b * c - d', '((a + (b * c)) - d)'],
  ['a - b - c', '((a - b) - c)'],
  ['a || b * c', '((a || b) * c)'],
  ['a || b + c', '((a || b) + c)'],
  ['a = b = c', '((a = b) = c)'],
  ['a OR b AND c OR d', '(a OR (b AND c) OR d)'],
  ['(a OR b) OR c', '((a OR b) OR c)'],
  ['NOT a = b AND NOT c', '((NOT (a = b)) AND (NOT c))'],
  ['a = NOT b = c', '(a = (NOT (b = c)))'],
  ['NOT a IS NULL', '(NOT (a IS NULL))'],
  ['a = b IS TRUE', '((a = b) IS TRUE)'],
  ['a IS TRUE = b', '((a IS TRUE) = b)'],
  ['a IS NULL IS NOT NULL', '((a IS NULL) IS NOT NULL)'],
  ['a IS JSON', '(a IS JSON VALUE)'],
  ['a IS DISTINCT FROM b + c', '(a IS DISTINCT FROM (b + c))'],
  ['a = b IS NOT DISTINCT FROM c', '((a = b) IS NOT DISTINCT FROM c)'],
  ['-a * b', '((- a) * b)'],
  ['- - a', '(- (- a))'],
  ['-a[1]', '(- a[1])'],
  ['a * NOT b', '(a * (NOT b))'],
  ['a BETWEEN 1 AND 2 AND c', '((a BETWEEN 1 AND 2) AND c)'],
  ['a BETWEEN 1 + 1 AND 2 = c', '((a BETWEEN (1 + 1) AND 2) = c)'],
  ['a NOT BETWEEN 1 AND 2 OR b', '((a NOT BETWEEN 1 AND 2) OR b)'],
  ["a NOT LIKE b || c ESCAPE '!' AND d", "((a NOT LIKE (b || c) ESCAPE '!') AND d)"],
  ['a LIKE b LIKE c', '(a LIKE (b LIKE c))'],
  ['a SIMILAR TO b', '(a SIMILAR TO b)'],
  ['a IN (1, 2) IN (3)', '((a IN [1, 2]) IN [3])'],
  ['a = b IN (1)', '(a = (b IN [1]))'],
  ['(a, b) IN ((1, 2))', '(row(a, b) IN [row(1, 2)])'],
  ['a OR b MULTISET UNION c', '((a OR b) MULTISET UNION ALL c)'],
  ['a MULTISET UNION b MULTISET INTERSECT c', '(a MULTISET UNION ALL (b MULTISET INTERSECT ALL c))'],
  ['a.b.c[1].d[2].e', 'a.b.c[1]->d[2]->e'],
  ['f(x).y', 'f(x)->y'],
  ['(a).b', 'a->b'],
  ['a[1][2]', 'a[1][2]'],
  ['EXTRACT(day FROM a)', 'EXTRACT(DAY, a)'],
  ['TRIM(a)', 'TRIM(a)'],
  ["TRIM('x' FROM a)", "TRIM(BOTH, 'x', a)"],
  ['TRIM(LEADING FROM a)', 'TRIM(LEADING, a)'],
  ['SUBSTRING(a FROM 1 FOR 2)', 'SUBSTRING(a, 1, 2)'],
  ['POSITION(a IN b)', 'POSITION(a, b)'],
  ['OVERLAY(a PLACING b FROM 1 FOR 2)', 'OVERLAY(a, b, 1, 2)'],
  ['FLOOR(a TO HOUR)', 'FLOOR(a, HOUR)'],
  ['TIMESTAMPADD(minute, 1, a)', 'TIMESTAMPADD(MINUTE, 1, a)'],
  ['LEFT(a, 1)', 'LEFT(a, 1)'],
  ['cat.db.f(a)', 'cat.db.f(a)'],
  ['CURRENT_TIMESTAMP', 'CURRENT_TIMESTAMP()'],
];

describe('parseExpression', () => {
  it.each(readings)('reads %s', (text, reading) => {
    expect(outline(parseExpression(text))).toBe(reading);
  });

  it('decodes the escapes of U& and E strings', () => {
    expect(parseExpression("U&'d\\0061t\\0061'")).toMatchObject({ kind: 'string', value: 'data' });
    expect(parseExpression("U&'d!0061' UESCAPE '!'")).toMatchObject({ value: 'da' });
    expect(parseExpression("E'a\\tb\\x41\\u0042\\101'")).toMatchObject({ value: 'a\tbABA' });
    expect(parseExpression("'a\\tb'")).toMatchObject({ value: 'a\\tb' });
  });

  it('joins strings over line ends only', () => {
    expect(parseExpression("'a' -- more\n 'b'")).toMatchObject({ kind: 'string', value: 'ab' });
    expect(() => parseExpression("'a' 'b'")).toThrow('two texts stand next to each other');
  });

  it('keeps numbers as they are written', () => {
    expect(parseExpression('12345678901234567890')).toMatchObject({ form: 'integer', text: '12345678901234567890' });
    expect(parseExpression('1.50')).toMatchObject({ form: 'decimal', text: '1.50' });
    expect(parseExpression('1e3')).toMatchObject({ form: 'approximate', text: '1e3' });
  });

  it('reads date, time and interval literals', () => {
    expect(parseExpression("TIMESTAMP WITH LOCAL TIME ZONE '2024-01-02 03:04:05'")).toMatchObject({
      kind: 'datetime',
      type: 'TIMESTAMP_LTZ',
    });
    expect(parseExpression("INTERVAL -'1 02' DAY(3) TO HOURS")).toMatchObject({
      kind: 'interval',
      negative: true,
      text: '1 02',
      qualifier: { from: 'DAY', to: 'HOUR', precision: 3, fraction: undefined },
    });
    expect(parseExpression('INTERVAL (a + 1) DAY')).toMatchObject({ kind: 'intervalValue', operand: { kind: 'binary' } });
  });

  it('keeps whether a name was quoted', () => {
    expect(parseExpression('a.`b``c`')).toMatchObject({
      parts: [
        { name: 'a', quoted: false },
        { name: 'b`c', quoted: true },
      ],
    });
  });

  it('reads everything that can follow a call', () => {
    expect(
      parseExpression('SUM(DISTINCT a) FILTER (WHERE b) OVER (w PARTITION BY c ORDER BY d ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)'),
    ).toMatchObject({
      kind: 'call',
      distinct: true,
      filter: { kind: 'column' },
      over: { kind: 'window', base: { name: 'w' }, frame: { unit: 'ROWS', start: { bound: 'PRECEDING' }, end: { bound: 'CURRENT ROW' } } },
    });
    expect(parseExpression('LAG(a) IGNORE NULLS OVER w')).toMatchObject({ nulls: 'IGNORE', over: { kind: 'identifier', name: 'w' } });
    expect(parseExpression('LISTAGG(a) WITHIN GROUP (ORDER BY b DESC)')).toMatchObject({ withinGroup: [{ descending: true }] });
  });

  it('tells a query in parentheses from a value in parentheses', () => {
    expect(parseExpression('((SELECT 1) + 2)')).toMatchObject({ kind: 'binary' });
    expect(parseExpression('((SELECT 1) UNION SELECT 2)')).toMatchObject({ kind: 'subquery', query: { body: { kind: 'setOperation' } } });
    expect(parseExpression('a IN ((SELECT 1))')).toMatchObject({ items: undefined, query: { kind: 'query' } });
    expect(parseExpression('a IN ((SELECT 1), 2)')).toMatchObject({ query: undefined, items: [{ kind: 'subquery' }, { kind: 'number' }] });
    expect(parseExpression('a = ANY ((SELECT 1) EXCEPT (SELECT 2))')).toMatchObject({ kind: 'quantified', query: { kind: 'query' } });
  });

  it('gives every node the place of its text', () => {
    const text = 'a +\n  f(b, `c`)';
    const node = parseExpression(text);
    expect(node).toMatchObject({ kind: 'binary', span: { start: 0, end: text.length, line: 1, column: 1 } });
    expect(node.kind === 'binary' && node.right.span).toEqual({ start: 6, end: text.length, line: 2, column: 3 });
  });
});
