import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/common/clock.ts';
import { GzipOutput } from '../../../src/connectors/filesystem/gzip-output.ts';
import { type FileSinkLimits, openFileSink, type SingleFiles } from '../../../src/connectors/filesystem/open-file-sink.ts';
import { PlainOutput } from '../../../src/connectors/filesystem/plain-output.ts';
import { ByteVector } from '../../../src/data/batch.ts';
import { batchOf, kernels, makeLines, type SinkSetup, sinkContext, temporaryFolder } from './filesystem-support.ts';

const noFiles = (): SingleFiles => ({ open: new Set(), written: new Set() });
const open = (path: string, setup: SinkSetup = {}, more: Record<string, string> = {}, limits: FileSinkLimits = {}, files = noFiles()) =>
  openFileSink(sinkContext({ path, ...more }, setup), files, limits);
const visible = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .sort();
const contents = (folder: string): string =>
  visible(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

describe('writing a folder', () => {
  it('shows no part before the job has ended, and then all of them', async () => {
    const folder = join(temporaryFolder(), 'a/b');
    const lines = makeLines(500);
    const sink = open(folder, {}, { 'sink.rolling-policy.file-size': '1kb' }, { blockBytes: 256 });
    sink.write(batchOf(lines.slice(0, 300)));
    sink.write(batchOf(lines.slice(300)));
    await sink.flush();
    expect(visible(folder)).toEqual([]);
    await sink.close();
    expect(readdirSync(folder)).toEqual(visible(folder));
    const parts = visible(folder).sort((a, b) => Number(a.split('-').at(-1)) - Number(b.split('-').at(-1)));
    expect(parts.length).toBeGreaterThan(3);
    expect(parts[1]).toMatch(/^part-[0-9a-f-]+-0-1$/);
    for (const name of parts) expect(readFileSync(join(folder, name)).length).toBeLessThanOrEqual(1024);
    expect(parts.map((name) => readFileSync(join(folder, name), 'utf8')).join('')).toBe(text(lines));
    expect(sink.bytesWritten).toBe(Buffer.byteLength(text(lines)));
  });

  it('gives the same bytes however small its block is', async () => {
    const lines = makeLines(40);
    for (let blockBytes = 1; blockBytes < 60; blockBytes++) {
      const folder = temporaryFolder();
      const sink = open(folder, {}, {}, { blockBytes });
      sink.write(batchOf(lines));
      await sink.close();
      expect(contents(folder)).toBe(text(lines));
    }
  });

  it('writes no file when there is no row', async () => {
    const folder = temporaryFolder();
    await open(folder).close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('begins every part with the header', async () => {
    const folder = temporaryFolder();
    const sink = open(folder, { header: 'h\n' }, { 'sink.rolling-policy.file-size': '8b' });
    sink.write(batchOf(['1 aa', '2 bb']));
    await sink.close();
    expect(visible(folder).map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(['h\n1 aa\n', 'h\n2 bb\n']);
  });

  it('removes everything unfinished when the job fails', async () => {
    const folder = temporaryFolder();
    const sink = open(folder, {}, { 'sink.rolling-policy.file-size': '100b' });
    sink.write(batchOf(makeLines(100)));
    await sink.close(new Error('the job failed'));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('names the parts of several writers apart', async () => {
    const folder = temporaryFolder();
    for (const index of [0, 1]) {
      const sink = open(folder, { subtask: { index, count: 2 } });
      sink.write(batchOf([`${index} x`]));
      await sink.close();
    }
    expect(visible(folder).map((name) => name.replace(/-[0-9a-f-]{26}-/, '-'))).toEqual(expect.arrayContaining(['part-0-0', 'part-1-0']));
    expect(contents(folder).length).toBe(8);
  });

  it('writes the selected rows', async () => {
    const folder = temporaryFolder();
    const sink = open(folder);
    const { IntVector } = await import('../../../src/data/batch.ts');
    const batch = batchOf(['1 a', '2 b', '3 c']);
    batch.selection = new IntVector(kernels.memory);
    batch.selection.view.set([0, 2]);
    batch.selectedCount = 2;
    sink.write(batch);
    await sink.close();
    expect(contents(folder)).toBe('1 a\n3 c\n');
  });

  it('refuses an update', () => {
    const sink = open(temporaryFolder());
    const batch = batchOf(['1 a']);
    batch.kinds = new ByteVector(kernels.memory);
    batch.kinds.view[0] = 3;
    expect(() => sink.write(batch)).toThrow(expect.objectContaining({ code: 'MS3003' }));
  });
});

describe('writing a folder without end', () => {
  const unbounded = { bounded: false };

  it('shows a part as soon as it is full', async () => {
    const folder = temporaryFolder();
    const sink = open(folder, unbounded, { 'sink.rolling-policy.file-size': '8b' });
    sink.write(batchOf(['1 a', '2 b', '3 c']));
    await expect.poll(() => contents(folder)).toBe('1 a\n2 b\n');
    await sink.close(new Error('cancelled'));
    expect(contents(folder)).toBe('1 a\n2 b\n');
    expect(readdirSync(folder).length).toBe(1);
  });

  it('ends a part by age and by inactivity', async () => {
    for (const interval of ['rollover', 'inactivity']) {
      const folder = temporaryFolder();
      const clock = new VirtualClock();
      const sink = open(
        folder,
        { ...unbounded, clock },
        { [`sink.rolling-policy.${interval}-interval`]: '10 s', 'sink.rolling-policy.check-interval': '1 s' },
      );
      const advance = async (seconds: number): Promise<void> => {
        for (let i = 0; i < seconds; i++) {
          clock.advance(1000);
          await new Promise(setImmediate);
        }
      };
      sink.write(batchOf(['1 a']));
      await advance(6);
      sink.write(batchOf(['2 b']));
      await advance(6);
      if (interval === 'rollover') await expect.poll(() => contents(folder)).toBe('1 a\n2 b\n');
      else expect(visible(folder)).toEqual([]);
      await advance(6);
      await expect.poll(() => contents(folder)).toBe('1 a\n2 b\n');
      await sink.close();
      expect(visible(folder).length).toBe(1);
    }
  });
});

describe('writing a single file', () => {
  it('takes a path that ends as the format does as a file, which appears whole', async () => {
    const path = join(temporaryFolder(), 'new/out.txt');
    const sink = open(path, { header: 'h\n' });
    sink.write(batchOf(['1 a']));
    expect(existsSync(path)).toBe(false);
    await sink.close();
    expect(readFileSync(path, 'utf8')).toBe('h\n1 a\n');
    expect(readdirSync(join(path, '..'))).toEqual(['out.txt']);
  });

  it('takes a folder, and a path with a slash behind it, as a folder', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'out.txt'));
    for (const path of [join(folder, 'out.txt'), `${join(folder, 'other.txt')}/`]) {
      const sink = open(path);
      sink.write(batchOf(['1 a']));
      await sink.close();
      expect(visible(path)).toHaveLength(1);
    }
  });

  it('writes an empty file when there is no row', async () => {
    const path = join(temporaryFolder(), 'out.txt');
    await open(path).close();
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('leaves what was there when the job fails', async () => {
    const path = join(temporaryFolder(), 'out.txt');
    writeFileSync(path, 'before\n');
    const sink = open(path);
    sink.write(batchOf(['1 a']));
    await sink.close('cancelled');
    expect(readFileSync(path, 'utf8')).toBe('before\n');
    expect(readdirSync(join(path, '..'))).toEqual(['out.txt']);
  });

  it('replaces, adds to, or refuses what was there', async () => {
    const path = join(temporaryFolder(), 'out.txt');
    writeFileSync(path, 'before\n');
    const write = async (existing: string, header?: string): Promise<string> => {
      const sink = open(path, header === undefined ? {} : { header }, { 'sink.existing-file': existing });
      sink.write(batchOf(['1 a']));
      await sink.close();
      return readFileSync(path, 'utf8');
    };
    expect(await write('replace')).toBe('1 a\n');
    expect(await write('append', 'h\n')).toBe('1 a\n1 a\n');
    await expect(write('fail')).rejects.toMatchObject({ code: 'MS3036' });
  });

  it('adds the rows of a second INSERT of the session', async () => {
    const path = join(temporaryFolder(), 'out.txt');
    const files = noFiles();
    writeFileSync(path, 'before\n');
    for (const line of ['1 a', '2 b']) {
      const sink = open(path, {}, {}, {}, files);
      expect(() => open(path, {}, {}, {}, files)).toThrow(expect.objectContaining({ code: 'MS3037' }));
      sink.write(batchOf([line]));
      await sink.close();
    }
    expect(readFileSync(path, 'utf8')).toBe('1 a\n2 b\n');
  });

  it('writes what a link points to', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'real.txt'), '');
    symlinkSync('real.txt', join(folder, 'out.txt'));
    const sink = open(join(folder, 'out.txt'));
    sink.write(batchOf(['1 a']));
    await sink.close();
    expect(readFileSync(join(folder, 'real.txt'), 'utf8')).toBe('1 a\n');
  });

  it('is refused to several workers', () => {
    const path = join(temporaryFolder(), 'out.txt');
    expect(() => open(path, { subtask: { index: 0, count: 2 } })).toThrow(expect.objectContaining({ code: 'MS3037' }));
  });
});

describe('an output that fails', () => {
  it('is an error that names the path', () => {
    expect(() => open('/proc/nowhere')).toThrow(
      expect.objectContaining({ code: 'MS3036', message: expect.stringContaining('/proc/nowhere') }),
    );
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(() => open(file)).toThrow(expect.objectContaining({ code: 'MS3036', hint: expect.stringContaining('.json') }));
    expect(() => open(join(file, 'out.txt'))).toThrow(expect.objectContaining({ code: 'MS3036' }));
  });

  it('says when its folder has vanished', async () => {
    const folder = join(temporaryFolder(), 'out');
    const sink = open(folder);
    rmSync(folder, { recursive: true });
    expect(() => sink.write(batchOf(['1 a']))).toThrow(
      expect.objectContaining({ code: 'MS3036', message: expect.stringContaining('ENOENT') }),
    );
    await expect(sink.ready()).rejects.toMatchObject({ code: 'MS3036' });
    await sink.close(new Error('failed'));
  });

  it('says at the end when its file can no longer get its name', async () => {
    const folder = join(temporaryFolder(), 'out');
    const sink = open(folder);
    sink.write(batchOf(['1 a']));
    rmSync(folder, { recursive: true });
    await expect(sink.close()).rejects.toMatchObject({ code: 'MS3036', message: expect.stringContaining(folder) });
  });

  it.skipIf(!existsSync('/dev/full'))('says when the device is full', async () => {
    const bytes = new Uint8Array(1 << 20);
    const full = {
      code: 'MS3036',
      message: expect.stringContaining('no space left on device (ENOSPC)'),
      hint: expect.stringContaining('make room'),
    };
    const plain = new PlainOutput('/dev/full', 'a');
    expect(() => plain.write(bytes)).toThrow(expect.objectContaining(full));
    plain.abandon();
    const gzip = new GzipOutput('/dev/full', 'a');
    gzip.write(bytes);
    await expect(gzip.finish()).rejects.toMatchObject(full);
  });

  it('refuses a row that is longer than the limit', () => {
    const sink = open(temporaryFolder(), {}, {}, { blockBytes: 8, maxRecordBytes: 64 });
    expect(() => sink.write(batchOf([`1 ${'x'.repeat(100)}`]))).toThrow(expect.objectContaining({ code: 'MS3034' }));
  });
});
