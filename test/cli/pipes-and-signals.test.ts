import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lines, useMillstream } from './support/millstream.ts';

const millstream = useMillstream();
const RATE = `CREATE TABLE r (\`timestamp\` TIMESTAMP_LTZ(3), \`value\` BIGINT, WATERMARK FOR \`timestamp\` AS \`timestamp\`)
WITH ('connector' = 'rate', 'rowsPerSecond' = '200');
`;
const MANY = "CREATE TABLE d (a BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '1000000', 'rows-per-second' = '1000000000');";

const ENDLESS = MANY.replace("'number-of-rows' = '1000000', ", '');

describe('a pipe', () => {
  it('gets the rows of a source without an end as they come', async () => {
    const running = millstream.start(['-e', `${RATE} SELECT \`value\` FROM r`]);
    const started = Date.now();
    const text = await running.printed(/(.*\n){3}/);
    expect(lines(text)[0]).toBe('{"value":0}');
    expect(Date.now() - started).toBeLessThan(10_000);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(0);
  });

  it.each([
    ['a great result', `${MANY} SELECT a FROM d`],
    ['a result without an end', `${RATE} SELECT \`value\` AS a FROM r`],
    ['printed rows', `${MANY} CREATE TABLE p (a BIGINT) WITH ('connector' = 'print'); INSERT INTO p SELECT a FROM d`],
    ['the final rows of an update', `${MANY} SELECT MOD(a, 100000) AS a, COUNT(*) FROM d GROUP BY MOD(a, 100000)`],
  ])('may be closed early: %s ends quietly', async (_, sql) => {
    const running = millstream.start(['-e', sql]);
    running.child.stdout.once('data', () => running.child.stdout.destroy());
    const ended = await running.ended;
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/^\{"a":|^\+I\[/);
  });

  it('makes a query wait when nobody reads, and loses nothing', async () => {
    const running = millstream.start(['-e', `${MANY} SELECT a FROM d`]);
    running.child.stdout.pause();
    await new Promise((resolve) => setTimeout(resolve, 300));
    running.child.stdout.resume();
    const ended = await running.ended;
    expect(ended.code).toBe(0);
    expect(lines(ended.stdout)).toHaveLength(1_000_000);
  });

  it.skipIf(process.platform === 'win32')('works with head', async () => {
    const { spawnargs } = millstream.start(['--version']).child;
    const command = `"${spawnargs[0]}" "${spawnargs[1]}" -e "${MANY} SELECT a FROM d" | head -1; echo "\${PIPESTATUS[0]}"`;
    const shell = spawn('bash', ['-c', command]);
    let text = '';
    shell.stdout.on('data', (chunk) => {
      text += chunk;
    });
    await new Promise((resolve) => shell.once('close', resolve));
    expect(text).toMatch(/^\{"a":-?\d+\}\n0\n$/);
  });
});

describe.skipIf(process.platform === 'win32')('Ctrl-C', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('(%s) drains: windows close, and files become whole', async (signal) => {
    const file = `windows-${signal}.ndjson`;
    const running = millstream.start([
      '-e',
      `${RATE} CREATE TABLE p (n BIGINT) WITH ('connector' = 'print');
       CREATE TABLE f (window_start TIMESTAMP(3), n BIGINT) WITH ('connector' = 'filesystem', 'path' = '${file}', 'format' = 'json');
       INSERT INTO p SELECT \`value\` FROM r;
       INSERT INTO f SELECT window_start, COUNT(*) FROM TUMBLE(TABLE r, DESCRIPTOR(\`timestamp\`), INTERVAL '1' HOUR) GROUP BY window_start, window_end;`,
    ]);
    await running.printed(/\+I\[5\]/);
    running.child.kill(signal);
    const ended = await running.ended;
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/^note: draining/);
    const [row] = lines(readFileSync(millstream.path(file), 'utf8'));
    expect((JSON.parse(row!) as { n: number }).n).toBeGreaterThan(0);
  });

  it('lets the final rows of an update be printed', async () => {
    const slow = "CREATE TABLE d (a INT) WITH ('connector' = 'datagen', 'number-of-rows' = '100000', 'rows-per-second' = '1000');";
    const running = millstream.start([
      '-e',
      `CREATE TABLE p (a INT) WITH ('connector' = 'print'); ${slow} SELECT 1 AS ready; SELECT COUNT(*) AS n FROM d;`,
    ]);
    await running.printed(/ready/);
    await new Promise((resolve) => setTimeout(resolve, 300));
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.code).toBe(0);
    expect(lines(ended.stdout).at(-1)).toMatch(/^\{"n":\d+\}$/);
  });

  it('starts no further statement', async () => {
    const running = millstream.start(['-e', `${RATE} SELECT \`value\` FROM r; SELECT 'never' AS b`]);
    await running.printed(/\n/);
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.code).toBe(0);
    expect(ended.stdout).not.toContain('never');
    expect(ended.stderr).toContain('note: the query reads unbounded input: the statement behind it will not start before it ends');
  });

  it('a second time ends at once', async () => {
    // Nobody reads the pipe, so that draining cannot come to its end.
    const running = millstream.start(['-e', `${ENDLESS} SELECT a FROM d`]);
    await running.printed(/\n/);
    running.child.stdout.pause();
    // Time for the pipe to fill.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    running.child.kill('SIGINT');
    await new Promise<void>((resolve) => running.child.stderr.once('data', () => resolve()));
    running.child.kill('SIGINT');
    const code = await new Promise((resolve) => running.child.once('exit', resolve));
    expect(code).toBe(130);
    running.child.stdout.resume();
    await running.ended;
  });
});
