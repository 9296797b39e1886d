import type { Random } from '../../src/common/random.ts';

/** Rules of the dialect: `<name>` stands for another rule, `[...]` for a part that may be missing, everything else for itself. */
const rules: Readonly<Record<string, readonly string[]>> = {
  statement: [
    '<query>',
    '<query>',
    '<query>',
    'INSERT INTO <table> [<columns>] <query>',
    'INSERT OVERWRITE <table> [PARTITION ( <name> = <literal> )] <query>',
    'CREATE [TEMPORARY] TABLE [IF NOT EXISTS] <table> ( <elements> ) [COMMENT <string>] [PARTITIONED BY <columns>] [WITH <options>]',
    'CREATE TABLE <table> [WITH <options>] AS <query>',
    'CREATE TABLE <table> ( <elements> ) LIKE <table> [( INCLUDING ALL EXCLUDING OPTIONS )]',
    'CREATE [OR REPLACE] [TEMPORARY] VIEW <table> [<columns>] AS <query>',
    'CREATE TEMPORARY SYSTEM FUNCTION <name> AS <string> [LANGUAGE PYTHON]',
    'EXPLAIN [CHANGELOG_MODE , ESTIMATED_COST] <query>',
    'EXECUTE STATEMENT SET BEGIN INSERT INTO <table> <query> ; INSERT INTO <table> <query> ; END',
    'ALTER TABLE <table> ADD ( <column> [FIRST] , <column> )',
    'ALTER TABLE <table> RENAME <name> TO <name>',
    'ALTER TABLE <table> SET <options>',
    'DROP TABLE IF EXISTS <table>',
    'DESCRIBE <table>',
    'SHOW TABLES [FROM <table>] [NOT LIKE <string>]',
    'SET <string> = <string>',
    'SET a.b = <number>',
    'UPDATE <table> SET <name> = <value> [WHERE <value>]',
    'DELETE FROM <table> [WHERE <value>]',
    'CALL <table> ( <value> , <name> => <value> )',
    'ANALYZE TABLE <table> COMPUTE STATISTICS FOR COLUMNS <name>',
  ],
  query: [
    '<select> [<tail>]',
    '<select> [<tail>]',
    '<select> <setop> <select> [<tail>]',
    '<select> <setop> <select> <setop> <select>',
    '( <query> ) <setop> ( <query> ) [<tail>]',
    'WITH <name> [<columns>] AS ( <query> ) <select> [<tail>]',
    'VALUES ( <value> , <value> ) , ( <value> , <value> )',
    'TABLE <table>',
  ],
  tail: [
    'ORDER BY <value> [DESC] [NULLS LAST]',
    'LIMIT <number>',
    'ORDER BY <name> , <value> LIMIT 5 OFFSET 2',
    'OFFSET 1 ROWS FETCH NEXT 3 ROWS ONLY',
  ],
  setop: ['UNION', 'UNION ALL', 'INTERSECT', 'INTERSECT ALL', 'EXCEPT', 'EXCEPT ALL'],
  select: [
    'SELECT [DISTINCT] <items>',
    'SELECT [DISTINCT] <items> FROM <from>',
    'SELECT <items> FROM <from> WHERE <value>',
    'SELECT <items> FROM <from> [WHERE <value>] GROUP BY <group> [HAVING <value>]',
    'SELECT <items> FROM <from> WINDOW <name> AS <window> QUALIFY <value>',
    "SELECT /*+ STATE_TTL ( 't' = '1d' ) , BROADCAST ( t ) */ <items> FROM <from>",
  ],
  items: ['*', '<name> . *', '<value>', '<value> AS <name>', '<value> <name> , <items>', '<value> , <items>'],
  group: [
    '<value>',
    '<value> , <group>',
    '( )',
    '( <value> , <value> )',
    'ROLLUP ( <name> , ( <name> , <name> ) )',
    'GROUPING SETS ( ( <name> ) , ( ) )',
    'CUBE ( <name> )',
  ],
  from: [
    '<source>',
    '<source>',
    '<source> , <source>',
    '<source> [LEFT] JOIN <source> ON <value>',
    '<source> FULL OUTER JOIN <source> USING ( <name> )',
    '<source> CROSS JOIN <source>',
    '<source> NATURAL JOIN <source>',
    '<source> JOIN ( <source> JOIN <source> ON <value> ) ON <value>',
    '( <from> JOIN <source> ON <value> )',
  ],
  source: [
    '<table> [AS <name>]',
    '<table> <name> ( <name> , <name> )',
    "<table> /*+ OPTIONS ( 'a' = 'b' ) */ [<name>]",
    '<table> FOR SYSTEM_TIME AS OF <value> [AS <name>]',
    '( <query> ) [AS <name>]',
    'LATERAL TABLE ( <name> ( <value> ) ) AS <name> ( <name> )',
    "TABLE ( TUMBLE ( TABLE <table> , DESCRIPTOR ( <name> ) , INTERVAL '1' MINUTE ) )",
    "HOP ( DATA => TABLE <table> , TIMECOL => DESCRIPTOR ( <name> ) , SLIDE => INTERVAL '1' MINUTE , SIZE => INTERVAL '5' MINUTES ) [AS <name>]",
    '<name> ( TABLE <table> PARTITION BY ( <name> , <name> ) ORDER BY <name> , <value> )',
    'UNNEST ( <value> ) [WITH ORDINALITY] AS <name> ( <name> )',
    '<table> TABLESAMPLE BERNOULLI ( 10 )',
    '<table> MATCH_RECOGNIZE ( PARTITION BY <name> ORDER BY <name> MEASURES <value> AS <name> ONE ROW PER MATCH AFTER MATCH SKIP <skip> PATTERN ( <pattern> ) DEFINE <name> AS <value> ) [AS <name>]',
  ],
  skip: ['PAST LAST ROW', 'TO NEXT ROW', 'TO LAST A', 'TO FIRST B'],
  pattern: [
    'A',
    'A <pattern>',
    'A +',
    'B * ?',
    'C { 2 , 3 }',
    '( <pattern> | <pattern> ) ?',
    '( <pattern> ) { 2 , }',
    'PERMUTE ( A , B )',
    '{ - A - }',
  ],
  window: [
    '( PARTITION BY <value> ORDER BY <value> )',
    '( ORDER BY <value> DESC ROWS BETWEEN 3 PRECEDING AND CURRENT ROW )',
    '( )',
    "( ORDER BY <name> RANGE BETWEEN INTERVAL '1' HOUR PRECEDING AND CURRENT ROW )",
  ],
  value: [
    '<name>',
    '<name>',
    '<name>',
    '<literal>',
    '<literal>',
    '<name> . <name>',
    '<value> <operator> <value>',
    '<value> <operator> <value>',
    '<value> AND <value>',
    '<value> OR <value>',
    'NOT <value>',
    '- <value>',
    '+ <value>',
    '( <value> )',
    '( <value> , <value> )',
    '<value> IS [NOT] <test>',
    '<value> IS [NOT] DISTINCT FROM <value>',
    '<value> [NOT] BETWEEN <value> AND <value>',
    '<value> [NOT] IN ( <value> , <value> )',
    '<value> [NOT] IN ( <query> )',
    "<value> [NOT] LIKE <value> [ESCAPE '!']",
    '<value> [NOT] SIMILAR TO <value>',
    '<value> <comparison> ANY ( <query> )',
    'EXISTS ( <query> )',
    '( <query> )',
    'CASE WHEN <value> THEN <value> [ELSE <value>] END',
    'CASE <value> WHEN <value> , <value> THEN <value> ELSE <value> END',
    'CAST ( <value> AS <type> )',
    'TRY_CAST ( <value> AS <type> )',
    '<function> ( <value> )',
    '<function> ( <value> , <value> )',
    '<aggregate> ( [DISTINCT] <value> ) [FILTER ( WHERE <value> )]',
    '<aggregate> ( <value> ) OVER <window>',
    'LISTAGG ( <value> ) WITHIN GROUP ( ORDER BY <value> )',
    'COUNT ( * )',
    '<value> [ <value> ]',
    '<function> ( <value> ) . <name>',
    'ROW ( <value> , <value> )',
    'ARRAY [ <value> , <value> ]',
    'MAP [ <value> , <value> ]',
    'EXTRACT ( <unit> FROM <value> )',
    'TRIM ( [BOTH] <value> FROM <value> )',
    'SUBSTRING ( <value> FROM <value> FOR <value> )',
    'POSITION ( <value> IN <value> )',
    'OVERLAY ( <value> PLACING <value> FROM <value> )',
    'FLOOR ( <value> TO <unit> )',
    'TIMESTAMPDIFF ( <unit> , <value> , <value> )',
    'CURRENT_TIMESTAMP',
    'INTERVAL ( <value> ) <unit>',
    "JSON_VALUE ( <value> , 'lax $.a' RETURNING <type> NULL ON EMPTY DEFAULT <literal> ON ERROR )",
    'JSON_OBJECT ( KEY <string> VALUE <value> ABSENT ON NULL )',
    "JSON_QUERY ( <value> , '$.a' WITH CONDITIONAL ARRAY WRAPPER EMPTY ARRAY ON ERROR )",
  ],
  operator: ['+', '-', '*', '/', '%', '||', '=', '<>', '<', '<=', '>', '>='],
  comparison: ['=', '<>', '<', '>='],
  test: ['NULL', 'TRUE', 'FALSE', 'UNKNOWN', 'JSON', 'JSON ARRAY'],
  unit: ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND'],
  function: ['f', 'UPPER', 'abs', 'COALESCE', 'IF', 'db.f', 'LEFT', 'MOD', '`left`'],
  aggregate: ['COUNT', 'SUM', 'max', 'FIRST_VALUE', 'ARRAY_AGG'],
  literal: [
    '<number>',
    '<number>',
    '<string>',
    'TRUE',
    'NULL',
    "DATE '2024-02-29'",
    "TIMESTAMP '2024-02-29 01:02:03.456'",
    "INTERVAL '1-2' YEAR TO MONTH",
    "INTERVAL - '5' DAY(3)",
    "X'00ff'",
    "U&'\\00e9'",
    'UNKNOWN',
  ],
  number: ['0', '1', '42', '1.5', '.5', '1e3', '1.5E-7', '12345678901234567890'],
  string: ["'a'", "''", "'it''s'", "'x -- y'", "'/* ; */'", "'é\n`'"],
  type: [
    'INT',
    'BIGINT NOT NULL',
    'DECIMAL(10, 2)',
    'VARCHAR(3)',
    'STRING',
    'TIMESTAMP(3)',
    'TIMESTAMP(3) WITH LOCAL TIME ZONE',
    'ARRAY<<type>>',
    'MAP<STRING, <type>>',
    "ROW<<name> <type>, b INT 'comment'>",
    '<type> ARRAY',
    'INTERVAL DAY TO SECOND(3)',
    'BYTES',
    'DOUBLE PRECISION',
  ],
  name: ['a', 'b', 'price', 'order_id', '`group`', '`a``b`', 'A', 'é', 'year_', 'data', 'type', '`x y`', '$x'],
  table: ['t', 'db.t', 'cat.db.t', '`table`', 'orders'],
  columns: ['( <name> )', '( <name> , <name> )'],
  options: ["( 'connector' = 'x' )", "( 'a' = 'b' , 'it''s' = <string> )"],
  elements: [
    '<column>',
    '<column> , <elements>',
    '<column> , PRIMARY KEY <columns> NOT ENFORCED',
    "<column> , WATERMARK FOR <name> AS <name> - INTERVAL '5' SECOND",
  ],
  column: [
    '<name> <type>',
    '<name> <type> COMMENT <string>',
    '<name> AS <value>',
    "<name> <type> METADATA [FROM 'k'] [VIRTUAL]",
    '<name> <type> PRIMARY KEY NOT ENFORCED',
  ],
};

/** Which choices of a rule lead to no deeper rule of the same kind: what is left when a text is deep enough. */
const shallow: Readonly<Record<string, number>> = {
  query: 1,
  value: 6,
  items: 4,
  from: 1,
  source: 2,
  type: 6,
  pattern: 1,
  elements: 1,
  group: 1,
  statement: 3,
};

const placeholder = /<([a-z]+)>/;

/** Makes a random statement that the dialect's grammar allows, with rules nested to about `depth` levels. */
export function randomStatement(random: Random, depth: number): string {
  return expand('statement', random, depth);
}

function expand(rule: string, random: Random, depth: number): string {
  const choices = rules[rule] ?? [];
  const count = depth > 0 ? choices.length : (shallow[rule] ?? choices.length);
  const chosen = choices[random.below(count)] ?? '';
  return fill(dropOptional(chosen, random, depth), random, depth - 1);
}

/** Leaves out parts in brackets at random. Brackets that stand for themselves have blanks inside. */
function dropOptional(text: string, random: Random, depth: number): string {
  return text.replace(/\[(?! )([^[\]]*[^ [\]])\]/g, (_all, part: string) => (depth > 0 && random.below(2) === 0 ? part : ''));
}

function fill(template: string, random: Random, depth: number): string {
  let rest = template;
  let text = '';
  for (let found = placeholder.exec(rest); found !== null; found = placeholder.exec(rest)) {
    text += rest.slice(0, found.index) + expand(found[1] ?? '', random, depth);
    rest = rest.slice(found.index + found[0].length);
  }
  return text + rest;
}
