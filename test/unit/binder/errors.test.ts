import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/api/session.ts';
import { StreamError } from '../../../src/common/errors.ts';

const SETUP = `
  CREATE TABLE trips (id BIGINT, city STRING, fare DECIMAL(10, 2), ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
    WITH ('connector' = 'filesystem', 'path' = 'trips.ndjson', 'format' = 'json');
  CREATE TABLE plain (id BIGINT, city STRING, at_time TIMESTAMP(3), home ROW<street STRING, code INT>)
    WITH ('connector' = 'filesystem', 'path' = 'plain', 'format' = 'json');
  CREATE TABLE endless (id BIGINT, n INT) WITH ('connector' = 'datagen');
  CREATE TABLE files (city STRING, n BIGINT) WITH ('connector' = 'filesystem', 'path' = 'o', 'format' = 'json');
  CREATE TABLE strict_sink (city STRING NOT NULL, n BIGINT) WITH ('connector' = 'blackhole');
  CREATE TABLE updated (id INT PRIMARY KEY NOT ENFORCED, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'upsert-kafka',
    'topic' = 't', 'properties.bootstrap.servers' = 'localhost:1', 'key.format' = 'json', 'value.format' = 'json');
  CREATE TABLE lists (id BIGINT, xs ARRAY<INT>) WITH ('connector' = 'filesystem', 'path' = 'l', 'format' = 'json');
  CREATE VIEW cities AS SELECT DISTINCT city FROM trips;`;

/** A statement, its error's code with line:column, its message, and its hint if it has one. */
type Case = readonly [sql: string, place: string, message: string, hint?: string];

const CASES: readonly (readonly [about: string, cases: readonly Case[]])[] = [
  [
    'table functions',
    [
      ['SELECT * FROM trips, UNNEST(city) AS u', 'MS1240 1:29', 'UNNEST takes an ARRAY, a MAP or a MULTISET, not STRING'],
      [
        'SELECT * FROM lists RIGHT JOIN UNNEST(xs) AS u ON TRUE',
        'MS1241 1:15',
        'a table function is not joined like this',
        'write CROSS JOIN, JOIN ... ON a condition, or LEFT JOIN ... ON TRUE',
      ],
      [
        'SELECT * FROM lists LEFT JOIN UNNEST(xs) AS u (x) ON x > 1',
        'MS1241 1:15',
        'a table function is not joined like this',
        'write CROSS JOIN, JOIN ... ON a condition, or LEFT JOIN ... ON TRUE',
      ],
      ['SELECT * FROM lists, UNNEST(xs) AS u (x, y)', 'MS1206 1:39', '2 names for 1 columns: EXPR$0'],
      ['SELECT * FROM UNNEST(xs) AS u, lists', 'MS1103 1:22', 'there is no column xs', 'there are no columns here'],
    ],
  ],
  [
    'names',
    [
      ['SELECT * FROM trip', 'MS1101 1:15', 'there is no table trip', 'did you mean trips?'],
      [
        'SELECT * FROM nothing_like_it',
        'MS1101 1:15',
        'there is no table nothing_like_it',
        'there are: cities, endless, files, lists, plain, strict_sink, trips, updated',
      ],
      ['SELECT * FROM db.trips', 'MS1101 1:15', 'there is no db', 'there is one database: default_catalog.default_database'],
      ['SELECT citi FROM trips', 'MS1103 1:8', 'there is no column citi', 'did you mean city?'],
      ['SELECT zzz FROM trips', 'MS1103 1:8', 'there is no column zzz', 'there are: id, city, fare, ts'],
      ['SELECT CITY FROM trips', 'MS1103 1:8', 'there is no column CITY', 'did you mean city?'],
      ['SELECT t.citi FROM trips AS t', 'MS1103 1:8', 'there is no column citi', 'did you mean city?'],
      ['SELECT x.city FROM trips AS t', 'MS1103 1:8', 'there is no table or column x', 'did you mean t?'],
      ['SELECT x.* FROM trips AS t', 'MS1101 1:8', 'there is no table x to take * from', 'did you mean t?'],
      ['SELECT home.strete FROM plain', 'MS1105 1:13', 'the ROW has no field strete', 'did you mean street?'],
      ['SELECT id.street FROM plain', 'MS1105 1:11', 'street is no field: its left side is BIGINT, not a ROW'],
      [
        'SELECT a FROM (SELECT id AS a, id AS b FROM trips) AS t (a, a)',
        'MS1104 1:8',
        'column a is ambiguous',
        'write the table before it: t.a, or give the columns names that differ',
      ],
      ['SELECT UPER(city) FROM trips', 'MS1106 1:8', 'there is no function UPER', 'did you mean UPPER?'],
      ['SELECT no_such_function_at_all(1)', 'MS1106 1:8', 'there is no function NO_SUCH_FUNCTION_AT_ALL'],
      [
        "SELECT * FROM TUMBLE(TABLE trips, DESCRIPTOR(tss), INTERVAL '1' MINUTE)",
        'MS1103 1:46',
        'there is no column tss',
        'did you mean ts?',
      ],
      [
        "SELECT * FROM TUMBLE(TABLE trip, DESCRIPTOR(ts), INTERVAL '1' MINUTE)",
        'MS1101 1:28',
        'there is no table trip',
        'did you mean trips?',
      ],
      ['SELECT id FROM trips ORDER BY nothing', 'MS1103 1:31', 'there is no column nothing', 'there are: id, city, fare, ts'],
      ['SELECT CAST(id AS NO_SUCH_TYPE) FROM trips', 'MS1102 1:19', 'there is no type NO_SUCH_TYPE'],
      ['SELECT CAST(id AS BIGIN) FROM trips', 'MS1102 1:19', 'there is no type BIGIN', 'did you mean BIGINT?'],
      ['SELECT 1e400', 'MS1004 1:8', 'the number 1e400 is out of range'],
      ['INSERT INTO files (city, m) SELECT city, id FROM trips', 'MS1103 1:26', 'table files has no column m to write', 'did you mean n?'],
      ['INSERT INTO file SELECT city, id FROM trips', 'MS1101 1:13', 'there is no table file', 'did you mean files?'],
      ['SELECT LISTINGS(city) FROM trips', 'MS1106 1:8', 'there is no function LISTINGS'],
      ['SELECT user FROM trips', 'MS1106 1:8', 'there is no function USER', 'did you mean UPPER?'],
      [
        "CREATE TABLE trips (id INT) WITH ('connector' = 'datagen')",
        'MS1107 1:14',
        'there is already a table trips',
        'write CREATE ... IF NOT EXISTS, or DROP it first',
      ],
      ["CREATE TABLE t (id INT, id INT) WITH ('connector' = 'datagen')", 'MS1107 1:25', 'column id is declared twice'],
      [
        "CREATE TABLE t (id INT, PRIMARY KEY (ix) NOT ENFORCED) WITH ('connector' = 'datagen')",
        'MS1103 1:14',
        'there is no column ix for the primary key',
        'did you mean id?',
      ],
      [
        "CREATE TABLE t (ts TIMESTAMP(3), WATERMARK FOR tx AS ts) WITH ('connector' = 'datagen')",
        'MS1103 1:54',
        'there is no column tx for the watermark',
      ],
      [
        "CREATE TABLE t (id INT, twice AS idd * 2) WITH ('connector' = 'datagen')",
        'MS1103 1:34',
        'there is no column idd',
        'did you mean id?',
      ],
      ['DROP TABLE tripss', 'MS1101 1:12', 'there is no table tripss', 'did you mean trips?'],
      ['DROP VIEW trips', 'MS1101 1:11', 'trips is a table', 'write DROP TABLE trips'],
      ['DESCRIBE tripz', 'MS1101 1:10', 'there is no table tripz', 'did you mean trips?'],
      ['USE nowhere', 'MS1101 1:1', 'there is no database nowhere', 'there is default_database'],
    ],
  ],
  [
    'options and settings',
    [
      ['INSERT INTO cities SELECT city FROM trips', 'MS1307 1:13', 'cities is a view and cannot be written to'],
      ['INSERT INTO endless SELECT id, 1 FROM trips', 'MS1307 1:13', "connector 'datagen' of table endless cannot be written to"],
      ['SELECT * FROM strict_sink', 'MS1307 1:15', "connector 'blackhole' of table strict_sink cannot be read from", 'it is a sink only'],
      [
        'CREATE TABLE t (id INT)',
        'MS1304 1:14',
        "table t has no 'connector'",
        "add WITH ('connector' = '...'); there are: blackhole, console, datagen, filesystem, kafka, log, nexmark, print, rate, state, upsert-kafka",
      ],
      ["CREATE TABLE t (id INT) WITH ('connector' = 'datagn')", 'MS1305 1:31', "there is no connector 'datagn'", 'did you mean datagen?'],
      [
        "CREATE TABLE t (id INT) WITH ('connector' = 'datagen', 'rows-per-secnd' = '1')",
        'MS1301 1:56',
        "connector 'datagen' has no option 'rows-per-secnd'",
        "did you mean 'rows-per-second'?",
      ],
      [
        "CREATE TABLE t (id INT) WITH ('connector' = 'filesystem', 'path' = 'x')",
        'MS1306 1:31',
        "connector 'filesystem' needs a 'format'",
        'there are: csv, json, raw',
      ],
      [
        "CREATE TABLE t (id INT) WITH ('connector' = 'filesystem', 'path' = 'x', 'format' = 'jsn')",
        'MS1306 1:73',
        "there is no format 'jsn'",
        'did you mean json?',
      ],
      [
        "SET 'table.local-time-zon' = 'UTC'",
        'MS1301 1:5',
        "there is no setting 'table.local-time-zon'",
        'did you mean table.local-time-zone?',
      ],
      [
        "SET 'table.local-time-zone' = 'Mars/Base'",
        'MS1303 1:31',
        "'Mars/Base' is no time zone",
        "take an IANA name such as 'Europe/Berlin', 'UTC', or an offset such as '+01:00'",
      ],
      [
        "SET 'millstream.changelog' = 'sometimes'",
        'MS1303 1:30',
        "option 'millstream.changelog' of SET is 'sometimes', but takes one of 'batch', 'record'",
      ],
    ],
  ],
  [
    'aggregates and grouping',
    [
      [
        'SELECT * FROM trips WHERE COUNT(*) > 1',
        'MS1204 1:27',
        'the aggregate COUNT cannot stand here',
        'aggregates belong into SELECT, HAVING and ORDER BY of a grouped query',
      ],
      [
        'SELECT city, COUNT(*) FROM trips',
        'MS1211 1:8',
        'city is neither grouped nor aggregated',
        'add city to GROUP BY, or aggregate it: MAX(city)',
      ],
      [
        'SELECT city, fare FROM trips GROUP BY city',
        'MS1211 1:14',
        'fare is neither grouped nor aggregated',
        'add fare to GROUP BY, or aggregate it: MAX(fare)',
      ],
      [
        'SELECT city, UPPER(city || fare) FROM trips GROUP BY city',
        'MS1211 1:28',
        'fare is neither grouped nor aggregated',
        'add fare to GROUP BY, or aggregate it: MAX(fare)',
      ],
      ['SELECT * FROM trips GROUP BY city', 'MS1211 1:8', '* cannot stand in a grouped query', 'name the grouped columns'],
      [
        'SELECT city FROM trips GROUP BY city HAVING fare > 1',
        'MS1211 1:45',
        'fare is neither grouped nor aggregated',
        'add fare to GROUP BY, or aggregate it: MAX(fare)',
      ],
      ['SELECT SUM(COUNT(*)) FROM trips', 'MS1204 1:12', 'an aggregate inside an aggregate', 'compute the inner one in a sub-query'],
      ['SELECT UPPER(DISTINCT city) FROM trips', 'MS1204 1:8', 'UPPER is no aggregate: DISTINCT, FILTER and WITHIN GROUP do not apply'],
      [
        'SELECT ts FROM trips GROUP BY city',
        'MS1211 1:8',
        'ts is neither grouped nor aggregated',
        'group by a window over it, or aggregate it',
      ],
      ['SELECT DISTINCT id FROM trips ORDER BY fare', 'MS1212 1:40', 'with SELECT DISTINCT, ORDER BY takes columns of the result'],
    ],
  ],
  [
    'types and arguments',
    [
      ['SELECT UPPER(id) FROM trips', 'MS1213 1:8', 'UPPER does not take (BIGINT)', 'it takes UPPER(STRING)'],
      ['SELECT UPPER() FROM trips', 'MS1213 1:8', 'UPPER does not take ()', 'it takes UPPER(STRING)'],
      ['SELECT ABS(1, 2)', 'MS1213 1:8', 'ABS does not take (INT, INT)', 'it takes ABS(NUMERIC)'],
      [
        'SELECT id + city FROM trips',
        'MS1213 1:8',
        '+ does not take (BIGINT, STRING)',
        'it takes +(NUMERIC, NUMERIC) or +(DATETIME, INTERVAL) or +(INTERVAL, INTERVAL)',
      ],
      [
        'SELECT city + city FROM trips',
        'MS1213 1:8',
        '+ does not take (STRING, STRING)',
        'it takes +(NUMERIC, NUMERIC) or +(DATETIME, INTERVAL) or +(INTERVAL, INTERVAL)',
      ],
      ['SELECT NOT id FROM trips', 'MS1205 1:12', 'NOT takes a condition, not BIGINT'],
      ['SELECT * FROM trips WHERE id', 'MS1205 1:27', 'WHERE takes a condition, not BIGINT'],
      ['SELECT * FROM trips WHERE city = id AND fare', 'MS1202 1:27', '= does not compare STRING with BIGINT', 'CAST one of them'],
      ['SELECT city FROM trips GROUP BY city HAVING COUNT(*)', 'MS1205 1:45', 'HAVING takes a condition, not BIGINT'],
      ['SELECT SUM(city) FROM trips', 'MS1213 1:8', 'SUM does not take STRING', 'CAST it to a number: SUM(CAST(... AS DOUBLE))'],
      ['SELECT SUM(*) FROM trips', 'MS1213 1:8', 'SUM does not take *'],
      ['SELECT SUM(id, id) FROM trips', 'MS1213 1:8', 'SUM takes one argument'],
      ['SELECT id FROM trips ORDER BY 3', 'MS1205 1:31', 'ORDER BY 3: there are 1 columns'],
      ['SELECT id FROM trips LIMIT 1.5', 'MS1205 1:28', 'LIMIT takes a whole number'],
      [
        'SELECT id FROM trips UNION ALL SELECT home FROM plain',
        'MS1202 1:1',
        'UNION mixes BIGINT and ROW<`street` STRING, `code` INT>',
        'CAST one of them',
      ],
      ["SELECT * FROM (VALUES (1), ('a')) AS t (a)", 'MS1202 1:16', 'VALUES mixes INT NOT NULL and CHAR(1) NOT NULL', 'CAST one of them'],
      ['SELECT CAST(id AS DATE) FROM trips', 'MS1202 1:8', 'BIGINT cannot be cast to DATE'],
      ['SELECT CAST(id AS DECIMAL(39, 0)) FROM trips', 'MS1201 1:19', 'the precision of DECIMAL must be between 1 and 38, not 39'],
      ["SELECT DATE '2024-02-30'", 'MS1004 1:8', "'2024-02-30' is no DATE", "write it as '2020-01-31'"],
      [
        'SELECT 123456789012345678901234567890123456789',
        'MS1004 1:8',
        'the number 123456789012345678901234567890123456789 is out of range',
      ],
      [
        "SELECT TIMESTAMP '2024-13-01 00:00:00'",
        'MS1004 1:8',
        "'2024-13-01 00:00:00' is no TIMESTAMP",
        "write it as '2020-01-31 10:11:12.123'",
      ],
      ['SELECT IF(id, 1, 2) FROM trips', 'MS1205 1:11', 'IF takes a condition, not BIGINT'],
      ['SELECT NULLIF(id) FROM trips', 'MS1213 1:8', 'NULLIF takes 2 arguments, not 1'],
      ['SELECT city LIKE id FROM trips', 'MS1213 1:8', 'LIKE does not take (STRING, BIGINT)', 'it takes LIKE(STRING, STRING [, STRING])'],
      [
        'SELECT EXTRACT(CENTURY FROM city) FROM trips',
        'MS1213 1:8',
        'EXTRACT does not take (CHAR(7), STRING)',
        'it takes EXTRACT(UNIT, DATETIME) or EXTRACT(UNIT, TIME) or EXTRACT(UNIT, INTERVAL) or EXTRACT(UNIT, INTERVAL)',
      ],
      [
        "SELECT SUBSTRING(city FROM 'x') FROM trips",
        'MS1213 1:8',
        'SUBSTRING does not take (STRING, CHAR(1))',
        'it takes SUBSTRING(STRING, INT [, INT])',
      ],
    ],
  ],
  [
    'windows and time',
    [
      [
        `SELECT window_start, city, COUNT(*) AS n
FROM
TUMBLE(TABLE plain, DESCRIPTOR(at_time), INTERVAL '1' MINUTE) GROUP BY window_start, window_end, city`,
        'MS1203 3:32',
        'TUMBLE needs a time attribute, but "at_time" is TIMESTAMP(3) without a watermark',
        "add WATERMARK FOR at_time AS at_time - INTERVAL '5' SECOND to CREATE TABLE plain",
      ],
      [
        "SELECT * FROM TUMBLE(TABLE trips, DESCRIPTOR(fare), INTERVAL '1' MINUTE)",
        'MS1203 1:46',
        'TUMBLE needs a time attribute, but "fare" is DECIMAL(10, 2)',
        'take a TIMESTAMP(3) column for which CREATE TABLE declares a WATERMARK',
      ],
      ['SELECT * FROM TUMBLE(TABLE trips, DESCRIPTOR(ts))', 'MS1209 1:15', 'the window has no SIZE'],
      [
        "SELECT * FROM TUMBLE(TABLE trips, DESCRIPTOR(ts), INTERVAL '0' MINUTE)",
        'MS1209 1:51',
        "the window's SIZE must be more than zero",
        "write a length of time, for instance INTERVAL '1' MINUTE",
      ],
      [
        "SELECT * FROM TUMBLE(TABLE trips, DESCRIPTOR(ts), INTERVAL '1' MONTH)",
        'MS1209 1:51',
        "SIZE takes an interval of days to seconds, for instance INTERVAL '1' MINUTE",
      ],
      [
        'SELECT * FROM TUMBLE(TABLE trips, DESCRIPTOR(ts), 5)',
        'MS1209 1:51',
        "SIZE takes an interval of days to seconds, for instance INTERVAL '1' MINUTE",
      ],
      [
        "SELECT * FROM TUMBLE(trips, DESCRIPTOR(ts), INTERVAL '1' MINUTE)",
        'MS1209 1:22',
        'a windowing function takes TABLE t as its first argument',
      ],
      [
        "SELECT * FROM HOP(TABLE trips, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '5' SECOND)",
        'MS1209 1:15',
        "a hopping window's size (5000 ms) must be a multiple of its slide (2000 ms)",
      ],
      ["SELECT * FROM HOP(TABLE trips, DESCRIPTOR(ts), INTERVAL '2' SECOND)", 'MS1209 1:15', 'the window has no SIZE'],
      [
        "SELECT * FROM TUMBLE(TABLE trips, DESCRIPTOR(ts), INTERVAL '1' MINUTE, INTERVAL '1' SECOND, 5)",
        'MS1209 1:93',
        'TUMBLE takes DATA, TIMECOL, SIZE, OFFSET',
      ],
      [
        "CREATE TABLE t (id INT, WATERMARK FOR id AS id) WITH ('connector' = 'datagen')",
        'MS1208 1:45',
        'the watermark column id must be TIMESTAMP(p) or TIMESTAMP_LTZ(p) with p <= 3',
      ],
      [
        "CREATE TABLE t (ts TIMESTAMP(6), WATERMARK FOR ts AS ts) WITH ('connector' = 'datagen')",
        'MS1208 1:54',
        'the watermark column ts must be TIMESTAMP(p) or TIMESTAMP_LTZ(p) with p <= 3',
      ],
    ],
  ],
  [
    'what needs input that ends',
    [
      [
        'SELECT * FROM endless ORDER BY id',
        'MS1207 1:32',
        'ORDER BY needs input that ends',
        'this query reads a source without end: leave ORDER BY out, add LIMIT, or bound the source',
      ],
      ['SELECT id, COUNT(*) FROM endless GROUP BY id LIMIT 5', 'MS1207 1:52', 'LIMIT of a result that is updated needs input that ends'],
    ],
  ],
  [
    'columns that must match',
    [
      ['SELECT id, city FROM trips UNION ALL SELECT id FROM trips', 'MS1206 1:38', 'UNION of queries with 2 and 1 columns'],
      ['SELECT * FROM (VALUES (1, 2), (3)) AS t (a, b)', 'MS1206 1:16', 'the rows of VALUES differ in their number of values'],
      [
        "INSERT INTO files PARTITION (city = 'x') SELECT id FROM trips",
        'MS1360 1:30',
        'table files is not partitioned by city',
        'it has no partitions: declare PARTITIONED BY (...)',
      ],
      ['SELECT * FROM (VALUES (1, 2)) AS t (a)', 'MS1206 1:37', '1 names for 2 columns'],
      ['INSERT INTO files SELECT city FROM trips', 'MS1206 1:19', 'the query has 1 columns, table files takes 2', 'it takes (city, n)'],
      [
        'INSERT INTO files SELECT city, id, fare FROM trips',
        'MS1206 1:19',
        'the query has 3 columns, table files takes 2',
        'it takes (city, n)',
      ],
      [
        'INSERT INTO files (city) SELECT city, id FROM trips',
        'MS1206 1:26',
        'the query has 2 columns, table files takes 1',
        'it takes (city, n)',
      ],
      [
        'INSERT INTO files SELECT id, city FROM trips',
        'MS1214 1:19',
        'column city is STRING, the query gives BIGINT',
        'write CAST(... AS STRING)',
      ],
      [
        'INSERT INTO files SELECT city, COUNT(*) FROM trips GROUP BY city',
        'MS1215 1:13',
        'table files takes inserts only, but the query updates its rows',
        "connector 'filesystem' cannot take back a row: aggregate in a window, or write to a sink that takes updates",
      ],
      ['INSERT INTO strict_sink (n) SELECT id FROM trips', 'MS1214 1:1', 'column city is NOT NULL and is not among those written'],
      ['CREATE VIEW v (a, b) AS SELECT id FROM trips', 'MS1206 1:16', '2 names for 1 columns'],
    ],
  ],
  [
    'what is not supported, by name',
    [
      ['SELECT CAST(id AS MULTISET<INT>) FROM trips', 'MS1202 1:8', 'BIGINT cannot be cast to MULTISET<INT>'],
      [
        'INSERT OVERWRITE files SELECT city, id FROM trips',
        'MS1402 1:1',
        'INSERT OVERWRITE runs in batch mode only',
        "SET 'execution.runtime-mode' = 'batch', or write INSERT INTO",
      ],
      [
        'SELECT LAST_VALUE(DISTINCT fare) OVER (PARTITION BY city ORDER BY ts) FROM trips',
        'MS1402 1:8',
        'DISTINCT in LAST_VALUE with OVER is not supported yet',
      ],
      [
        'SELECT * FROM trips AS a FULL JOIN trips AS b ON EXISTS (SELECT 1 FROM plain)',
        'MS1402 1:50',
        'a query in the condition of FULL JOIN is not supported yet',
        'compute its value in a sub-query of one side, and compare with that',
      ],
      [
        'SELECT SUM(SUM(id) + (SELECT 1)) OVER (ORDER BY city) FROM trips GROUP BY city',
        'MS1402 1:22',
        'a query inside an expression is not supported at this place yet',
        'it can stand in SELECT, WHERE, HAVING, ON and aggregates; elsewhere join with it',
      ],
      [
        'SELECT (SELECT home FROM plain) FROM trips',
        'MS1402 1:9',
        'a query as a value of a value of type ROW is not supported yet',
        'take its fields one by one',
      ],
      [
        "SELECT JSON_QUERY(city, '$.a' RETURNING INT) FROM trips",
        'MS1402 1:41',
        'RETURNING another type than STRING and ARRAY<STRING> in a JSON function is not supported yet',
        'CAST what it gives',
      ],
      [
        "SELECT JSON_VALUE(city, '$.a' RETURNING BIGINT) FROM trips",
        'MS1402 1:41',
        'RETURNING BIGINT in a JSON function is not supported yet',
        'it can be STRING, BOOLEAN, INTEGER and DOUBLE; CAST the text that JSON_VALUE gives without it',
      ],
      [
        "SELECT JSON_VALUE(city, '$.a.length()') FROM trips",
        'MS1402 1:25',
        'the JSON path "$.a.length()" cannot be followed: functions such as length() are not supported yet',
      ],
      [
        'SELECT JSON_EXISTS(city, city) FROM trips',
        'MS1402 1:26',
        'a path that is not a constant text in a JSON function is not supported yet',
      ],
      [
        'SELECT * FROM trips MATCH_RECOGNIZE (PARTITION BY city ORDER BY ts MEASURES A.id AS a PATTERN (A) DEFINE A AS A.id > 1) AS m',
        'MS1402 1:15',
        'MATCH_RECOGNIZE is not supported yet',
      ],
      [
        "SELECT COUNT(*) FROM SESSION(TABLE updated, DESCRIPTOR(ts), INTERVAL '1' HOUR) GROUP BY window_start, window_end",
        'MS1402 1:89',
        'sessions of rows that are updated later are not supported yet',
        'put the sessions below what updates their rows, or use TUMBLE',
      ],
      [
        "SELECT city, COUNT(*) FROM SESSION(TABLE trips PARTITION BY city, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_start, window_end, ROLLUP(city)",
        'MS1402 1:113',
        'grouping sets over sessions are not supported yet',
      ],
      ['SELECT * FROM trips TABLESAMPLE SYSTEM (10)', 'MS1402 1:15', 'TABLESAMPLE is not supported yet'],
      ['SELECT * FROM trips QUALIFY id = 1', 'MS1222 1:29', 'QUALIFY without a function OVER a window', 'WHERE is for other conditions'],
      ['WITH RECURSIVE t AS (SELECT 1) SELECT * FROM t', 'MS1402 1:1', 'WITH RECURSIVE is not supported'],
      ['UPDATE trips SET id = 1', 'MS1402 1:1', 'UPDATE is not supported yet'],
      ['DELETE FROM trips', 'MS1402 1:1', 'DELETE is not supported yet'],
      ['TRUNCATE TABLE trips', 'MS1402 1:1', 'TRUNCATE TABLE is not supported yet'],
      ["CREATE CATALOG c WITH ('type' = 'x')", 'MS1402 1:1', 'CREATE CATALOG is not supported yet'],
      ['SELECT city IN (1, home) FROM plain', 'MS1402 1:8', 'IN of a value of type ROW is not supported yet', 'take its fields one by one'],
      ['SELECT DISTINCT COUNT(*) OVER w FROM trips', 'MS1221 1:31', 'there is no window w', 'write WINDOW w AS (...)'],
    ],
  ],
  [
    'grammar and reserved words',
    [
      ['SELECT id FROM trips LIMIT 1 + 1', 'MS1001 1:30', 'expected ";" or the end of the statement, found "+"'],
      ['SELECT city value FROM trips', 'MS1001 1:13', 'expected ";" or the end of the statement, found "value"'],
      ['SELECT city AS at FROM trips', 'MS1005 1:16', 'expected a name, found the reserved word at', 'write it in backquotes: `at`'],
      [
        "CREATE TABLE t (at INT) WITH ('connector' = 'datagen')",
        'MS1005 1:17',
        'expected a name, found the reserved word at',
        'write it in backquotes: `at`',
      ],
      ['SELECT FROM trips', 'MS1001 1:8', 'expected an expression, found "FROM"'],
      [
        'SELECT * FORM trips',
        'MS1001 1:15',
        'expected ";" or the end of the statement, found "trips"',
        'did you mean FROM instead of FORM?',
      ],
      ['SELECT city FROM trips WHERE', 'MS1001 1:29', 'expected an expression, found the end of the text'],
      [
        "CREATE TABLE t (id INT, PRIMARY KEY (id)) WITH ('connector' = 'datagen')",
        'MS1001 1:25',
        'a PRIMARY KEY must say NOT ENFORCED',
        'the data is not ours to check: write PRIMARY KEY (...) NOT ENFORCED',
      ],
      [
        'EXPLAIN DROP TABLE trips',
        'MS1001 1:9',
        'expected SELECT, INSERT, STATEMENT SET, CREATE TABLE, ESTIMATED_COST, CHANGELOG_MODE, JSON_EXECUTION_PLAN, PLAN_ADVICE or CODEGEN, found "DROP"',
      ],
      ['SELECT * EXCEPT (id) FROM trips', 'MS1001 1:18', 'expected SELECT, VALUES or a query in parentheses, found "id"'],
      ['SELECT id FROM trips FETCH FIRST x ROWS ONLY', 'MS1001 1:34', 'expected a number, found "x"'],
    ],
  ],
];

async function errorOf(sql: string, setup = SETUP): Promise<StreamError> {
  const session = await Session.open({ print: () => undefined });
  for (const statement of session.parse(setup)) await session.run(statement, setup);
  try {
    for (const statement of session.parse(sql)) await session.run(statement, sql);
  } catch (error) {
    if (error instanceof StreamError) return error;
    throw error;
  }
  throw new Error(`no error: ${sql}`);
}

const placeOf = ({ code, span }: StreamError): string => `${code} ${span === undefined ? '' : `${span.line}:${span.column}`}`;

describe.each(CASES)('errors of %s', (_, cases) => {
  it.each(cases.map(([sql, place, message, hint]) => ({ sql, place, message, hint })))('$sql', async ({ sql, place, message, hint }) => {
    const error = await errorOf(sql);
    expect([placeOf(error), error.message, error.hint]).toEqual([place, message, hint]);
  });
});

describe('errors', () => {
  it('point at the place in the script that experience.md shows', async () => {
    const script = `CREATE TABLE trips (id BIGINT, ts TIMESTAMP(3)) WITH ('connector' = 'filesystem', 'path' = 'trips.ndjson', 'format' = 'json');
SELECT window_start, COUNT(*) AS trips
FROM TUMBLE(TABLE trips, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_start, window_end;`;
    const error = await errorOf(script, '');
    expect(placeOf(error)).toBe('MS1203 3:37');
    expect(error.message).toBe('TUMBLE needs a time attribute, but "ts" is TIMESTAMP(3) without a watermark');
    expect(error.hint).toBe("add WATERMARK FOR ts AS ts - INTERVAL '5' SECOND to CREATE TABLE trips");
    expect(script.slice(error.span!.start, error.span!.end)).toBe('ts');
    expect(error.source).toBe(script);
  });

  it('in a view point into the text of the view', async () => {
    const create = 'CREATE VIEW v AS\nSELECT city, mood FROM moods';
    const session = await Session.open();
    const run = async (sql: string): Promise<void> => {
      for (const statement of session.parse(sql)) await session.run(statement, sql);
    };
    await run("CREATE TABLE moods (city STRING, mood INT) WITH ('connector' = 'datagen')");
    await run(create);
    await run('DROP TABLE moods');
    await run("CREATE TABLE moods (city STRING) WITH ('connector' = 'datagen')");
    const error = await run('SELECT 1; SELECT * FROM v').catch((caught: StreamError) => caught);
    expect(error).toMatchObject({ code: 'MS1103', source: create, span: { line: 2, column: 14 } });
  });

  it('leave the session as it was', async () => {
    const session = await Session.open();
    const sql = "CREATE TABLE t (id INT, n AS id + missing) WITH ('connector' = 'datagen')";
    await expect(session.run(session.parse(sql)[0]!, sql)).rejects.toMatchObject({ code: 'MS1103' });
    expect(session.catalog.names()).toEqual([]);
  });
});
