import { execFileSync } from 'node:child_process';
import { createWriteStream, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openFileSink } from '../../../src/connectors/filesystem/open-file-sink.ts';
import { openFileSource } from '../../../src/connectors/filesystem/open-file-source.ts';
import { batchOf, makeLines, readAll, readBatch, sinkContext, sourceContext, temporaryFolder } from './filesystem-support.ts';

const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

function fileOf(name: string, content: Uint8Array | string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

describe('reading compressed files', () => {
  it.each([
    ['a.gz', zlib.gzipSync],
    ['a.json.GZIP', zlib.gzipSync],
    ['a.deflate', zlib.deflateSync],
  ])('reads %s', async (name, compress) => {
    const lines = makeLines(30_000);
    const reader = await openFileSource(sourceContext({ path: fileOf(name, compress(text(lines))) }));
    expect(await readAll(reader)).toEqual(lines);
    await reader.close();
  });

  it('reads a file of several gzip members', async () => {
    const path = fileOf('a.gz', Buffer.concat([zlib.gzipSync('1 a\n2 '), zlib.gzipSync('b\n')]));
    expect(await readAll(await openFileSource(sourceContext({ path })))).toEqual(['1 a', '2 b']);
  });

  it('fills batches', async () => {
    const path = fileOf('a.gz', zlib.gzipSync(text(makeLines(40_000))));
    const reader = await openFileSource(sourceContext({ path }), { blockBytes: 1 << 16 });
    let batches = 0;
    while ((await readBatch(reader)) !== 'end') batches++;
    expect(batches).toBeLessThanOrEqual(12);
  });

  it('holds little of a file that expands without end', async () => {
    const line = `1 ${'x'.repeat(1000)}\n`;
    const path = fileOf('bomb.gz', zlib.gzipSync(line.repeat(100_000), { level: 9 }));
    const before = process.memoryUsage().arrayBuffers;
    const reader = await openFileSource(sourceContext({ path }));
    await readBatch(reader);
    // Time for the decompressor to run ahead, if it did.
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * 1024 ** 2);
    await reader.close();
  });

  it('resumes at every position', async () => {
    const lines = makeLines(60);
    const path = fileOf('a.gz', zlib.gzipSync(text(lines)));
    const open = () => openFileSource(sourceContext({ path }, { batchRows: 7 }), { blockBytes: 64 });
    const reader = await open();
    let done = 0;
    for (;;) {
      const resumed = await open();
      resumed.restore(JSON.parse(JSON.stringify(reader.position())));
      expect(await readAll(resumed)).toEqual(lines.slice(done));
      const batch = await readBatch(reader);
      if (batch === 'end') break;
      done += batch.length;
    }
    expect(done).toBe(60);
  });

  it('gives the rows before the place where a file is cut off, then fails', async () => {
    const lines = makeLines(50_000);
    const path = fileOf('a.gz', zlib.gzipSync(text(lines)));
    truncateSync(path, 40_000);
    const reader = await openFileSource(sourceContext({ path }));
    const seen: string[] = [];
    const failure = (async () => {
      for (let batch = await readBatch(reader); batch !== 'end'; batch = await readBatch(reader)) seen.push(...batch);
    })();
    await expect(failure).rejects.toMatchObject({
      code: 'MS3033',
      message: expect.stringContaining(`${path} is damaged: unexpected end of file`),
    });
    expect(seen.length).toBeGreaterThan(1000);
    expect(seen).toEqual(lines.slice(0, seen.length));
  });

  it('loses nothing however reader and decompressor take turns', async () => {
    const lines = makeLines(3000);
    const whole = zlib.gzipSync(text(lines));
    const wholePath = fileOf('a.gz', whole);
    const cutPath = fileOf('b.gz', whole.subarray(0, whole.length - 9));
    for (let turn = 0; turn < 40; turn++) {
      const pause = () => new Promise((resolve) => setTimeout(resolve, turn % 3));
      const count = async (path: string): Promise<number> => {
        const reader = await openFileSource(sourceContext({ path }));
        let rowCount = 0;
        for (let batch = await readBatch(reader); batch !== 'end'; batch = await readBatch(reader)) {
          rowCount += batch.length;
          await pause();
        }
        await reader.close();
        return rowCount;
      };
      expect(await count(wholePath)).toBe(3000);
      await expect(count(cutPath)).rejects.toMatchObject({ code: 'MS3033' });
    }
  });

  it.each([
    ['is empty', ''],
    ['is no gzip file', '1 a\n'],
  ])('fails when a file %s', async (_, content) => {
    const reader = await openFileSource(sourceContext({ path: fileOf('a.gz', content) }));
    await expect(readAll(reader)).rejects.toMatchObject({ code: 'MS3033' });
  });

  it('fails when a file is shorter than the position', async () => {
    for (const [name, content] of [
      ['a.gz', zlib.gzipSync('1 a\n')],
      ['a', '1 a\n'],
    ] as const) {
      const path = fileOf(name, content);
      const reader = await openFileSource(sourceContext({ path }));
      reader.restore({ ...(reader.position() as object), byteOffset: 8 });
      await expect(readAll(reader)).rejects.toMatchObject({ code: 'MS3031' });
    }
  });

  it('refuses what it cannot decompress before anything is read', async () => {
    await expect(openFileSource(sourceContext({ path: fileOf('a.bz2', '') }))).rejects.toMatchObject({ code: 'MS3035' });
  });

  it('ends a wait when the signal is aborted', async () => {
    const path = fileOf('a.gz', zlib.gzipSync(text(makeLines(10))));
    const reader = await openFileSource(sourceContext({ path }));
    expect(reader.poll()).toBe('idle');
    const stop = new AbortController();
    const waiting = reader.wait(stop.signal);
    stop.abort();
    await expect(waiting).resolves.toBeUndefined();
    await reader.close();
  });
});

describe('reading a pipe', () => {
  it.skipIf(process.platform === 'win32')('does not wait for a full block', async () => {
    const path = join(temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = await openFileSource(sourceContext({ path }));
    expect(reader.poll()).toBe('idle');
    const writer = createWriteStream(path);
    writer.write('1 a\n2 b\n3');
    expect(await readBatch(reader)).toEqual(['1 a', '2 b']);
    writer.end(' c');
    expect(await readAll(reader)).toEqual(['3 c']);
  });
});

describe('writing gzip', () => {
  const open = (path: string, more: Record<string, string> = {}) =>
    openFileSink(sinkContext({ path, ...more }), { open: new Set(), written: new Set() }, { blockBytes: 64 * 1024 });

  it('holds the writer up rather than the bytes, and writes them all', async () => {
    const path = join(temporaryFolder(), 'out.txt.gz');
    const lines = makeLines(4096).map((line) => `${line}${'y'.repeat(500)}`);
    const batch = batchOf(lines);
    const sink = open(path);
    let refusals = 0;
    for (let i = 0; i < 6; i++) {
      while (!sink.write(batch)) {
        refusals++;
        await sink.ready();
      }
    }
    await sink.close();
    expect(refusals).toBeGreaterThan(0);
    expect(zlib.gunzipSync(readFileSync(path)).toString()).toBe(text(lines).repeat(6));
    expect(readdirSync(join(path, '..'))).toEqual(['out.txt.gz']);
  });

  it('adds to a file', async () => {
    const path = join(temporaryFolder(), 'out.txt.gz');
    for (const line of ['1 a', '2 b']) {
      const sink = open(path, { 'sink.existing-file': 'append' });
      sink.write(batchOf([line]));
      await sink.close();
    }
    expect(zlib.gunzipSync(readFileSync(path)).toString()).toBe('1 a\n2 b\n');
  });

  it('leaves nothing when the job fails', async () => {
    const path = join(temporaryFolder(), 'out.txt.gz');
    const sink = open(path);
    sink.write(batchOf(makeLines(4000)));
    await sink.close(new Error('failed'));
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  it('is refused where it cannot be written', () => {
    expect(() => open('/proc/out.txt.gz')).toThrow(expect.objectContaining({ code: 'MS3036' }));
  });
});
