import type { Random } from '../../../src/common/random.ts';

/** Kinds of values an expression can have; within a kind any expression can stand for another. */
export type Kind = 'number' | 'text' | 'boolean' | 'date' | 'time' | 'timestamp' | 'months' | 'milliseconds';

const LEAVES: Readonly<Record<Kind, readonly string[]>> = {
  number: [
    ...['id', 'tiny', 'small', 'whole', 'long', 'single', 'dbl', 'price', 'wide'],
    ...['0', '1', '-1', '2', '7', '100', '2147483647', '9223372036854775807', '0.5', '-1.25', '0.01', '1E0', '-2.5E0', '1E10'],
    ...['CAST(NULL AS INT)', 'CAST(NULL AS DOUBLE)', 'CAST(3 AS TINYINT)', 'CAST(1.5 AS FLOAT)', 'CAST(12.345 AS DECIMAL(20, 5))'],
  ],
  text: ['name', 'code', "'a'", "''", "'ada'", "'Zoë 🐟'", "' x '", "'%'", "'12'", 'CAST(NULL AS STRING)'],
  boolean: ['flag', 'TRUE', 'FALSE', 'CAST(NULL AS BOOLEAN)'],
  date: ['born', "DATE '2024-02-29'", "DATE '1999-12-31'", 'CAST(NULL AS DATE)'],
  time: ['clock', "TIME '10:20:30'", "TIME '00:00:00'"],
  timestamp: ['moment', 'nano', "TIMESTAMP '2024-02-29 10:20:30.123'", "TIMESTAMP '1999-12-31 23:59:59'"],
  months: ["INTERVAL '1' MONTH", "INTERVAL '2' YEAR", "INTERVAL -'13' MONTH"],
  milliseconds: ["INTERVAL '1' DAY", "INTERVAL '2' HOUR", "INTERVAL -'90' MINUTE", "INTERVAL '1.5' SECOND"],
};

/** Each `<kind>` in a form is another expression of that kind. */
const FORMS: Readonly<Record<Kind, readonly string[]>> = {
  number: [
    ...['(<number> + <number>)', '(<number> - <number>)', '(<number> * <number>)', '(<number> / <number>)', '(<number> % <number>)'],
    ...['-<number>', 'ABS(<number>)', 'SIGN(<number>)', 'ROUND(<number>, 1)', 'ROUND(<number>)', 'TRUNCATE(<number>, 1)'],
    ...['CEIL(<number>)', 'FLOOR(<number>)', 'MOD(<number>, 7)', 'COALESCE(<number>, <number>)', 'NULLIF(<number>, <number>)'],
    ...[
      'CASE WHEN <boolean> THEN <number> ELSE <number> END',
      'CASE WHEN <boolean> THEN <number> END',
      'IF(<boolean>, <number>, <number>)',
    ],
    ...[
      'CHAR_LENGTH(<text>)',
      'POSITION(<text> IN <text>)',
      'EXTRACT(YEAR FROM <date>)',
      'EXTRACT(DAY FROM <timestamp>)',
      'HOUR(<timestamp>)',
    ],
    ...['CAST(<number> AS INT)', 'CAST(<number> AS BIGINT)', 'CAST(<number> AS DECIMAL(30, 3))', 'CAST(<number> AS DOUBLE)'],
    ...['CAST(<number> AS SMALLINT)', 'TRY_CAST(<text> AS INT)', 'CAST(<number> AS FLOAT)', 'TIMESTAMPDIFF(DAY, <timestamp>, <timestamp>)'],
    ...['GREATEST(<number>, <number>)', 'LEAST(<number>, <number>)', 'CAST(<boolean> AS INT)'],
  ],
  text: [
    ...[
      '(<text> || <text>)',
      'UPPER(<text>)',
      'LOWER(<text>)',
      'TRIM(<text>)',
      'SUBSTRING(<text> FROM 2 FOR 3)',
      'REPLACE(<text>, <text>, <text>)',
    ],
    ...[
      'COALESCE(<text>, <text>)',
      'NULLIF(<text>, <text>)',
      'CASE WHEN <boolean> THEN <text> ELSE <text> END',
      'IF(<boolean>, <text>, <text>)',
    ],
    ...[
      'CAST(<number> AS STRING)',
      'CAST(<boolean> AS STRING)',
      'CAST(<date> AS STRING)',
      'CAST(<timestamp> AS STRING)',
      'CAST(<text> AS CHAR(3))',
    ],
    ...['LEFT(<text>, 2)', 'RIGHT(<text>, 2)', 'REVERSE(<text>)', 'CONCAT(<text>, <text>)', 'CAST(<text> AS VARCHAR(4))'],
    ...['CAST(<time> AS STRING)', "DATE_FORMAT(<timestamp>, 'yyyy-MM-dd HH:mm')", 'INITCAP(<text>)', "CONCAT_WS('-', <text>, <text>)"],
  ],
  boolean: [
    ...['(<number> = <number>)', '(<number> <> <number>)', '(<number> < <number>)', '(<number> >= <number>)', '(<text> = <text>)'],
    ...['(<text> < <text>)', '(<date> < <date>)', '(<timestamp> >= <timestamp>)', '(<date> = <timestamp>)', '(<time> > <time>)'],
    ...['(<boolean> AND <boolean>)', '(<boolean> OR <boolean>)', '(NOT <boolean>)', '(<number> IS NULL)', '(<text> IS NOT NULL)'],
    ...['(<boolean> IS TRUE)', '(<boolean> IS NOT FALSE)', '(<boolean> IS UNKNOWN)', '(<number> IS DISTINCT FROM <number>)'],
    ...[
      '(<number> BETWEEN <number> AND <number>)',
      '(<number> IN (1, 2, 100))',
      '(<text> NOT IN (<text>, <text>))',
      "(<text> LIKE '%a_%')",
    ],
    ...[
      '(<text> NOT LIKE <text>)',
      '(<number> NOT BETWEEN <number> AND <number>)',
      '(<boolean> = <boolean>)',
      '(<milliseconds> > <milliseconds>)',
    ],
    ...["(<number> >= '5')", '(<number> IN (<number>, <number>))', '(<text> IS NOT DISTINCT FROM <text>)', "(<text> SIMILAR TO '[a-z]+')"],
  ],
  date: [
    '(<date> + <months>)',
    '(<date> - <months>)',
    "(<date> + INTERVAL '3' DAY)",
    'CAST(<timestamp> AS DATE)',
    'COALESCE(<date>, <date>)',
  ],
  time: ['CAST(<timestamp> AS TIME)', "(<time> + INTERVAL '90' MINUTE)", 'COALESCE(<time>, <time>)'],
  timestamp: [
    ...['(<timestamp> + <milliseconds>)', '(<timestamp> - <months>)', 'CAST(<date> AS TIMESTAMP(3))', 'CAST(<timestamp> AS TIMESTAMP(3))'],
    ...['COALESCE(<timestamp>, <timestamp>)', 'FLOOR(<timestamp> TO DAY)', 'TIMESTAMPADD(HOUR, 5, <timestamp>)'],
  ],
  months: ['(<months> + <months>)', '(<months> - <months>)', '-<months>'],
  milliseconds: ['(<milliseconds> + <milliseconds>)', '-<milliseconds>'],
};

const RESULTS: readonly Kind[] = ['number', 'number', 'number', 'text', 'boolean', 'boolean', 'date', 'timestamp', 'time'];

const pick = <T>(random: Random, items: readonly T[]): T => items[random.below(items.length)]!;

/** An expression over the columns of VALUES_TABLE, with at most `depth` operators inside each other. */
export function generateExpression(random: Random, depth: number, kind: Kind = pick(random, RESULTS)): string {
  if (depth === 0 || random.next() < 0.15) return pick(random, LEAVES[kind]);
  return pick(random, FORMS[kind]).replace(/<(\w+)>/g, (_, inner: string) => generateExpression(random, depth - 1, inner as Kind));
}
