import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openFileSink } from '../../../src/connectors/filesystem/open-file-sink.ts';
import { ByteVector, RowKind } from '../../../src/data/batch.ts';
import type { SinkWriter } from '../../../src/runtime/sink.ts';
import { batchOf, kernels, makeLines, sinkContext, temporaryFolder } from './filesystem-support.ts';

const CRASH = new Error('a crash');
const HEADER = 'id,text\n';

/** A writer of the job, as after each of its starts. */
const open = (path: string, header?: string): SinkWriter =>
  openFileSink(sinkContext({ path }, { checkpointed: true, uid: 'job-1', ...(header !== undefined && { header }) }), {
    open: new Set(),
    written: new Set(),
  });

const lines = makeLines(40);
const write = (sink: SinkWriter, from: number, to: number): boolean => sink.write(batchOf(lines.slice(from, to)));
const prepare = async (sink: SinkWriter, checkpoint: number): Promise<unknown> =>
  JSON.parse(JSON.stringify(await sink.prepareCommit!(checkpoint)));

/** All that readers see at a path. */
function seen(path: string): string {
  if (!existsSync(path)) return '';
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .filter((name) => !name.startsWith('.'))
        .sort((a, b) => Number(a.split('-').at(-1)) - Number(b.split('-').at(-1)))
        .map((name) => join(path, name))
    : [path];
  return files.map((file) => (file.endsWith('.gz') ? gunzipSync(readFileSync(file)) : readFileSync(file)).toString()).join('');
}

const text = (from: number, to: number): string =>
  lines
    .slice(from, to)
    .map((line) => `${line}\n`)
    .join('');

describe.each(['folder', 'single.txt', 'single.txt.gz'])('a %s that a job with checkpoints writes', (name) => {
  const isFolder = name === 'folder';

  it('has each row once, whatever a crash left', async () => {
    const path = join(temporaryFolder(), name);
    const first = open(path);
    await first.restore!([]);
    write(first, 0, 10);
    const one = await prepare(first, 1);
    await first.commit!(one);
    expect(seen(path)).toBe(isFolder ? text(0, 10) : '');
    write(first, 10, 20);
    const two = await prepare(first, 2);
    write(first, 20, 30);
    await first.flush();
    // Checkpoint 2 is complete, and the process dies before the commit.
    await first.close(CRASH);
    const second = open(path);
    await second.restore!([two]);
    expect(seen(path)).toBe(isFolder ? text(0, 20) : '');
    write(second, 20, 40);
    const three = await prepare(second, 3);
    await second.commit!(three);
    await second.close();
    expect(seen(path)).toBe(text(0, 40));
    expect(readdirSync(isFolder ? path : join(path, '..')).filter((file) => file.startsWith('.'))).toEqual([]);
  });

  it('keeps what a checkpoint knows of when a write fails', async () => {
    const path = join(temporaryFolder(), name);
    const first = open(path);
    await first.restore!([]);
    write(first, 0, 10);
    const one = await prepare(first, 1);
    write(first, 10, 20);
    const update = batchOf(lines.slice(20, 21));
    update.kinds = new ByteVector(kernels.memory);
    update.kinds.view[0] = RowKind.delete;
    expect(() => first.write(update)).toThrow(expect.objectContaining({ code: 'MS3003' }));
    await first.close(CRASH);
    const second = open(path);
    await second.restore!([one]);
    write(second, 10, 20);
    const two = await prepare(second, 2);
    await second.commit!(two);
    await second.close();
    expect(seen(path)).toBe(text(0, 20));
  });

  it('begins anew where no checkpoint was made', async () => {
    const path = join(temporaryFolder(), name);
    const first = open(path);
    await first.restore!([]);
    write(first, 0, 10);
    await first.flush();
    await prepare(first, 1);
    await first.close(CRASH);
    const second = open(path);
    await second.restore!([]);
    write(second, 0, 5);
    await second.commit!(await prepare(second, 1));
    await second.close();
    expect(seen(path)).toBe(text(0, 5));
  });

  it('goes on from an older checkpoint: what a lost one had shown is replaced', async () => {
    const path = join(temporaryFolder(), name);
    const first = open(path);
    await first.restore!([]);
    write(first, 0, 10);
    const one = await prepare(first, 1);
    await first.commit!(one);
    write(first, 10, 20);
    await first.commit!(await prepare(first, 2));
    await first.close();
    expect(seen(path)).toBe(text(0, 20));
    const second = open(path);
    await second.restore!([one]);
    write(second, 10, 30);
    await second.commit!(await prepare(second, 3));
    await second.close();
    expect(seen(path)).toBe(text(0, 30));
  });

  it('may be committed twice', async () => {
    const path = join(temporaryFolder(), name);
    const first = open(path);
    await first.restore!([]);
    write(first, 0, 10);
    const one = await prepare(first, 1);
    await first.commit!(one);
    await first.commit!(one);
    await first.close();
    const again = open(path);
    await again.restore!([one], true);
    await again.close();
    expect(seen(path)).toBe(text(0, 10));
  });
});

describe('a file that a job with checkpoints writes', () => {
  it('has its header once', async () => {
    const path = join(temporaryFolder(), 'single.txt');
    const first = open(path, HEADER);
    await first.restore!([]);
    write(first, 0, 10);
    const one = await prepare(first, 1);
    await first.close(CRASH);
    const second = open(path, HEADER);
    await second.restore!([one]);
    write(second, 10, 20);
    await prepare(second, 2);
    await second.close();
    expect(seen(path)).toBe(`${HEADER}${text(0, 20)}`);
  });

  it('is missed when it is gone', async () => {
    const path = join(temporaryFolder(), 'single.txt');
    const first = open(path);
    await first.restore!([]);
    write(first, 0, 10);
    const one = (await prepare(first, 1)) as { hiddenPath: string };
    await first.close(CRASH);
    const copy = `${one.hiddenPath}.copy`;
    copyFileSync(one.hiddenPath, copy);
    rmSync(one.hiddenPath);
    await expect(open(path).restore!([one])).rejects.toMatchObject({ code: 'MS3038' });
    renameSync(copy, one.hiddenPath);
    const second = open(path);
    await second.restore!([one]);
    await prepare(second, 2);
    await second.close();
    expect(seen(path)).toBe(text(0, 10));
  });
});
