import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

/** Files of other versions that are kept: of a program that several Nodes or several projects run. */
const FILES_MAX = 8;
const SUFFIX = '.code';

/** Where a program may leave what it can make again: $XDG_CACHE_HOME, or the folder that the platform has for it. */
function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'millstream');
  if (process.platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'millstream', 'cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'millstream');
  return join(homedir(), '.cache', 'millstream');
}

/**
 * A file of compiled code, named after the text it was compiled from and the Node that did it. It holds code that the process will run, so
 * only the user's own is read. V8 believes what it is given: a byte that a failing disk has changed could crash the process. So the file is
 * a gzip archive, not compressed, for its checksum. Everything here may fail (no home folder, a disk that is full or read-only): there is then no file.
 */
export class CacheFile {
  readonly #folder = cacheFolder();
  readonly #name: string;

  constructor(text: string) {
    this.#name = `${text}-${process.version}-${process.arch}${SUFFIX}`;
  }

  read(): Buffer | undefined {
    let file: number | undefined;
    try {
      file = openSync(join(this.#folder, this.#name), 'r');
      return fstatSync(file).uid === (process.getuid?.() ?? 0) ? gunzipSync(readFileSync(file)) : undefined;
    } catch {
      return undefined;
    } finally {
      if (file !== undefined) closeSync(file);
    }
  }

  /** Processes that write at the same time do not meet: a file appears when it is whole. */
  write(code: Uint8Array): void {
    const begun = join(this.#folder, `.${this.#name}.${process.pid}`);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      writeFileSync(begun, gzipSync(code, { level: 0 }), { mode: 0o600 });
      renameSync(begun, join(this.#folder, this.#name));
      this.#forgetOldest();
    } catch {
      remove(begun);
    }
  }

  #forgetOldest(): void {
    const files = readdirSync(this.#folder).filter((name) => name.endsWith(SUFFIX));
    if (files.length <= FILES_MAX) return;
    const byAge = files.map((name) => join(this.#folder, name)).toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
    for (const old of byAge.slice(FILES_MAX)) remove(old);
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // It can stay.
  }
}
