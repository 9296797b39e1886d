import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useMillstream } from './support/millstream.ts';

const millstream = useMillstream();
const ONE = ['-e', 'SELECT 1 AS a'];

/** Runs a query with a cache folder of its own; what is in the folder afterwards. */
async function run(name: string, env: Readonly<Record<string, string>> = {}, args: readonly string[] = ONE) {
  const folder = millstream.path(name);
  const ended = await millstream.run(args, { env: { XDG_CACHE_HOME: folder, ...env } });
  const files = existsSync(join(folder, 'millstream')) ? readdirSync(join(folder, 'millstream')) : [];
  return { ...ended, files: files.map((file) => join(folder, 'millstream', file)) };
}

const GOOD = { code: 0, stdout: '{"a":1}\n', stderr: '' };

describe('the compiled code of the engine', () => {
  it('is kept by the first query, and used by the next', async () => {
    const first = await run('kept');
    expect(first).toMatchObject(GOOD);
    expect(first.files).toHaveLength(1);
    const before = statSync(first.files[0]!);
    expect(before.mode & 0o077).toBe(0);
    expect(before.size).toBeGreaterThan(100_000);
    const second = await run('kept');
    expect(second).toMatchObject(GOOD);
    expect(second.files).toEqual(first.files);
    expect(statSync(first.files[0]!).mtimeMs).toBe(before.mtimeMs);
  });

  it.each([
    ['is cut', (code: Buffer) => code.subarray(0, code.length >> 1)],
    ['is empty', () => Buffer.alloc(0)],
    ['is something else', () => Buffer.from('SELECT 1')],
    ['is changed', (code: Buffer) => Buffer.concat([code.subarray(0, 5000), Buffer.alloc(5000), code.subarray(10_000)])],
  ])('is made anew when its file %s', async (name, spoil) => {
    const { files } = await run(name);
    const good = readFileSync(files[0]!);
    writeFileSync(files[0]!, spoil(good));
    expect(await run(name)).toMatchObject(GOOD);
    expect(readFileSync(files[0]!).length).toBeGreaterThan(good.length / 2);
    expect(await run(name)).toMatchObject({ ...GOOD, files });
  });

  it('is not kept where it is not wanted, where nothing was run, or where there is no room for it', async () => {
    expect(await run('off', { NODE_DISABLE_COMPILE_CACHE: '1' })).toMatchObject({ ...GOOD, files: [] });
    expect(await run('help', {}, ['--help'])).toMatchObject({ code: 0, files: [] });
    expect(await run('wrong', {}, ['-e', 'SELEC 1'])).toMatchObject({ code: 2, files: [] });
    writeFileSync(millstream.path('file'), '');
    expect(await run('file')).toMatchObject({ ...GOOD, files: [] });
  });

  it('does not pile up', async () => {
    const folder = join(millstream.path('full'), 'millstream');
    mkdirSync(folder, { recursive: true });
    for (let i = 0; i < 20; i++) writeFileSync(join(folder, `${i}.code`), '');
    const { files } = await run('full');
    expect(files).toHaveLength(8);
    expect(files.some((file) => statSync(file).size > 0)).toBe(true);
  });
});
