import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Session } from '../../../src/api/session.ts';
import { complete } from '../../../src/cli/shell/completion.ts';
import { History, historyPath } from '../../../src/cli/shell/history.ts';
import { LineReader } from '../../../src/cli/shell/line-reader.ts';
import { shellCommand } from '../../../src/cli/shell/shell-command.ts';

describe('the history', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millstream-history-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is there again in the next shell, latest first', () => {
    const first = new History(join(folder, 'sub', 'history'));
    for (const line of ['SELECT 1;', '  ', 'SELECT 2;', 'SELECT 2;']) first.add(line);
    first.save();
    expect(new History(join(folder, 'sub', 'history')).lines).toEqual(['SELECT 2;', 'SELECT 1;']);
  });

  it.each(["'properties.sasl.jaas.config' = 'x'", "WITH ('password' = 'x')", "'s3.secret' = 'x'", "'api-key' = 'x'", "'auth.token' = 'x'"])(
    'keeps no secret: %s',
    (line) => {
      const history = new History(join(folder, 'history'));
      history.add(line);
      history.save();
      expect(history.lines).toEqual([]);
      expect(readFileSync(join(folder, 'history'), 'utf8')).not.toContain('x');
    },
  );

  it('may be impossible to keep', () => {
    writeFileSync(join(folder, 'file'), '');
    chmodSync(folder, 0o500);
    const history = new History(join(folder, 'file', 'history'));
    history.add('SELECT 1;');
    expect(() => history.save()).not.toThrow();
    chmodSync(folder, 0o700);
  });

  it('lies where the system keeps such files', () => {
    expect(historyPath({ XDG_STATE_HOME: '/state' })).toBe(join('/state', 'millstream', 'history'));
    expect(historyPath({})).toMatch(/\.millstream_history$/);
  });
});

describe('completion', () => {
  it('knows keywords, functions, tables and columns', async () => {
    const session = await Session.open();
    const text = "CREATE TABLE trips (trip_id INT, city STRING) WITH ('connector' = 'datagen')";
    for (const statement of session.parse(text)) await session.run(statement, text);
    expect(complete('SEL', session)).toEqual([['SELECT'], 'SEL']);
    expect(complete('select coun', session)[0]).toContain('count');
    expect(complete('SELECT * FROM tri', session)[0]).toEqual(expect.arrayContaining(['trips', 'trip_id']));
    expect(complete('SELECT ci', session)[0]).toContain('city');
    expect(complete('SELECT 1 + ', session)).toEqual([[], '']);
  });
});

describe('commands of the shell', () => {
  it.each([
    ['\\q', 'quit'],
    ['QUIT;', 'quit'],
    [' exit ', 'quit'],
    ['help;', 'help'],
    ['CLEAR', 'clear'],
    ['SELECT 1;', undefined],
    ['constructor', undefined],
    ['', undefined],
  ])('%s is %s', (line, command) => {
    expect(shellCommand(line)).toBe(command);
  });
});

describe('lines from a terminal', () => {
  const open = () => {
    const input = new PassThrough();
    const output = new PassThrough();
    output.resume();
    const options = {
      input: input as unknown as ReadStream,
      output: output as unknown as WriteStream,
      complete: (): [string[], string] => [[], ''],
      history: () => [],
    };
    return { input, reader: new LineReader(options) };
  };

  it('come one by one', async () => {
    const { input, reader } = open();
    const first = reader.read('> ');
    input.write('SELECT 1;\r');
    expect(await first).toEqual({ line: 'SELECT 1;' });
  });

  it('that are pasted together are all kept', async () => {
    const { input, reader } = open();
    const first = reader.read('> ');
    input.write('one\rtwo\rthr');
    expect(await first).toEqual({ line: 'one' });
    expect(await reader.read('> ')).toEqual({ line: 'two' });
    const third = reader.read('> ');
    input.write('ee\r');
    expect(await third).toEqual({ line: 'three' });
  });

  it('end with Ctrl-D', async () => {
    const { input, reader } = open();
    const read = reader.read('> ');
    input.write('\x04');
    expect(await read).toBe('left');
  });

  it('are given up by Ctrl-C', async () => {
    const { input, reader } = open();
    const read = reader.read('> ');
    input.write('SELECT\x03');
    expect(await read).toBe('interrupted');
  });
});
