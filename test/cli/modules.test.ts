import { mkdirSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { lines, useMillstream } from './support/millstream.ts';

const millstream = useMillstream();

const PROGRAM = `import { SqlError, type ErrorCode } from 'millstream';
import { twice } from './helper.ts';

interface Settings { readonly code: ErrorCode }
const settings = { code: 'MS1001' } as const satisfies Settings;
const how: string = process.argv[2] ?? '';
console.log(twice(21), process.argv.slice(2).join(' '));
if (how === 'refuse') throw new SqlError(settings.code, 'this is wrong', { hint: 'do it right' });
if (how === 'fail') (undefined as unknown as { f(): void }).f();
if (how === 'later') setTimeout(() => { throw new Error('too late'); }, 5);
if (how === 'rejected') void Promise.reject(new SqlError(settings.code, 'rejected'));
`;

beforeAll(() => {
  writeFileSync(millstream.path('job.ts'), PROGRAM);
  writeFileSync(millstream.path('helper.ts'), 'export const twice = (n: number): number => n * 2;\n');
  writeFileSync(millstream.path('plain.mjs'), `import { StreamError } from 'millstream';\nconsole.log(StreamError.name);\n`);
});

describe('a module', () => {
  it('in TypeScript runs without a build step, with the package that runs it', async () => {
    expect(await millstream.run(['run', 'job.ts', 'a', 'b'])).toMatchObject({ code: 0, stdout: '42 a b\n' });
  });

  it('gets operands that look like flags behind --', async () => {
    expect(await millstream.run(['run', 'job.ts', '--', '--changelog'])).toMatchObject({ code: 0, stdout: '42 --changelog\n' });
  });

  it('may be JavaScript', async () => {
    expect(await millstream.run(['run', 'plain.mjs'])).toMatchObject({ code: 0, stdout: 'StreamError\n' });
  });

  it('has the package that its project has installed, when there is one', async () => {
    const folder = 'project/node_modules/millstream';
    mkdirSync(millstream.path(folder), { recursive: true });
    writeFileSync(millstream.path(`${folder}/package.json`), '{"name":"millstream","type":"module","exports":"./index.js"}');
    writeFileSync(millstream.path(`${folder}/index.js`), `export const open = () => 'its own';\n`);
    writeFileSync(millstream.path('project/job.mjs'), `import { open } from 'millstream';\nconsole.log(open());\n`);
    expect(await millstream.run(['run', 'project/job.mjs'])).toMatchObject({ code: 0, stdout: 'its own\n' });
  });

  it.each([
    ['refused', 'refuse', 2, /^error MS1001: this is wrong\n {3}= at: job\.ts:8:\d+\n {3}= hint: do it right\n$/],
    ['that fails, with its place', 'fail', 1, /^error: TypeError: .*\n {2}--> job\.ts:9:\d+\n$/],
    ['that fails later', 'later', 1, /^error: too late\n {2}--> job\.ts:10:\d+\n$/],
    ['with a rejection nobody waits for', 'rejected', 2, /^error MS1001: rejected\n {3}= at: job\.ts:11:\d+\n$/],
  ])('%s ends the process', async (_, how, code, stderr) => {
    const ended = await millstream.run(['run', 'job.ts', how]);
    expect(ended.code).toBe(code);
    expect(
      lines(ended.stderr)
        .filter((line) => !/^\(node:|^\(Use `node/.test(line))
        .join('\n'),
    ).toMatch(new RegExp(stderr.source.replace(/\\n\$$/, '$')));
  });

  it('with an error in its grammar shows the place', async () => {
    writeFileSync(millstream.path('wrong.ts'), 'const a: number = 1;\nenum Colour { red }\n');
    const ended = await millstream.run(['run', 'wrong.ts']);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /error: SyntaxError: TypeScript enum is not supported.*\n {2}--> wrong\.ts:2\n {3}\|\n 2 \| enum Colour { red }\n {3}\| \^+\n$/,
    );
  });

  it('with a mistake in its SQL shows both places', async () => {
    writeFileSync(
      millstream.path('sql.ts'),
      `import { open } from 'millstream';\nconst ms = await open();\nawait ms.sql('CREATE VIEW v AS SELECT x FROM nope');\n`,
    );
    const ended = await millstream.run(['run', 'sql.ts']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(
      '--> <SQL text>:1:32\n   |\n 1 | CREATE VIEW v AS SELECT x FROM nope\n   |                                ^^^^\n   = at: sql.ts:3:',
    );
  });

  it('may run a query', async () => {
    const text = `import { open } from 'millstream';
const ms = await open();
for (const row of await ms.query('SELECT a * 2 AS b FROM (VALUES (1), (2)) AS t (a)').rows()) console.log(JSON.stringify(row));
`;
    writeFileSync(millstream.path('query.ts'), text);
    expect(await millstream.run(['run', 'query.ts'])).toMatchObject({ code: 0, stdout: '{"b":2}\n{"b":4}\n' });
  });

  it.skipIf(process.platform === 'win32')('has its jobs drained by Ctrl-C', async () => {
    const text = `import { open } from 'millstream';
const ms = await open();
await ms.sql("CREATE TABLE r WITH ('connector' = 'rate', 'rowsPerSecond' = '50'); CREATE TABLE p (n BIGINT) WITH ('connector' = 'print')");
const [job] = await ms.sql('INSERT INTO p SELECT \`value\` FROM r');
await job!.done;
console.log('done');
`;
    writeFileSync(millstream.path('endless.ts'), text);
    const running = millstream.start(['run', 'endless.ts']);
    await running.printed(/\+I\[2\]/);
    running.child.kill('SIGINT');
    const ended = await running.ended;
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/\+I\[2\]\n(.*\n)*done\n$/);
  });

  it.skipIf(process.platform === 'win32')('ends on Ctrl-C when no job runs', async () => {
    writeFileSync(millstream.path('waiting.ts'), `console.log('waiting');\nsetInterval(() => undefined, 1000);\n`);
    const running = millstream.start(['run', 'waiting.ts']);
    await running.printed(/waiting/);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
  });
});
