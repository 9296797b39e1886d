import { closeSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { StateError } from '../../../common/errors.ts';
import { freshUuid } from '../../../common/random.ts';

const NAME = 'lock';
/** More processes than this do not fight for one folder. */
const ATTEMPTS = 100;
/** A process of another machine cannot be asked whether it lives: it writes its lock anew this often, */
const SIGN_MS = 3000;
/** and lives no more when it has not done so for this long. */
const SILENCE_MS = 30_000;

interface Holder {
  readonly pid: number;
  /** When that process began, where the system tells: a number may be another process's later. */
  readonly begun: string | undefined;
  /** The machine or container, and when it was started; locks of former releases have neither. */
  readonly host?: string | undefined;
  readonly boot?: string | undefined;
  /** Tells two locks of one process apart. */
  readonly id: string;
}

/**
 * Takes a folder for this process until the returned function is called, or the process ends in any way: the lock of a process that lives no more counts
 * for nothing. Throws StateError MS4009 while another holds it, MS4010 where the folder cannot be used.
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, NAME);
  const own: Holder = { pid: process.pid, begun: beginningOf(process.pid), host: hostname(), boot: bootOf(), id: freshUuid() };
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
  const signs = setInterval(() => giveSign(path, own), SIGN_MS);
  signs.unref();
  return () => {
    clearInterval(signs);
    if (readHolder(path)?.id === own.id) rmSync(path, { force: true });
  };
}

/** The living process that holds a folder, and its lock; undefined where none does. */
export function holderOf(folder: string): { readonly pid: number; readonly id: string } | undefined {
  const holder = readHolder(join(folder, NAME));
  return holder !== undefined && lives(holder, () => silenceOf(join(folder, NAME), folder)) ? holder : undefined;
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
    if (holder !== undefined && lives(holder, () => silenceOf(path, folder))) throw inUse(folder, holder);
    moveAway(path, holder);
  }
  throw inUse(folder, readHolder(path));
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

/** `silence` is how long ago a process of another machine gave a sign of life, in milliseconds. */
function lives({ pid, begun, host, boot }: Holder, silence: () => number): boolean {
  if (host !== undefined && host !== hostname()) return silence() < SILENCE_MS;
  // This machine was started again since.
  if (boot !== undefined && bootOf() !== undefined && boot !== bootOf()) return false;
  try {
    process.kill(pid, 0);
  } catch (cause) {
    // A process of another user lives, too.
    if ((cause as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = beginningOf(pid);
  return begun === undefined || now === undefined || now === begun;
}

/** Writes the same bytes again, so that whoever keeps the files notes the time, by a clock that all machines see. */
function giveSign(path: string, own: Holder): void {
  try {
    if (readHolder(path)?.id !== own.id) return;
    const file = openSync(path, 'r+');
    try {
      writeSync(file, JSON.stringify(own), 0);
    } finally {
      closeSync(file);
    }
  } catch {
    // The next one may succeed.
  }
}

/** How long ago a file was written, by the clock of whoever keeps it: a file made now has the time to compare with. */
function silenceOf(path: string, folder: string): number {
  const now = join(folder, `.${NAME}.${freshUuid()}`);
  try {
    writeFileSync(now, '');
    return statSync(now).mtimeMs - statSync(path).mtimeMs;
  } catch {
    return 0;
  } finally {
    rmSync(now, { force: true });
  }
}

/** Tells one start of the machine from the next, where the system does. */
function bootOf(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return undefined;
  }
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

function inUse(folder: string, holder: Holder | undefined): StateError {
  const isOwn = holder?.pid === process.pid && (holder.host ?? hostname()) === hostname();
  const where = holder?.host === undefined || holder.host === hostname() ? '' : ` on ${holder.host}`;
  const who = isOwn ? 'this process already works' : `process ${holder?.pid ?? '(unknown)'}${where} works`;
  return new StateError('MS4009', `${who} with the state folder ${folder}`, {
    hint:
      where === ''
        ? 'end it first, or give this job a state folder of its own'
        : `end it first; if it is gone, try again in ${SILENCE_MS / 1000} s`,
  });
}
