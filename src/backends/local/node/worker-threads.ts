import { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerPort, WorkerThreads } from '../workers/worker-messages.ts';
import { builtFile } from './built-file.ts';

/** The built file that a thread runs: src/worker.ts. */
const PROGRAM = 'worker.js';

/** Threads of this process. */
export const workerThreads: WorkerThreads = { start: (name) => new NodeWorkerPort(name) };

class NodeWorkerPort implements WorkerPort {
  onMessage: (message: FromWorker) => void = () => undefined;
  onExit: (error: unknown) => void = () => undefined;
  readonly #worker: Worker;
  #isEnding = false;

  constructor(name: string) {
    this.#worker = new Worker(builtFile(PROGRAM), { name, stdout: false, stderr: false });
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
