import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { useMillstream } from './support/millstream.ts';

const millstream = useMillstream();
const script = (name: string, text: string): string[] => {
  writeFileSync(millstream.path(name), text);
  return ['run', name];
};

describe('a refusal', () => {
  it('points at the place in the file', async () => {
    const text = `CREATE TABLE trips (id BIGINT, ts TIMESTAMP(3)) WITH ('connector' = 'datagen');
SELECT window_start, COUNT(*) AS trips
FROM TUMBLE(TABLE trips, DESCRIPTOR(ts), INTERVAL '1' MINUTE)
GROUP BY window_start, window_end;
`;
    const ended = await millstream.run(script('job.sql', text));
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^error MS1203: TUMBLE needs a time attribute, but "ts" is TIMESTAMP\(3\) without a watermark$/m);
    expect(ended.stderr.split('\n').slice(1)).toEqual([
      '  --> job.sql:3:37',
      '   |',
      " 3 | FROM TUMBLE(TABLE trips, DESCRIPTOR(ts), INTERVAL '1' MINUTE)",
      '   |                                     ^^',
      expect.stringMatching(/^ {3}= hint: add WATERMARK FOR ts AS ts - INTERVAL '5' SECOND to CREATE TABLE trips$/),
      '',
    ]);
  });

  it('of the grammar comes before anything runs', async () => {
    const ended = await millstream.run(['-e', 'SELECT 1 AS a; SELECT FROM t']);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain('--> <command line>:1:23');
  });

  it('amid a script leaves what came before', async () => {
    const ended = await millstream.run(script('middle.sql', 'SELECT 1 AS a;\r\nSELECT b FROM nope;\r\nSELECT 3 AS c;\r\n'));
    expect(ended).toMatchObject({ code: 2, stdout: '{"a":1}\n' });
    expect(ended.stderr).toContain('  --> middle.sql:2:15\n   |\n 2 | SELECT b FROM nope;\n   |               ^^^^\n');
  });

  it('ends an INSERT that runs on', async () => {
    const text = `CREATE TABLE r WITH ('connector' = 'rate'); CREATE TABLE b (v BIGINT) WITH ('connector' = 'blackhole');
      INSERT INTO b SELECT \`value\` FROM r; SELECT nope FROM r;`;
    expect(await millstream.run([], { input: text })).toMatchObject({ code: 2, stdout: '' });
  });

  it.each([
    ['an unknown flag', ['--chnagelog'], 'did you mean --changelog?'],
    ['an unknown command', ['explian'], 'did you mean explain?'],
    ['a file without run', ['job.sql'], 'millstream run job.sql'],
    ['a file and -e', ['run', 'job.sql', '-e', 'SELECT 1'], 'give one of them'],
    ['two texts', ['-e', 'SELECT 1', '-e', 'SELECT 2'], 'separated by semicolons'],
    ['-e without a text', ['-e'], "option '-e, --execute <sql>' argument missing"],
    ['operands of a script', ['run', 'job.sql', 'x'], 'a SQL script takes no operands: x'],
    ['a setting without a value', ['--set', 'x', '-e', 'SELECT 1'], '--set takes key=value'],
    ['an unknown setting', ['--set', 'pipeline.nam=x', '-e', 'SELECT 1'], 'did you mean pipeline.name?'],
    ['a shell without a terminal', ['shell'], 'millstream run FILE.sql'],
    ['the plan of a module', ['explain', 'job.ts'], 'pipeline.explain()'],
    ['a flag of SQL for a module', ['run', '--changelog', 'job.ts'], 'is for SQL'],
    [
      'an option of a table',
      ['-e', "CREATE TABLE t (a INT) WITH ('connector' = 'rate', 'rowPerSecond' = '1')"],
      "did you mean 'rowsPerSecond'?",
    ],
  ])('of %s says what to do', async (_, args, hint) => {
    const ended = await millstream.run(args);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toContain(hint);
    expect(ended.stderr).toMatch(/^error MS\d{4}: /);
  });

  it('of bytes that are no text is no crash', async () => {
    const ended = await millstream.run([], { input: Buffer.from([0x53, 0xff, 0xc0, 0x00]) });
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^error MS5004: <standard input> is no text in UTF-8/);
  });
});

describe('a failure', () => {
  it.each([
    ['a script that is not there', 'nope.sql', 'error MS5002: nope.sql cannot be read: there is no such file'],
    ['a module that is not there', 'nope.ts', 'error MS5002: nope.ts cannot be read: there is no such file'],
    ['a folder', 'folder.sql', 'error MS5002: folder.sql cannot be read: it is a folder'],
  ])('is %s', async (_, file, message) => {
    mkdirSync(millstream.path('folder.sql'), { recursive: true });
    const ended = await millstream.run(['run', file]);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(message);
  });

  const table = (path: string) => `CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = '${path}', 'format' = 'json');`;

  it('is a missing input', async () => {
    const ended = await millstream.run(['-e', `${table('nowhere.ndjson')} SELECT * FROM t`]);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^error MS3030: .*nowhere\.ndjson/);
  });

  it('is a bad record, after the rows before it', async () => {
    writeFileSync(millstream.path('bad.ndjson'), '{"a":1}\n{"a":"x"}\n{"a":3}\n');
    const ended = await millstream.run(['-e', `${table('bad.ndjson')} SELECT * FROM t`]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^error MS2101: /);
    expect(ended.stderr).toMatch(/bad\.ndjson/);
    expect(ended.stderr).not.toContain('    at ');
  });

  it('is a division by zero', async () => {
    const ended = await millstream.run(['-e', 'SELECT 1 / (a - 1) FROM (VALUES (1)) AS t (a)']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(/^error MS2030: /);
  });

  it('gives up the unfinished output of all jobs, and ends those that run on', async () => {
    writeFileSync(millstream.path('bad.ndjson'), '{"a":1}\n{"a":"x"}\n');
    const text = `${table('bad.ndjson')} CREATE TABLE r WITH ('connector' = 'rate');
      CREATE TABLE b (v BIGINT) WITH ('connector' = 'blackhole');
      CREATE TABLE half (a INT) WITH ('connector' = 'filesystem', 'path' = 'half.ndjson', 'format' = 'json');
      INSERT INTO b SELECT \`value\` FROM r; INSERT INTO half SELECT a FROM t; SELECT 1 AS never;`;
    expect(await millstream.run([], { input: text })).toMatchObject({ code: 1, stdout: '' });
    expect(existsSync(millstream.path('half.ndjson'))).toBe(false);
  });

  it.skipIf(!existsSync('/dev/full'))('is a full disk', async () => {
    const { spawnargs } = millstream.start(['--version']).child;
    const child = spawn('sh', ['-c', `"${spawnargs[0]}" "${spawnargs[1]}" -e 'SELECT 1 AS a' > /dev/full`]);
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(1);
    expect(stderr).toMatch(/^error MS5005: standard output cannot be written: /);
  });

  it('shows its stack trace with --debug only', async () => {
    const args = ['-e', `${table('nowhere.ndjson')} SELECT * FROM t`];
    expect((await millstream.run(args)).stderr).not.toContain('    at ');
    expect((await millstream.run([...args, '--debug'])).stderr).toContain('    at ');
  });

  it('tells how many records were skipped', async () => {
    writeFileSync(millstream.path('bad.ndjson'), '{"a":1}\n{"a":"x"}\n{"a":"y"}\n');
    const skipping = table('bad.ndjson').replace("'json')", "'json', 'bad-records' = 'skip')");
    const ended = await millstream.run(['-e', `${skipping} SELECT * FROM t`]);
    expect(ended).toMatchObject({ code: 0, stdout: '{"a":1}\n' });
    expect(ended.stderr).toMatch(/^warning: a record of table t was skipped \(.*2, byte 8\): /);
    expect(ended.stderr).toContain('warning: 2 records of table t were skipped');
  });

  it('tells how many rows were late', async () => {
    const rows = ['00:00:01', '00:05:00', '00:00:02'].map((time) => `{"ts":"2020-01-01 ${time}"}\n`);
    writeFileSync(millstream.path('late.ndjson'), rows.join(''));
    const ended = await millstream.run([
      ...['--rows-per-second', '3', '-e'],
      `CREATE TABLE t (ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'late.ndjson', 'format' = 'json');
       SELECT window_start, COUNT(*) AS n FROM TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_start, window_end`,
    ]);
    expect(ended).toEqual({
      code: 0,
      stdout: '{"window_start":"2020-01-01 00:00:00","n":1}\n{"window_start":"2020-01-01 00:05:00","n":1}\n',
      stderr: 'note: 1 late row was dropped: its window had been closed\n',
    });
  });
});
