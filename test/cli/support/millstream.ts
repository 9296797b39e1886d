import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { useBundle } from './bundle.ts';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What standard input holds; empty by default. */
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

/** A process of the command line that runs. */
export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
  /** Resolves when standard output holds what is looked for. */
  printed(what: RegExp): Promise<string>;
}

export interface Millstream {
  /** An empty folder in which all processes of the test file run. */
  folder: string;
  path(name: string): string;
  /** The program's file. */
  readonly cli: string;
  start(args: readonly string[], options?: RunOptions): Running;
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
}

/** The command line as users have it: processes, with pipes as standard streams. */
export function useMillstream(): Millstream {
  const bundle = useBundle();
  const millstream: Millstream = {
    folder: '',
    path: (name) => join(millstream.folder, name),
    get cli() {
      return bundle.cli;
    },
    start(args, { input = '', env = {} } = {}) {
      const child = spawn(process.execPath, [bundle.cli, ...args], { cwd: millstream.folder, env: { ...environment(bundle.cli), ...env } });
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
      return follow(child);
    },
    run: (args, options) => millstream.start(args, options).ended,
  };
  beforeAll(() => {
    millstream.folder = mkdtempSync(join(tmpdir(), 'millstream-cli-'));
  });
  afterAll(() => rmSync(millstream.folder, { recursive: true, force: true }));
  return millstream;
}

/** Without what a terminal or a test runner adds, and with compiled code in a folder of the test's. */
function environment(cli: string): NodeJS.ProcessEnv {
  const { NO_COLOR: _, FORCE_COLOR: __, NODE_OPTIONS: ___, ...rest } = process.env;
  return { ...rest, TZ: 'UTC', XDG_CACHE_HOME: join(dirname(cli), 'cache') };
}

function follow(child: ChildProcessWithoutNullStreams): Running {
  let stdout = '';
  let stderr = '';
  const watchers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const watch of watchers) watch();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  const printed = (what: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const watch = (): void => {
        if (!what.test(stdout)) return;
        watchers.delete(watch);
        resolve(stdout);
      };
      watchers.add(watch);
      watch();
      void ended.then(() => (what.test(stdout) ? resolve(stdout) : reject(new Error(`it ended without ${what}:\n${stdout}${stderr}`))));
    });
  return { child, ended, printed };
}

/** The rows of NDJSON, numbers as they are written. */
export const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
