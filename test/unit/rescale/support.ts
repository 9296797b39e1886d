import { type JobStates, Session } from '../../../src/api/session.ts';
import type { LocalJob } from '../../../src/backends/local/job.ts';
import type { CheckpointStore } from '../../../src/runtime/checkpoints/checkpoint-store.ts';
import { planOf } from '../savepoints/support.ts';

const SETTINGS = { intervalMs: 100_000, minPauseMs: 0, timeoutMs: 100_000, tolerableFailures: 0 };

/** A job that runs, and what it has printed and noted so far. */
export interface Run {
  readonly job: LocalJob;
  readonly printed: string[];
  readonly notes: string[];
}

/** Starts a script's INSERT in so many workers, which take turns in this thread, from the newest checkpoint in the store. */
export async function runAt(sql: string, store: CheckpointStore, parallelism: number): Promise<Run> {
  const [printed, notes]: [string[], string[]] = [[], []];
  const state: JobStates = {
    lock: () => undefined,
    nextJob: async () => ({ uid: 'u', settings: SETTINGS, store }),
    close: () => undefined,
  };
  const session = await Session.open({
    print: (text) => printed.push(...text.trimEnd().split('\n')),
    onNote: (note) => notes.push(note),
    state,
  });
  session.settings.set('table.local-time-zone', 'UTC');
  session.settings.set('parallelism.default', String(parallelism));
  const { plan } = await planOf(sql, session);
  return { job: await session.start(plan), printed, notes };
}

/** Resolves when the job has read more than so many rows, or has ended. */
export async function untilRows(job: LocalJob, rows: number): Promise<void> {
  let hasEnded = false;
  const end = (): void => {
    hasEnded = true;
  };
  job.done.then(end, end);
  while (!hasEnded && job.metrics().rowsIn <= rows) await new Promise((resolve) => setImmediate(resolve));
}
