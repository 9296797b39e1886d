import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openFileSource } from '../../../src/connectors/filesystem/open-file-source.ts';
import type { Batch } from '../../../src/data/batch.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { fileOptions, kernels, makeLines, readAll, readBatch, sourceContext, temporaryFolder } from './filesystem-support.ts';
import { LineDecoder, lineSchema } from './line-format.ts';

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

function folderOf(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const read = async (path: string, more: Record<string, string> = {}): Promise<string[]> =>
  readAll(await openFileSource(sourceContext({ path, ...more })));

describe('reading a file', () => {
  const lines = makeLines(23);
  const whole = text(lines);

  it('gives the same rows wherever a block is cut', async () => {
    const folder = folderOf({ a: whole });
    for (let blockBytes = 1; blockBytes <= whole.length + 1; blockBytes++) {
      const reader = await openFileSource(sourceContext({ path: folder }, { batchRows: 5 }), { blockBytes });
      expect(await readAll(reader)).toEqual(lines);
      expect(reader.bytesRead).toBe(Buffer.byteLength(whole));
      await reader.close();
    }
  });

  it('reads the last line without its line break', async () => {
    const folder = folderOf({ a: whole.slice(0, -1) });
    for (const blockBytes of [1, 7, 64, 4096]) {
      expect(await readAll(await openFileSource(sourceContext({ path: folder }), { blockBytes }))).toEqual(lines);
    }
  });

  it('reads an empty file, and an empty folder, as no rows', async () => {
    const folder = folderOf({ empty: '' });
    expect(await read(join(folder, 'empty'))).toEqual([]);
    expect(await read(temporaryFolder())).toEqual([]);
  });

  it('fills batches although blocks end elsewhere', async () => {
    const many = makeLines(20_000);
    const folder = folderOf({ a: text(many) });
    const reader = await openFileSource(sourceContext({ path: folder }), { blockBytes: 1 << 16 });
    const sizes: number[] = [];
    for (let batch = await readBatch(reader); batch !== 'end'; batch = await readBatch(reader)) sizes.push(batch.length);
    expect(sizes).toEqual([4096, 4096, 4096, 4096, 3616]);
  });

  it('passes over blocks that hold no row', async () => {
    const folder = folderOf({ a: `${'# nothing\n'.repeat(1000)}1 x\n` });
    const reader = await openFileSource(sourceContext({ path: folder }), { blockBytes: 16 });
    expect(await readAll(reader)).toEqual(['1 x']);
  });

  it('refuses a record that is longer than the limit, with its place', async () => {
    const folder = folderOf({ a: `1 x\n2 ${'y'.repeat(5000)}\n` });
    const reader = await openFileSource(sourceContext({ path: folder }), { blockBytes: 64, maxRecordBytes: 1024 });
    expect(await readBatch(reader)).toEqual(['1 x']);
    await expect(readAll(reader)).rejects.toMatchObject({
      code: 'MS3034',
      message: expect.stringContaining(`${join(folder, 'a')}: the record at byte 4 `),
    });
  });

  it('reports progress in bytes over all files', async () => {
    const folder = folderOf({ a: '1 x\n', b: '2 y\n' });
    const reader = await openFileSource(sourceContext({ path: folder }));
    expect(reader.progress()).toEqual({ done: 0, total: 8 });
    await readBatch(reader);
    expect(reader.progress()).toEqual({ done: 4, total: 8 });
    await readAll(reader);
    expect(reader.progress()).toEqual({ done: 8, total: 8 });
  });
});

describe('finding files', () => {
  const files = { 'b.txt': '2 b\n', 'a.txt': '1 a\n', 'sub/c.txt': '3 c\n', 'sub/d.log': '4 d\n', _hidden: '9 h\n', '.tmp/x.txt': '9 t\n' };

  it('reads a folder and its folders by name, without names that begin with . or _', async () => {
    expect(await read(folderOf(files))).toEqual(['1 a', '2 b', '3 c', '4 d']);
  });

  it('reads patterns', async () => {
    const folder = folderOf(files);
    expect(await read(join(folder, '*.txt'))).toEqual(['1 a', '2 b']);
    expect(await read(join(folder, '**/*.txt'))).toEqual(['1 a', '2 b', '3 c']);
    expect(await read(join(folder, '{a,b,zz}.t?t'))).toEqual(['1 a', '2 b']);
    expect(await read(join(folder, '[!a].txt'))).toEqual(['2 b']);
    expect(await read(join(folder, 's*b/[a-c].*'))).toEqual(['3 c']);
    expect(await read(join(folder, 's*'))).toEqual(['3 c', '4 d']);
    expect(await read(join(folder, '_*'))).toEqual(['9 h']);
    expect(await read(join(folder, '.t*/*'))).toEqual(['9 t']);
  });

  it('takes a path with characters of patterns as it is, when it exists', async () => {
    const folder = folderOf({ 'a[1].txt': '1 a\n', 'a1.txt': '2 b\n' });
    expect(await read(join(folder, 'a[1].txt'))).toEqual(['1 a']);
    expect(await read(join(folder, 'a[0-9].txt'))).toEqual(['2 b']);
  });

  it('reads relative paths and file: URLs', async () => {
    const folder = folderOf({ 'a b?.txt': '1 a\n' });
    const path = join(folder, 'a b?.txt');
    expect(await read(relative(process.cwd(), path))).toEqual(['1 a']);
    expect(await read(pathToFileURL(path).href)).toEqual(['1 a']);
    expect(await read(`file://${path}`)).toEqual(['1 a']);
    expect(await read(`file:${path}`)).toEqual(['1 a']);
  });

  it('reads only what the regular expression matches as a whole', async () => {
    const folder = folderOf(files);
    expect(await read(folder, { 'source.path.regex-pattern': '.*/sub/.*' })).toEqual(['3 c', '4 d']);
    expect(await read(folder, { 'source.path.regex-pattern': '[a-c].txt' })).toEqual([]);
  });

  it('does not follow links round in circles', async () => {
    const folder = folderOf({ 'sub/a.txt': '1 a\n' });
    symlinkSync(folder, join(folder, 'sub', 'up'));
    expect(await read(folder)).toEqual(['1 a']);
    expect(await read(join(folder, '**', '*.txt'))).toEqual(['1 a']);
  });

  it.each([
    ['there is no such file', { path: '/no/such/file' }, 'MS3030'],
    ['a file stands where a folder should', { path: '/etc/hostname/x' }, 'MS3030'],
    ['no file matches', { path: '/no/such/*.txt' }, 'MS3030'],
    ['the path is empty', { path: ' ' }, 'MS3032'],
    ['the path is on another machine', { path: 's3://bucket/key' }, 'MS3035'],
    ['the URL names a host', { path: 'file://host/path' }, 'MS3032'],
    ['the regular expression is malformed', { path: '/tmp', 'source.path.regex-pattern': '(' }, 'MS3032'],
    ['braces explode', { path: `/no/${'{a,b,c,d}'.repeat(8)}` }, 'MS3032'],
  ])('refuses when %s', async (_, options, code) => {
    await expect(openFileSource(sourceContext(options as Record<string, string>))).rejects.toMatchObject({ code });
  });

  it('fails with the path when a file vanishes after it was found', async () => {
    const folder = folderOf({ a: '1 x\n', b: '2 y\n' });
    const reader = await openFileSource(sourceContext({ path: folder }));
    rmSync(join(folder, 'b'));
    expect(await readBatch(reader)).toEqual(['1 x']);
    await expect(readAll(reader)).rejects.toMatchObject({ code: 'MS3030', message: expect.stringContaining(join(folder, 'b')) });
  });

  it('fails with the path when a folder has taken the place of a file', async () => {
    const folder = folderOf({ a: '1 x\n' });
    const reader = await openFileSource(sourceContext({ path: join(folder, 'a') }));
    rmSync(join(folder, 'a'));
    mkdirSync(join(folder, 'a'));
    await expect(readAll(reader)).rejects.toMatchObject({
      code: 'MS3031',
      message: expect.stringContaining(`cannot read ${join(folder, 'a')}`),
    });
  });

  it.skipIf(process.getuid?.() === 0)('fails with the path when a file may not be read', async () => {
    const folder = folderOf({ a: '1 x\n' });
    chmodSync(join(folder, 'a'), 0);
    await expect(read(folder)).rejects.toMatchObject({ code: 'MS3031', message: expect.stringContaining('permission denied (EACCES)') });
  });

  it('deals the files out over subtasks', async () => {
    const folder = folderOf({ a: '1 a\n', b: '2 b\n', c: '3 c\n' });
    const part = async (index: number) => readAll(await openFileSource(sourceContext({ path: folder }, { subtask: { index, count: 2 } })));
    expect([await part(0), await part(1)]).toEqual([['1 a', '3 c'], ['2 b']]);
  });
});

describe('resuming', () => {
  it('gives exactly the rows not yet handed out, from every position', async () => {
    const all = makeLines(40);
    const folder = folderOf({ a: text(all.slice(0, 17)), b: '', c: text(all.slice(17, 18)), d: text(all.slice(18)).trimEnd() });
    const open = () => openFileSource(sourceContext({ path: folder }, { batchRows: 3 }), { blockBytes: 32 });
    const reader = await open();
    let done = 0;
    for (;;) {
      const position = JSON.parse(JSON.stringify(reader.position()));
      const resumed = await open();
      resumed.restore(position);
      expect(await readAll(resumed)).toEqual(all.slice(done));
      const batch = await readBatch(reader);
      if (batch === 'end') break;
      done += batch.length;
    }
    expect(done).toBe(40);
  });

  it('tells the decoder where it resumes', async () => {
    const folder = folderOf({ a: '1 x\n2 y\n' });
    const reader = await openFileSource(sourceContext({ path: folder }, { batchRows: 1 }));
    await readBatch(reader);
    const decoder = new LineDecoder(kernels);
    const resumed = await openFileSource(sourceContext({ path: folder }, { decoder }));
    resumed.restore(reader.position());
    await readAll(resumed);
    expect(decoder.inputs).toEqual([`${join(folder, 'a')}@4`]);
  });

  it('keeps to the files of the first run', async () => {
    const folder = folderOf({ b: '2 b\n' });
    const position = (await openFileSource(sourceContext({ path: folder }))).position();
    writeFileSync(join(folder, 'a'), '1 a\n');
    const resumed = await openFileSource(sourceContext({ path: folder }));
    resumed.restore(position);
    expect(await readAll(resumed)).toEqual(['2 b']);
  });
});

describe('splits', () => {
  const three = { a: '1 a\n', b: '2 b\n', c: '3 c\n' };

  it('hold the watermark back from being found to being read', async () => {
    const reader = await openFileSource(sourceContext({ path: folderOf(three) }));
    const seen: [number, number[]][] = [];
    while ((await readBatch(reader)) !== 'end') seen.push([reader.split, [...reader.activeSplits]]);
    expect(seen).toEqual([
      [0, [0, 1, 2]],
      [1, [1, 2]],
      [2, [2]],
    ]);
    expect([...reader.activeSplits]).toEqual([]);
  });

  it('count one at a time where the files are in the order of time', async () => {
    const reader = await openFileSource(sourceContext({ path: folderOf(three), 'source.files-in-time-order': 'true' }));
    const seen: number[][] = [];
    while ((await readBatch(reader)) !== 'end') seen.push([...reader.activeSplits]);
    expect(seen).toEqual([[0], [1], [2]]);
  });
});

describe('metadata columns', () => {
  it('tell path, name, size and time of the file', async () => {
    const folder = folderOf({ 'sub/a.txt': '1 x\n2 y\n' });
    const path = join(folder, 'sub/a.txt');
    utimesSync(path, 1_700_000_000, 1_700_000_000.25);
    const keys = ['file.path', 'file.name', 'file.size', 'file.modification-time'];
    const metaTypes = [types.string(false), types.string(false), types.bigint(false), types.timestampLtz(3, false)];
    const schema = { fields: [lineSchema.fields[0]!, ...keys.map((name, i) => ({ name, type: metaTypes[i]! }))] };
    const metadata = new Map(keys.map((key, index) => [index + 1, key]));
    const reader = await openFileSource(sourceContext({ path: folder }, { schema, metadata }));
    const batch = reader.poll() as Batch;
    expect(batch.rowCount).toBe(2);
    const [id, filePath, name, size, time] = batch.columns;
    const textAt = (column: typeof id): string => kernels.memory.text((column!.values as Int32Array)[1]!, (column!.aux as Int32Array)[1]!);
    expect([id!.values[1], textAt(filePath), textAt(name), size!.values[1], time!.values[1]]).toEqual([
      2n,
      path,
      'a.txt',
      8n,
      1_700_000_000_250n,
    ]);
  });
});

describe('options', () => {
  it('are bounded unless the path is watched', async () => {
    const { filesystemDescriptor } = await import('../../../src/connectors/filesystem/filesystem-descriptor.ts');
    expect(filesystemDescriptor.source!.bounded(fileOptions({ path: 'x' }))).toBe(true);
    expect(filesystemDescriptor.source!.bounded(fileOptions({ path: 'x', 'source.monitor-interval': '5 s' }))).toBe(false);
  });
});
