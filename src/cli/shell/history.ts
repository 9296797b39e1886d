import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const LINES_MAX = 1000;
/** What may give away a secret is not kept, not even in memory. */
const SECRET = /password|passwd|secret|token|credential|api[-_.]?key|access[-_.]?key|sasl/i;

/** $XDG_STATE_HOME/millstream/history where that is set, else ~/.millstream_history. */
export function historyPath(env: NodeJS.ProcessEnv = process.env): string {
  const state = env['XDG_STATE_HOME'] ?? '';
  return state === '' ? join(homedir(), '.millstream_history') : join(state, 'millstream', 'history');
}

/** What was typed in this and earlier shells, latest first. A file that cannot be read or written is no reason to stop. */
export class History {
  readonly #path: string;
  #lines: string[];

  constructor(path: string = historyPath()) {
    this.#path = path;
    this.#lines = readLines(path);
  }

  /** As node:readline wants it; a copy. */
  get lines(): string[] {
    return [...this.#lines];
  }

  /** Adds a line, unless it is empty, a repetition, or may hold a secret. */
  add(line: string): void {
    const text = line.trim();
    if (text === '' || text === this.#lines[0] || SECRET.test(text)) return;
    this.#lines = [text, ...this.#lines].slice(0, LINES_MAX);
  }

  save(): void {
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(this.#path, `${[...this.#lines].reverse().join('\n')}\n`, { mode: 0o600 });
    } catch {
      // The shell is of use without a history, too.
    }
  }
}

function readLines(path: string): string[] {
  try {
    const lines = readFileSync(path, 'utf8').split('\n');
    return lines
      .filter((line) => line !== '')
      .slice(-LINES_MAX)
      .reverse();
  } catch {
    return [];
  }
}
