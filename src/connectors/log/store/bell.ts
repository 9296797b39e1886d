import { closeSync, type FSWatcher, openSync, watch, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../common/clock.ts';

const NAME = 'changed';
/** How long a change can go unseen where the system tells nothing of files that change. */
const LOOK_MS = 500;

/** Tells those who wait, in this process and others, that a log has changed: by a file that is written to, and watched. */
export class Bell {
  /** Grows with every ring that was heard. */
  rings = 0;
  readonly #file: number;
  readonly #watcher: FSWatcher | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(folder: string) {
    const path = join(folder, NAME);
    // Opened for appending it would grow with every ring.
    closeSync(openSync(path, 'a'));
    this.#file = openSync(path, 'r+');
    this.#watcher = watchFile(path, () => this.#heard());
  }

  ring(): void {
    writeSync(this.#file, '\n', 0);
    this.#heard();
  }

  /** Resolves at the next ring, when it is time to look all the same, or when `signal` is aborted. */
  async next(clock: Clock, signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const end = (): void => stop.abort();
    this.#waiting.add(end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    await clock.sleep(LOOK_MS, stop.signal);
    this.#waiting.delete(end);
    signal.removeEventListener('abort', end);
  }

  close(): void {
    this.#watcher?.close();
    closeSync(this.#file);
    this.#heard();
  }

  #heard(): void {
    this.rings++;
    for (const wake of [...this.#waiting]) wake();
  }
}

/** Some file systems cannot be watched: looking from time to time must do there. */
function watchFile(path: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}
