import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StateError } from '../../../common/errors.ts';
import { freshUuid } from '../../../common/random.ts';

const NAME = 'lock';
/** More processes than this do not fight for one folder. */
const ATTEMPTS = 100;

interface Holder {
  readonly pid: number;
  /** When that process began, where the system tells: a number may be another process's later. */
  readonly begun: string | undefined;
  /** Tells two locks of one process apart. */
  readonly id: string;
}

/**
 * Takes a folder for this process until the returned function is called, or the process ends in any way: the lock of a process that lives no more counts
 * for nothing. Throws StateError MS4009 while another holds it, MS4010 where the folder cannot be used.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, NAME);
  const own: Holder = { pid: process.pid, begun: beginningOf(process.pid), id: freshUuid() };
  const draft = join(folder, `.${NAME}.${own.id}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(draft, JSON.stringify(own));
    try {
      take(path, draft, folder);
    } finally {
      rmSync(draft, { force: true });
    }
  } catch (cause) {
    if (cause instanceof StateError) throw cause;
    throw new StateError('MS4010', `the state folder ${folder} cannot be used: ${(cause as Error).message}`, { cause });
  }
  return () => {
    if (readHolder(path)?.id === own.id) rmSync(path, { force: true });
  };
}

/** The living process that holds a folder, and its lock; undefined where none does. */
export function holderOf(folder: string): { readonly pid: number; readonly id: string } | undefined {
  const holder = readHolder(join(folder, NAME));
  return holder !== undefined && lives(holder) ? holder : undefined;
}

/** A link is made whole or not at all, and not where there is a file. */
function take(path: string, draft: string, folder: string): void {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      linkSync(draft, path);
      return;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
    const holder = readHolder(path);
    if (holder !== undefined && lives(holder)) throw inUse(folder, holder.pid);
    moveAway(path, holder);
  }
  throw inUse(folder, readHolder(path)?.pid);
}

/** Takes a dead process's lock away; one that another process has taken meanwhile is put back. */
function moveAway(path: string, dead: Holder | undefined): void {
  const aside = `${path}.${freshUuid()}`;
  try {
    renameSync(path, aside);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw cause;
  }
  if (readHolder(aside)?.id !== dead?.id) linkSync(aside, path);
  rmSync(aside, { force: true });
}

function readHolder(path: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Holder;
    return typeof holder.pid === 'number' ? holder : undefined;
  } catch {
    // Gone, or cut off by a crash: nobody holds it.
    return undefined;
  }
}

function lives({ pid, begun }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    // A process of another user lives, too.
    if ((cause as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = beginningOf(pid);
  return begun === undefined || now === undefined || now === begun;
}

/** The time a process began, in the system's own unit: the 22nd field of /proc/PID/stat. */
function beginningOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function inUse(folder: string, pid: number | undefined): StateError {
  const who = pid === process.pid ? 'this process already works' : `process ${pid ?? '(unknown)'} works`;
  return new StateError('MS4009', `${who} with the state folder ${folder}`, {
    hint: 'end it first, or give this job a state folder of its own',
  });
}
