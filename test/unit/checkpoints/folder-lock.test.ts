import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
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
