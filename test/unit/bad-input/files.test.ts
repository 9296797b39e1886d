import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Session } from '../../../src/api/session.ts';
import type { LocalJob } from '../../../src/backends/local/job.ts';
import { fileWith, namesIn, runScript, tableOver, temporaryFolder } from './support.ts';

const json = { format: 'json' };
const read = (path: string, options: Readonly<Record<string, string>> = json) =>
  runScript(`${tableOver(path, 'a INT', options)}SELECT * FROM t;`);
const write = (path: string, options: Readonly<Record<string, string>> = json) =>
  runScript(`${tableOver(path, 'a INT', options)}INSERT INTO t VALUES (1), (2);`);

describe('a file that cannot be read', () => {
  it.each(['skip', 'fail'])('is an error under the policy %s, because no record is bad', async (policy) => {
    const path = join(temporaryFolder(), 'gone.json');
    expect((await read(path, { ...json, 'bad-records': policy })).error).toMatchObject({
      code: 'MS3030',
      message: `${path} does not exist`,
      hint: expect.stringContaining('working directory'),
    });
  });

  it('below a file does not exist', async () => {
    const path = join(fileWith(''), 'below.json');
    expect((await read(path)).error).toMatchObject({ code: 'MS3030', message: `${path} does not exist` });
  });

  it('matches no pattern', async () => {
    const path = join(temporaryFolder(), '*.json');
    expect((await read(path)).error).toMatchObject({ code: 'MS3030', message: `no file matches ${path}` });
  });

  it('is a loop of links', async () => {
    const path = join(temporaryFolder(), 'loop.json');
    symlinkSync(path, path);
    expect((await read(path)).error).toMatchObject({ code: 'MS3031', message: expect.stringContaining('(ELOOP)') });
  });

  it.skipIf(!existsSync('/proc/self/mem'))('is refused by the system', async () => {
    expect((await read('/proc/self/mem')).error).toMatchObject({
      code: 'MS3031',
      message: expect.stringContaining('cannot read /proc/self/mem'),
    });
  });

  it('is a folder among files: its files are read', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'a.json'));
    writeFileSync(join(folder, 'a.json', 'b.json'), '{"a":1}\n');
    expect((await read(folder)).rows).toEqual(['[1]']);
    expect((await read(join(folder, '*.json'))).rows).toEqual(['[1]']);
  });

  it('leaves nothing of the output', async () => {
    const folder = temporaryFolder();
    const files = join(folder, 'in');
    mkdirSync(files);
    writeFileSync(join(files, '1.json'), '{"a":1}\n');
    writeFileSync(join(files, '2.json.gz'), gzipSync('{"a":2}\n'.repeat(10_000)).subarray(0, 40));
    const out = join(folder, 'out.json');
    const tables = tableOver(files, 'a INT', json, 'source') + tableOver(out, 'a INT', json, 'sink');
    const { error } = await runScript(`${tables}INSERT INTO sink SELECT * FROM source;`);
    expect(error).toMatchObject({ code: 'MS3033', message: expect.stringContaining('2.json.gz is damaged') });
    expect(namesIn(folder)).toEqual(['in']);
  });
});

/** Starts the query or INSERT that ends a script. `onRows` is told of each batch. */
async function start(text: string, onRows: (count: number) => void = () => undefined): Promise<LocalJob> {
  const session = await Session.open();
  for (const statement of session.parse(text)) {
    const result = await session.run(statement, text);
    if (result.kind !== 'query' && result.kind !== 'insert') continue;
    return session.start(result.plan, {
      onBatch: ({ size }) => {
        onRows(size);
        return true;
      },
    });
  }
  throw new Error('the script has no query');
}

describe('a file that vanishes', () => {
  it.each([
    ['once', json],
    ['again and again', { ...json, 'source.monitor-interval': '20 ms' }],
  ])('before its turn, is an error after the rows of the files before it: a folder read %s', async (_name, options) => {
    const folder = temporaryFolder();
    for (const name of ['1.json', '2.json', '3.json']) writeFileSync(join(folder, name), '{"a":1}\n'.repeat(5000));
    let rowCount = 0;
    const job = await start(`${tableOver(folder, 'a INT', options)}SELECT * FROM t;`, (count) => {
      rowCount += count;
      rmSync(join(folder, '3.json'), { force: true });
    });
    await expect(job.done).rejects.toMatchObject({ code: 'MS3030', message: `${join(folder, '3.json')} does not exist` });
    expect(rowCount).toBe(10_000);
  });

  it('after it was read, from a folder that is watched, is nothing', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, '1.json'), '{"a":1}\n');
    let rowCount = 0;
    const text = `${tableOver(folder, 'a INT', { ...json, 'source.monitor-interval': '10 ms' })}SELECT * FROM t;`;
    const job = await start(text, (count) => {
      rowCount += count;
    });
    await expect.poll(() => rowCount).toBe(1);
    rmSync(join(folder, '1.json'));
    writeFileSync(join(folder, '2.json'), '{"a":2}\n');
    await expect.poll(() => rowCount).toBe(2);
    await job.drain();
    expect(rowCount).toBe(2);
  });

  it('with the folder that is watched, is an error', async () => {
    const folder = join(temporaryFolder(), 'watched');
    mkdirSync(folder);
    const job = await start(`${tableOver(folder, 'a INT', { ...json, 'source.monitor-interval': '10 ms' })}SELECT * FROM t;`);
    rmSync(folder, { recursive: true });
    await expect(job.done).rejects.toMatchObject({ code: 'MS3030', message: `${folder} does not exist` });
  });
});

describe('a file that cannot be written', () => {
  it('below a file', async () => {
    const file = fileWith('kept', 'data.txt');
    for (const path of [join(file, 'out.json'), join(file, 'folder'), join(file, 'a', 'b', 'out.json'), file]) {
      const { error } = await write(path);
      expect(error).toMatchObject({ code: 'MS3036', message: expect.stringContaining(file) });
    }
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });

  it.skipIf(!existsSync('/proc/self'))('where the system has no folders', async () => {
    expect((await write('/proc/nowhere/out.json')).error).toMatchObject({ code: 'MS3036' });
    expect((await write('/proc/nowhere')).error).toMatchObject({ code: 'MS3036' });
  });

  it.skipIf(!existsSync('/dev/full'))('that is a device: the device stays what it is', async () => {
    const path = join(temporaryFolder(), 'out.json');
    symlinkSync('/dev/full', path);
    expect((await write(path)).error).toMatchObject({ code: 'MS3036', message: `cannot write ${path}: it is a device or a pipe` });
    expect((await write('/dev/full')).error).toMatchObject({ code: 'MS3036' });
    expect(() => writeFileSync('/dev/full', 'x')).toThrow('ENOSPC');
  });

  it('whose folder vanishes while it is written', async () => {
    const folder = join(temporaryFolder(), 'out');
    const tables = tableOver(join(folder, 'out.json'), 'a BIGINT', json, 'sink');
    const source = `CREATE TABLE source (a BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '200000', 'rows-per-second' = '10000000');\n`;
    const job = await start(`${tables}${source}INSERT INTO sink SELECT * FROM source;`);
    rmSync(folder, { recursive: true });
    await expect(job.done).rejects.toMatchObject({ code: 'MS3036', message: expect.stringContaining(folder) });
  });

  it('keeps what was there when the query fails', async () => {
    const input = fileWith('{"a":1}\nbroken\n');
    const out = fileWith('{"a":7}\n', 'out.json');
    const tables = tableOver(input, 'a INT', json, 'source') + tableOver(out, 'a INT', json, 'sink');
    expect((await runScript(`${tables}INSERT INTO sink SELECT * FROM source;`)).error).toMatchObject({ code: 'MS2101' });
    expect(readFileSync(out, 'utf8')).toBe('{"a":7}\n');
    expect(namesIn(join(out, '..'))).toEqual(['out.json']);
  });
});
