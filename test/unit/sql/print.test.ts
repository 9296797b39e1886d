import { describe, expect, it } from 'vitest';
import type { Expression } from '../../../src/sql/index.ts';
import { parseExpression, parseStatement, printExpression, printStatement } from '../../../src/sql/index.ts';

describe('printStatement', () => {
  it('puts each clause on a line of its own and indents queries inside', () => {
    const statement = parseStatement(
      "insert into t select a, count(*) c from (select * from TABLE(TUMBLE(TABLE x, DESCRIPTOR(ts), interval '1' minute)) where b>1 and c is not null) " +
        'left outer join y on x.id=y.id group by a having count(*) > 2 order by 1 desc limit 3',
    );
    expect(printStatement(statement)).toBe(`INSERT INTO t
SELECT a, count(*) AS c
FROM (
  SELECT *
  FROM TABLE(TUMBLE(TABLE x, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
  WHERE b > 1 AND c IS NOT NULL
)
  LEFT JOIN y ON x.id = y.id
GROUP BY a
HAVING count(*) > 2
ORDER BY 1 DESC
LIMIT 3`);
  });

  it('prints table definitions one column and one option a line', () => {
    const text = "create table t (a int, b as a+1, watermark for c as c - interval '5' second) with ('k'='v')";
    expect(printStatement(parseStatement(text))).toBe(`CREATE TABLE t (
  a INT,
  b AS a + 1,
  WATERMARK FOR c AS c - INTERVAL '5' SECOND
) WITH (
  'k' = 'v'
)`);
  });

  it('parenthesizes set operations only where it has to', () => {
    const printed = (text: string) => printStatement(parseStatement(text)).replaceAll(/\s+/g, ' ');
    expect(printed('SELECT 1 UNION SELECT 2 INTERSECT SELECT 3')).toBe('SELECT 1 UNION SELECT 2 INTERSECT SELECT 3');
    expect(printed('(SELECT 1 UNION SELECT 2) INTERSECT SELECT 3')).toBe('( SELECT 1 UNION SELECT 2 ) INTERSECT SELECT 3');
    expect(printed('(SELECT 1 UNION SELECT 2) EXCEPT SELECT 3')).toBe('SELECT 1 UNION SELECT 2 EXCEPT SELECT 3');
    expect(printed('SELECT 1 EXCEPT (SELECT 2 EXCEPT SELECT 3)')).toBe('SELECT 1 EXCEPT ( SELECT 2 EXCEPT SELECT 3 )');
    expect(printed('(SELECT 1 LIMIT 1) UNION ALL SELECT 2')).toBe('( SELECT 1 LIMIT 1 ) UNION ALL SELECT 2');
  });
});

describe('printExpression', () => {
  it.each([
    ['((a + b)) * c', '(a + b) * c'],
    ['a - (b - c)', 'a - (b - c)'],
    ['(a - b) - c', 'a - b - c'],
    ['(a OR b) AND c', '(a OR b) AND c'],
    ['(a AND b) OR c', 'a AND b OR c'],
    ['NOT (a = b)', 'NOT a = b'],
    ['(NOT a) = b', '(NOT a) = b'],
    ['- -1', '- -1'],
    ['-(a + b)', '-(a + b)'],
    ['(-a).b', '(-a).b'],
    ['(a).b', '(a).b'],
    ['(1).b', '(1).b'],
    ['(a IS NULL) IS NOT TRUE', 'a IS NULL IS NOT TRUE'],
    ['a BETWEEN (b AND c) AND d', 'a BETWEEN (b AND c) AND d'],
    ['INTERVAL (-a) DAY', 'INTERVAL -a DAY'],
    ["INTERVAL ('1') DAY", "INTERVAL ('1') DAY"],
    ['`a` + `select`.`b c`', '`a` + `select`.`b c`'],
    ["'it''s' || U&'\\00e9'", "'it''s' || 'é'"],
    ['a . $b', 'a. $b'],
    ["TRIM('x' FROM a)", "TRIM(BOTH 'x' FROM a)"],
  ])('%s as %s', (text, printed) => {
    expect(printExpression(parseExpression(text))).toBe(printed);
  });

  it('quotes names of built trees where SQL needs it', () => {
    const span = { start: 0, end: 0, line: 1, column: 1 };
    const column = (name: string): Expression => ({ kind: 'column', parts: [{ kind: 'identifier', name, quoted: false, span }], span });
    expect(['a', 'value', 'a b', 'é', '1a', 'a`b', ''].map((name) => printExpression(column(name)))).toEqual([
      'a',
      '`value`',
      '`a b`',
      'é',
      '`1a`',
      '`a``b`',
      '``',
    ]);
  });
});
