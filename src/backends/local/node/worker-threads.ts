import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { InternalError } from '../../../common/errors.ts';
import type { FromWorker, ToWorker, WorkerPort, WorkerThreads } from '../workers/worker-messages.ts';

/** The built file that a thread runs: src/worker.ts. */
const PROGRAM = 'dist/worker.js';

/** Threads of this process. */
export const workerThreads: WorkerThreads = { start: (name) => new NodeWorkerPort(name) };

class NodeWorkerPort implements WorkerPort {
  onMessage: (message: FromWorker) => void = () => undefined;
  onExit: (error: unknown) => void = () => undefined;
  readonly #worker: Worker;
  #isEnding = false;

  constructor(name: string) {
    this.#worker = new Worker(program(), { name, stdout: false, stderr: false });
    this.#worker.on('message', (message: FromWorker) => this.onMessage(message));
    this.#worker.on('error', (error) => this.#exit(error));
    this.#worker.on('messageerror', (error) => this.#exit(error));
    this.#worker.on('exit', (code) => this.#exit(new Error(`its thread has exited with code ${code}`)));
  }

  #exit(error: unknown): void {
    if (!this.#isEnding) this.onExit(error);
    this.#isEnding = true;
  }

  post(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#worker.terminate();
  }
}

let known: string | undefined;

/** Beside the bundle that this code is part of, or one of its chunks; else the package's own. */
function program(): string {
  const folder = dirname(fileURLToPath(import.meta.url));
  const beside = [join(folder, 'worker.js'), join(dirname(folder), 'worker.js')];
  known ??= beside.find((path) => existsSync(path)) ?? find(folder);
  return known;
}

function find(folder: string): string {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown }).name === 'millstream') {
    const path = join(folder, PROGRAM);
    if (existsSync(path)) return path;
  }
  if (dirname(folder) === folder) {
    throw new InternalError('MS9003', `${PROGRAM} is not there, which the threads of a job run`, {
      hint: 'build the package, or install it anew',
    });
  }
  return find(dirname(folder));
}
