import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { lines, useMillstream } from './support/millstream.ts';

const millstream = useMillstream();
const TRIPS = `CREATE TABLE trips (id BIGINT, city STRING, fare DECIMAL(10, 2), ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
WITH ('connector' = 'filesystem', 'path' = 'trips.ndjson', 'format' = 'json');
`;

beforeAll(() => {
  writeFileSync(
    millstream.path('trips.ndjson'),
    [
      '{"id":1,"city":"Rome","fare":10.50,"ts":"2020-01-01 00:00:01"}',
      '{"id":2,"city":"Bern","fare":7.00,"ts":"2020-01-01 00:00:02.12"}',
      '{"id":3,"city":"Rome","fare":1.25,"ts":"2020-01-01 00:01:30"}',
    ].join('\n'),
  );
});

describe('what is run', () => {
  const ONE = '{"a":1}\n';

  it.each([
    ['a file', ['run', 'one.sql'], ''],
    ['- as file', ['run', '-'], 'SELECT 1 AS a'],
    ['run without a file', ['run'], 'SELECT 1 AS a'],
    ['run -e', ['run', '-e', 'SELECT 1 AS a'], ''],
    ['-e', ['-e', 'SELECT 1 AS a'], ''],
    ['standard input', [], 'SELECT 1 AS a;'],
  ])('is %s', async (_, args, input) => {
    writeFileSync(millstream.path('one.sql'), 'SELECT 1 AS a;\n');
    expect(await millstream.run(args, { input })).toEqual({ code: 0, stdout: ONE, stderr: '' });
  });

  it.each([
    ['empty statements', ';;SELECT 1 AS a;;;\n;'],
    ['comments', '-- SELECT 2;\nSELECT 1 AS a /* ; */;\n-- the end'],
    ['Windows line ends', 'SELECT 1\r\n  AS a;\r\n'],
    ['a byte order mark', '\ufeffSELECT 1 AS a;'],
    ['UTF-16, as Windows writes it', Buffer.from('\ufeffSELECT 1 AS a;', 'utf16le')],
  ])('may have %s', async (_, input) => {
    expect(await millstream.run([], { input })).toEqual({ code: 0, stdout: ONE, stderr: '' });
  });

  it('may be nothing at all', async () => {
    expect(await millstream.run([], { input: ' ; -- nothing\n' })).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('standard output', () => {
  it('carries no word of DDL, SET and INSERT', async () => {
    const ended = await millstream.run([], {
      input: `${TRIPS} SET 'pipeline.name' = 'x'; CREATE VIEW v AS SELECT * FROM trips; CREATE TABLE sink WITH ('connector' = 'blackhole') LIKE trips (EXCLUDING ALL);
        INSERT INTO sink SELECT * FROM v; DROP VIEW v; RESET;`,
    });
    expect(ended).toMatchObject({ code: 0, stdout: '' });
  });

  it('has notes beside it', async () => {
    const ended = await millstream.run(['-e', "SET 'table.exec.mini-batch.enabled' = 'true'; SELECT 1 AS a"]);
    expect(ended).toMatchObject({ code: 0, stdout: '{"a":1}\n' });
    expect(ended.stderr).toMatch(/^note: .*table\.exec\.mini-batch\.enabled/);
  });

  it('carries the rows of SHOW and DESCRIBE, and the text of EXPLAIN', async () => {
    const ended = await millstream.run([], { input: `${TRIPS} SHOW TABLES; DESCRIBE trips; EXPLAIN SELECT city FROM trips;` });
    const [shown, described] = lines(ended.stdout);
    expect(shown).toBe('{"table name":"trips"}');
    expect(described).toBe('{"name":"id","type":"BIGINT","null":true,"key":null,"extras":null,"watermark":null}');
    expect(ended.stdout).toContain('== Optimized Plan ==');
  });

  it('prints an insert-only result row by row', async () => {
    const ended = await millstream.run([], {
      input: `${TRIPS} SELECT window_start, city, COUNT(*) AS trips, AVG(fare) AS mean FROM TUMBLE(TABLE trips, DESCRIPTOR(ts), INTERVAL '1' MINUTE)
        GROUP BY window_start, window_end, city;`,
    });
    expect(lines(ended.stdout).sort()).toEqual([
      '{"window_start":"2020-01-01 00:00:00","city":"Bern","trips":1,"mean":7.000000}',
      '{"window_start":"2020-01-01 00:00:00","city":"Rome","trips":1,"mean":10.500000}',
      '{"window_start":"2020-01-01 00:01:00","city":"Rome","trips":1,"mean":1.250000}',
    ]);
  });

  const UPDATING = `${TRIPS} SET 'millstream.changelog' = 'record'; SELECT city, COUNT(*) AS n, SUM(fare) AS fares FROM trips GROUP BY city;`;

  it('prints an updating result over bounded input as its final rows', async () => {
    const ended = await millstream.run([], { input: UPDATING });
    expect(lines(ended.stdout).sort()).toEqual(['{"city":"Bern","n":1,"fares":7.00}', '{"city":"Rome","n":2,"fares":11.75}']);
  });

  it('keeps equal final rows apart', async () => {
    const ended = await millstream.run([], { input: `${TRIPS} SELECT n FROM (SELECT city, COUNT(*) * 0 AS n FROM trips GROUP BY city);` });
    expect(lines(ended.stdout)).toEqual(['{"n":0}', '{"n":0}']);
  });

  it('prints changes under --changelog', async () => {
    const ended = await millstream.run(['run', '-', '--changelog'], { input: UPDATING });
    expect(lines(ended.stdout)).toEqual([
      '{"op":"+I","row":{"city":"Rome","n":1,"fares":10.50}}',
      '{"op":"+I","row":{"city":"Bern","n":1,"fares":7.00}}',
      '{"op":"-U","row":{"city":"Rome","n":1,"fares":10.50}}',
      '{"op":"+U","row":{"city":"Rome","n":2,"fares":11.75}}',
    ]);
  });

  it('prints inserts as such under --changelog', async () => {
    expect((await millstream.run(['--changelog', '-e', 'SELECT 1 AS a'])).stdout).toBe('{"op":"+I","row":{"a":1}}\n');
  });

  it('refuses an updating result over unbounded input without --changelog', async () => {
    const ended = await millstream.run(['-e', "CREATE TABLE r WITH ('connector' = 'rate'); SELECT COUNT(*) FROM r"]);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^error MS5003: .*\n {3}= hint: .*--changelog/);
  });
});

describe('values', () => {
  it('are written as the json format writes them, decimals plain', async () => {
    const values = [
      ['a BIGINT with all digits', 'CAST(9223372036854775807 AS BIGINT)', '9223372036854775807'],
      ['a DECIMAL with its scale', 'CAST(1.50 AS DECIMAL(38, 10))', '1.5000000000'],
      ['a great DECIMAL', "CAST('12345678901234567890123456789012345678' AS DECIMAL(38, 0))", '12345678901234567890123456789012345678'],
      ['a DOUBLE', 'CAST(0.1 AS DOUBLE)', '0.1'],
      ['a BOOLEAN', 'TRUE', 'true'],
      ['a STRING', '\'é "x"\'', '"é \\"x\\""'],
      ['a TIMESTAMP', "TIMESTAMP '2020-01-01 00:00:00.12'", '"2020-01-01 00:00:00.12"'],
      ['a TIMESTAMP_LTZ in UTC', "CAST(TIMESTAMP '2020-01-01 00:00:00.12' AS TIMESTAMP_LTZ(3))", '"2020-01-01 00:00:00.12Z"'],
      ['a DATE', "DATE '2020-01-31'", '"2020-01-31"'],
      ['BYTES in base64', "ENCODE('hi', 'UTF-8')", '"aGk="'],
      ['NULL', 'CAST(NULL AS INT)', 'null'],
    ] as const;
    const columns = values.map(([name, expression]) => `${expression} AS \`${name}\``);
    const ended = await millstream.run(['--set', 'table.local-time-zone=UTC', '-e', `SELECT ${columns.join(', ')}`]);
    expect(ended.stdout).toBe(`{${values.map(([name, , json]) => `"${name}":${json}`).join(',')}}\n`);
  });

  it('come in the order of the columns, whose names are made unique', async () => {
    expect((await millstream.run(['-e', "SELECT 2 AS `2`, 1 AS `1`, 'x' AS a, 'y' AS a, 1 + 1"])).stdout).toBe(
      '{"2":2,"1":1,"a":"x","a0":"y","EXPR$4":2}\n',
    );
  });

  it('print a ROW as an object', async () => {
    writeFileSync(millstream.path('rows.ndjson'), '{"r":{"b":1,"a":"x"}}\n');
    const table = `CREATE TABLE t (r ROW<b INT, a STRING>) WITH ('connector' = 'filesystem', 'path' = 'rows.ndjson', 'format' = 'json');`;
    expect((await millstream.run(['-e', `${table} SELECT r FROM t`])).stdout).toBe('{"r":{"b":1,"a":"x"}}\n');
  });
});

describe('INSERTs', () => {
  const sink = (name: string) =>
    `CREATE TABLE ${name} (id BIGINT, city STRING) WITH ('connector' = 'filesystem', 'path' = '${name}.ndjson', 'format' = 'json');`;

  it('over bounded input end before the next statement starts', async () => {
    const ended = await millstream.run([], {
      input: `${TRIPS} ${sink('first')} INSERT INTO first SELECT id, city FROM trips; SELECT COUNT(*) AS n FROM first;`,
    });
    expect(ended).toMatchObject({ code: 0, stdout: '{"n":3}\n' });
  });

  it('run together in a statement set', async () => {
    const ended = await millstream.run([], {
      input: `${TRIPS} ${sink('first_city')} ${sink('others')} EXECUTE STATEMENT SET BEGIN
        INSERT INTO first_city SELECT id, city FROM trips WHERE id = 1; INSERT INTO others SELECT id, city FROM trips WHERE id > 1; END;`,
    });
    expect(ended).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(millstream.path('first_city.ndjson'), 'utf8')).toBe('{"id":1,"city":"Rome"}\n');
    expect(lines(readFileSync(millstream.path('others.ndjson'), 'utf8'))).toHaveLength(2);
  });

  it('print to standard output through the print connector', async () => {
    const ended = await millstream.run([], {
      input: `${TRIPS} CREATE TABLE p (id BIGINT) WITH ('connector' = 'print'); INSERT INTO p SELECT id FROM trips;`,
    });
    expect(ended).toEqual({ code: 0, stdout: '+I[1]\n+I[2]\n+I[3]\n', stderr: '' });
  });
});

describe('explain', () => {
  it('prints plans and runs nothing', async () => {
    const input = `${TRIPS} CREATE TABLE never (id BIGINT) WITH ('connector' = 'filesystem', 'path' = 'never.ndjson', 'format' = 'json');
      INSERT INTO never SELECT id FROM trips; SELECT city FROM trips;`;
    const ended = await millstream.run(['explain', '-'], { input });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout.match(/== Optimized Plan ==/g)).toHaveLength(2);
    expect(ended.stdout).toContain('-- <standard input>:4:7 INSERT INTO never');
    expect(() => readFileSync(millstream.path('never.ndjson'))).toThrow();
  });

  it('prints the generated code when asked', async () => {
    const ended = await millstream.run(['explain', '--codegen', '-e', 'SELECT x + 1 FROM (VALUES (1), (2)) AS t (x)']);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stdout).toContain('== Generated Code ==');
  });
});

describe('help', () => {
  it.each([[['--help']], [['run', '--help']], [['explain', '--help']], [['shell', '--help']]])('is printed by %j', async (args) => {
    const ended = await millstream.run(args);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('Usage: millstream');
  });

  it('has examples, and says the exit codes', async () => {
    const { stdout } = await millstream.run(['--help']);
    expect(stdout).toContain('$ millstream run job.sql');
    expect(stdout).toContain('Exit codes: 0');
  });

  it('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await millstream.run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('batch mode', () => {
  it('is refused over input without an end', async () => {
    const text = "CREATE TABLE t WITH ('connector' = 'rate'); SELECT COUNT(*) AS n FROM t";
    const ended = await millstream.run(['--set', 'execution.runtime-mode=batch', '-e', text]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^error MS1207: batch mode needs input that ends/);
  });
});
