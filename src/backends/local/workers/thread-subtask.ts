import { packError, unpackError } from '../../../common/error-transit.ts';
import { InternalError } from '../../../common/errors.ts';
import { messageOf } from '../../../common/message-of.ts';
import type { SubtaskHead } from '../../../runtime/checkpoints/checkpoint.ts';
import type { SubtaskCheckpoint } from '../../../runtime/checkpoints/participant.ts';
import type { LocalEnvironment } from '../graph-context.ts';
import type { Subtask, SubtaskMetrics } from './subtask.ts';
import type { FromWorker, WorkerCall, WorkerOpening, WorkerPort, WorkerThreads } from './worker-messages.ts';

/** Where a worker's words go. */
type Listeners = Pick<LocalEnvironment, 'print' | 'onNote' | 'onBadRecord'>;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A worker in a thread of its own. When the thread ends by itself, all that it was asked for fails. */
export class ThreadSubtask implements Subtask {
  readonly subtask: number;
  metrics!: SubtaskMetrics;
  readonly #port: WorkerPort;
  readonly #env: Listeners;
  readonly #calls = new Map<number, Waiting>();
  #count = 0;
  #lost: unknown;

  private constructor(subtask: number, port: WorkerPort, env: Listeners) {
    this.subtask = subtask;
    this.#port = port;
    this.#env = env;
    port.onMessage = (message) => this.#take(message);
    port.onExit = (error) => this.#lose(error);
  }

  /** Starts the thread, and the worker's part of the job in it. Throws what opening the tables throws. */
  static async open(threads: WorkerThreads, opening: WorkerOpening, env: Listeners): Promise<ThreadSubtask> {
    const made = new ThreadSubtask(opening.index, threads.start(`${opening.jobName}-${opening.index}`), env);
    try {
      made.metrics = (await made.#call({ kind: 'open', opening })) as SubtaskMetrics;
      return made;
    } catch (error) {
      await made.#port.end();
      throw error;
    }
  }

  async run(): Promise<void> {
    await this.#call({ kind: 'run' });
  }

  async capture(checkpoint: number, halts: boolean): Promise<SubtaskCheckpoint | undefined> {
    const part = (await this.#call({ kind: 'capture', checkpoint, halts })) as SubtaskCheckpoint | undefined;
    return part?.failure === undefined ? part : { ...part, failure: unpackError(part.failure) };
  }

  async commit(checkpoint: number, head: SubtaskHead): Promise<void> {
    await this.#call({ kind: 'commit', checkpoint, head });
  }

  abandon(checkpoint: number, cause: unknown): void {
    this.#port.post({ order: { kind: 'abandon', checkpoint, cause: packError(cause) } });
  }

  drain(): void {
    this.#port.post({ order: { kind: 'drain' } });
  }

  stop(reason: unknown): void {
    this.#port.post({ order: { kind: 'stop', reason: packError(reason) } });
  }

  async close(cause: unknown): Promise<void> {
    if (this.#lost !== undefined) return;
    try {
      await this.#call({ kind: 'close', cause: packError(cause) });
    } finally {
      await this.#port.end();
    }
  }

  #call(body: WorkerCall): Promise<unknown> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    const call = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#calls.set(call, { resolve, reject });
      this.#port.post({ call, body });
    });
  }

  #take(message: FromWorker): void {
    switch (message.kind) {
      case 'answer':
      case 'failure': {
        const waiting = this.#calls.get(message.call);
        this.#calls.delete(message.call);
        if (message.kind === 'answer') waiting?.resolve(message.value);
        else waiting?.reject(unpackError(message.error));
        return;
      }
      case 'metrics':
        this.metrics = message.metrics;
        return;
      case 'print':
        return this.#env.print(message.text);
      case 'note':
        return this.#env.onNote?.(message.text);
      case 'bad-record':
        return this.#env.onBadRecord(message.bad, message.table, message.deadLetters);
    }
  }

  #lose(error: unknown): void {
    this.#lost = new InternalError('MS9003', `worker ${this.subtask} has ended: ${messageOf(error)}`, { cause: error, retry: true });
    for (const { reject } of this.#calls.values()) reject(this.#lost);
    this.#calls.clear();
  }
}
