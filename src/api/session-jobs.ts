import type { LocalJob } from '../backends/local/job.ts';

/** Ended jobs that are still listed. */
const ENDED_MAX = 100;

export interface SessionJob {
  readonly id: string;
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  status: 'RUNNING' | 'FINISHED' | 'CANCELED' | 'FAILED';
  /** How often it was restarted, when it has ended. */
  restarts: number;
  /** Undefined when it has ended. */
  job: LocalJob | undefined;
}

/** The jobs that a session has started, by id. */
export class SessionJobs {
  readonly #jobs = new Map<string, SessionJob>();

  /** In the order of their start. */
  get all(): readonly SessionJob[] {
    return [...this.#jobs.values()];
  }

  add(job: LocalJob, name: string, startMs: number): void {
    const entry: SessionJob = { id: job.id, name, startMs, status: 'RUNNING', restarts: 0, job };
    this.#jobs.set(entry.id, entry);
    const end = (status: SessionJob['status']): void => {
      entry.status = status;
      entry.restarts = job.restarts;
      entry.job = undefined;
      this.#forget();
    };
    job.done.then(
      () => end(job.isCancelled ? 'CANCELED' : 'FINISHED'),
      () => end('FAILED'),
    );
  }

  running(id: string): LocalJob | undefined {
    return this.#jobs.get(id)?.job;
  }

  #forget(): void {
    const ended = this.all.filter(({ job }) => job === undefined);
    for (const { id } of ended.slice(0, Math.max(0, ended.length - ENDED_MAX))) this.#jobs.delete(id);
  }
}
