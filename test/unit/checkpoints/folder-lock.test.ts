import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { lockFolder } from '../../../src/backends/local/node/folder-lock.ts';

const folders: string[] = [];
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'lock-'));
  folders.push(made);
  return made;
};

afterEach(() => {
  for (const made of folders.splice(0)) rmSync(made, { recursive: true, force: true });
});

/** The number of a process that lives no more. */
const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

describe('the lock of a folder', () => {
  it('is held by one at a time, which the error names', () => {
    const path = folder();
    const unlock = lockFolder(path);
    expect(() => lockFolder(path)).toThrow(expect.objectContaining({ code: 'MS4009', message: expect.stringContaining('this process') }));
    unlock();
    lockFolder(path)();
    expect(readdirSync(path)).toEqual([]);
  });

  it('of another process names it', () => {
    const path = folder();
    writeFileSync(join(path, 'lock'), JSON.stringify({ pid: process.ppid, id: 'x' }));
    expect(() => lockFolder(path)).toThrow(
      expect.objectContaining({ code: 'MS4009', message: expect.stringContaining(`process ${process.ppid} `) }),
    );
  });

  it.each([
    ['a process that lives no more', () => JSON.stringify({ pid: deadPid(), id: 'x' })],
    ['a process whose number another has now', () => JSON.stringify({ pid: process.pid, begun: '1', id: 'x' })],
    ['nobody: it was cut off by a crash', () => '{"pid":'],
    ['nobody: it is empty', () => ''],
  ])('of %s counts for nothing', (_, text) => {
    const path = folder();
    writeFileSync(join(path, 'lock'), text());
    // Where the system does not tell when processes began, a number is all there is.
    if (text().includes('begun') && !existsSync('/proc/self/stat')) return;
    lockFolder(path)();
    expect(readdirSync(path)).toEqual([]);
  });

  it('of a process of another machine holds as long as it gives signs of life', () => {
    const path = folder();
    const lock = join(path, 'lock');
    const foreign = JSON.stringify({ pid: process.pid, host: 'another-host', boot: 'x', id: 'x' });
    writeFileSync(lock, foreign);
    expect(() => lockFolder(path)).toThrow(
      expect.objectContaining({
        code: 'MS4009',
        message: expect.stringContaining(`process ${process.pid} on another-host works`),
        hint: expect.stringContaining('30 s'),
      }),
    );
    expect(readdirSync(path)).toEqual(['lock']);
    const past = new Date(Date.now() - 31_000);
    utimesSync(lock, past, past);
    lockFolder(path)();
    expect(readdirSync(path)).toEqual([]);
  });

  it('of this machine before it was started again counts for nothing', () => {
    if (!existsSync('/proc/sys/kernel/random/boot_id')) return;
    const path = folder();
    writeFileSync(join(path, 'lock'), JSON.stringify({ pid: process.pid, host: hostname(), boot: 'before', id: 'x' }));
    lockFolder(path)();
    expect(readdirSync(path)).toEqual([]);
  });

  it('is written anew while it is held', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const path = folder();
      const unlock = lockFolder(path);
      const past = new Date(Date.now() - 60_000);
      utimesSync(join(path, 'lock'), past, past);
      vi.advanceTimersByTime(3000);
      expect(Date.now() - statSync(join(path, 'lock')).mtimeMs).toBeLessThan(30_000);
      unlock();
      expect(readdirSync(path)).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('makes the folder', () => {
    const path = join(folder(), 'a', 'b');
    lockFolder(path)();
    expect(existsSync(path)).toBe(true);
  });

  it('needs a folder that can be made', () => {
    const path = folder();
    writeFileSync(join(path, 'file'), '');
    expect(() => lockFolder(join(path, 'file', 'state'))).toThrow(expect.objectContaining({ code: 'MS4010' }));
  });
});
