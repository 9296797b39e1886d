import { describe, expect, it } from 'vitest';
import { SqlError } from '../../../src/common/errors.ts';
import { parseScript } from '../../../src/sql/index.ts';

function errorOf(text: string): SqlError {
  try {
    parseScript(text);
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
  throw new Error(`parsed: ${text}`);
}

/** The text, what its error says in one line (code, place, message, hint), and nothing else. */
const refused: readonly (readonly [text: string, error: string])[] = [
  ['SELECT 1 AS value', 'MS1005 1:13 expected a name, found the reserved word value | write it in backquotes: `value`'],
  ['SELECT a.value FROM t', 'MS1005 1:10 expected a name, found the reserved word value | write it in backquotes: `value`'],
  [
    'SELECT date FROM t',
    'MS1005 1:8 expected an expression, found the reserved word date | if it is a name, write it in backquotes: `date`',
  ],
  [
    'CREATE TABLE t (timestamp TIMESTAMP(3))',
    'MS1005 1:17 expected a name, found the reserved word timestamp | write it in backquotes: `timestamp`',
  ],
  ['SELEC 1', 'MS1001 1:1 expected a statement, found "SELEC" | did you mean SELECT?'],
  ['foo', 'MS1001 1:1 expected a statement, found "foo" | statements begin with a word such as SELECT, INSERT, CREATE, SET or EXPLAIN'],
  ['SELECT a FORM t', 'MS1001 1:15 expected ";" or the end of the statement, found "t" | did you mean FROM instead of FORM?'],
  ['SELECT a FROM t u WEHRE x', 'MS1001 1:19 expected ";" or the end of the statement, found "WEHRE" | did you mean WHERE?'],
  ['SELECT a b c FROM t', 'MS1001 1:12 expected ";" or the end of the statement, found "c" | is a comma or an operator missing before it?'],
  ['SELECT a, FROM t', 'MS1001 1:11 expected an expression, found "FROM" | remove the comma before it'],
  ['SELECT a WHERE b', 'MS1001 1:10 expected FROM, found "WHERE"'],
  ['CREATE TABLE t (a INT,)', 'MS1001 1:23 expected a name, found ")" | remove the comma before it'],
  ['CREATE TABLE t (a INT b INT)', 'MS1001 1:23 expected ")" or ",", found "b"'],
  ["CREATE TABLE t (a INT) WITH (connector = 'x')", "MS1001 1:30 expected an option as 'key' = 'value', found \"connector\""],
  ["CREATE TABLE t (a INT) WITH ('connector' 'x')", 'MS1001 1:42 expected "=", found \'x\''],
  [
    'CREATE TABLE t (a INTERVAL DAY)',
    'MS1001 1:19 INTERVAL can only be the type of a CAST | store it as BIGINT milliseconds or INT months',
  ],
  [
    'SELECT CAST(a AS INT NOT NULL)',
    'MS1001 1:22 the type here says nothing about nulls | leave out NOT NULL: a cast keeps the nulls of its operand',
  ],
  ['SELECT 1 == 1', 'MS1001 1:11 expected an expression, found "=" | equality is written with one ='],
  ['SELECT 1 != 1', 'MS1001 1:10 expected ";" or the end of the statement, found "!=" | inequality is written with <>'],
  ['SELECT a::INT', 'MS1001 1:9 expected ";" or the end of the statement, found ":" | write CAST(value AS type)'],
  ['SELECT ?', 'MS1001 1:8 expected an expression, found "?" | parameters are not supported; write the value itself'],
  ['SELECT "a"', 'MS1003 1:8 unexpected character """ | text is written in single quotes, names in backquotes'],
  ['SELECT \u0001', 'MS1003 1:8 unexpected character U+0001'],
  ["SELECT 'abc", "MS1002 1:8 the text that starts here is not closed | close it with '"],
  ['SELECT `abc\n`', 'MS1002 1:8 the name that starts here is not closed on its line | close it with `'],
  ['SELECT 1 /* x', 'MS1002 1:10 the comment that starts here is not closed | close it with */'],
  ['SELECT ``', 'MS1003 1:8 a name in backquotes cannot be empty'],
  ["SELECT X'123'", 'MS1004 1:8 bytes are written in pairs of hex digits'],
  ["SELECT X'zz'", 'MS1004 1:8 bytes are written in hex digits'],
  ["SELECT U&'\\00zz'", 'MS1004 1:8 \\ must be followed by four hex digits'],
  ["SELECT DATE '2024-13'", "MS1004 1:13 '2024-13' is not a DATE | write it like DATE '2024-01-31'"],
  ["SELECT INTERVAL '1' DAY TO YEAR", 'MS1001 1:28 an interval of DAY cannot go TO YEAR | it can go TO HOUR or MINUTE or SECOND'],
  [
    'SELECT VARCHAR(3)',
    'MS1005 1:8 expected an expression, found the reserved word VARCHAR | if it is a name, write it in backquotes: `VARCHAR`',
  ],
  ['CREATE TABLE t (a VARCHAR(99999999999))', 'MS1004 1:27 99999999999 is too large here'],
  ['SELECT * FROM SELECT 1', 'MS1001 1:15 SELECT needs parentheses here | write FROM (SELECT ...) AS name'],
  ['SELECT * FROM (a)', 'MS1001 1:16 expected a query or a join in the parentheses | a single table needs no parentheses'],
  ['SELECT a MINUS SELECT b', 'MS1001 1:10 MINUS is not supported between queries | write EXCEPT'],
  ['SELECT a LIMIT 1, 2', 'MS1001 1:17 LIMIT takes one number | write LIMIT count OFFSET start'],
  ['SELECT a OFFSET 1 LIMIT 2', 'MS1001 1:19 OFFSET stands before LIMIT | write LIMIT before OFFSET'],
  ['SELECT LISTAGG(a ORDER BY b)', 'MS1001 1:18 ORDER BY cannot stand here | write it behind the call: WITHIN GROUP (ORDER BY ...)'],
  ['SELECT SUM(a) OVER PARTITION BY b', 'MS1001 1:20 expected "(" or the name of a window, found "PARTITION"'],
  ['SELECT COUNT(DISTINCT)', 'MS1001 1:22 expected an expression, found ")"'],
  ['SELECT (*)', 'MS1001 1:9 expected an expression, found "*"'],
  ['SELECT (1', 'MS1001 1:10 expected ")" or ",", found the end of the text'],
  ['SELECT CASE WHEN a THEN b', 'MS1001 1:26 expected WHEN, ELSE or END, found the end of the text'],
  ['INSERT t SELECT 1', 'MS1001 1:8 expected INTO or OVERWRITE, found "t"'],
  ['MERGE INTO t', 'MS1001 1:1 MERGE is not supported | write INSERT INTO a table with a primary key'],
  ['STATEMENT SET BEGIN END', 'MS1001 1:1 STATEMENT SET is not a statement of its own | write EXECUTE STATEMENT SET BEGIN ... END'],
  ['EXECUTE STATEMENT SET BEGIN INSERT INTO t SELECT 1 END', 'MS1001 1:52 expected ";", found "END"'],
  ['DESCRIBE TABLE t', 'MS1001 1:10 DESCRIBE takes the name of a table or view | leave out TABLE'],
  ['CREATE OR ALTER TABLE t (a INT)', 'MS1001 1:17 CREATE OR ALTER TABLE is not supported | leave out OR ALTER'],
  ['CREATE TEMPORARY DATABASE d', 'MS1001 1:18 CREATE TEMPORARY DATABASE is not supported | leave out TEMPORARY'],
  ["STOP JOB 'x' WITH DRAIN", 'MS1001 1:14 WITH DRAIN stands only behind WITH SAVEPOINT'],
  ['ALTER TABLE t RENME TO u', 'MS1001 1:15 expected RENAME, SET, RESET, ADD, MODIFY or DROP, found "RENME" | did you mean RENAME?'],
  ['EXPLAIN CHANGELOG_MOD SELECT 1', expect.stringContaining('| did you mean CHANGELOG_MODE?')],
  ['SHOW TABELS', expect.stringContaining('| did you mean TABLES?')],
];

describe('an error of the parser', () => {
  it.each(refused)('%s', (text, expected) => {
    const error = errorOf(text);
    const hint = error.hint === undefined ? '' : ` | ${error.hint}`;
    expect(`${error.code} ${error.span?.line}:${error.span?.column} ${error.message}${hint}`).toEqual(expected);
    expect(error.source).toBe(text);
  });

  it('reports the first error of the text, though a later one is lexical', () => {
    expect(errorOf("SELECT FROM t; SELECT 'abc").code).toBe('MS1001');
  });
});
