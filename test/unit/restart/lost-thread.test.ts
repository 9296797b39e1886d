import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sourceOf } from '../../../src/api/plan-of.ts';
import { Session } from '../../../src/api/session.ts';
import { LocalJob } from '../../../src/backends/local/job.ts';
import { StateFolder } from '../../../src/backends/local/node/state-folder.ts';
import type { FromWorker, ToWorker, WorkerPort, WorkerThreads } from '../../../src/backends/local/workers/worker-messages.ts';

const PROGRAM = resolve('dist/worker.js');
const EVENTS = 400_000;

/** Real threads, which a test can end as a lack of memory would. */
class MortalThreads implements WorkerThreads {
  readonly threads: Worker[] = [];

  start(): WorkerPort {
    const worker = new Worker(PROGRAM);
    this.threads.push(worker);
    let isEnding = false;
    const port: WorkerPort = {
      onMessage: () => undefined,
      onExit: () => undefined,
      post: (message: ToWorker) => worker.postMessage(message),
      end: async () => {
        isEnding = true;
        await worker.terminate();
      },
    };
    worker.on('message', (message: FromWorker) => port.onMessage(message));
    worker.on('exit', (code) => {
      if (!isEnding) port.onExit(new Error(`its thread has exited with code ${code}`));
    });
    return port;
  }
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lost-thread-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function until(what: () => boolean): Promise<void> {
  for (let n = 0; n < 600 && !what(); n++) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(what()).toBe(true);
}

function lines(path: string): string[] {
  return readdirSync(path)
    .filter((name) => !name.startsWith('.') && !name.startsWith('_'))
    .flatMap((name) => readFileSync(join(path, name), 'utf8').split('\n'))
    .filter((line) => line !== '');
}

describe.skipIf(!existsSync(PROGRAM))('a job of two workers that loses a thread', () => {
  it('is restarted in the same process, and loses and doubles nothing', async () => {
    const notes: string[] = [];
    const session = await Session.open({ onNote: (note) => notes.push(note) });
    const sql = `CREATE TABLE events (n BIGINT, who BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '200000', 'number-of-rows' = '${EVENTS}',
        'fields.n.kind' = 'sequence', 'fields.n.start' = '1', 'fields.n.end' = '${EVENTS}',
        'fields.who.kind' = 'sequence', 'fields.who.start' = '1', 'fields.who.end' = '${EVENTS}');
      CREATE TABLE kept (n BIGINT, who BIGINT) WITH ('connector' = 'filesystem', 'path' = '${folder}/kept', 'format' = 'csv');
      INSERT INTO kept SELECT n, who FROM events;`;
    const threads = new MortalThreads();
    const states = new StateFolder(join(folder, 'state'));
    let job: LocalJob | undefined;
    for (const statement of session.parse(sql)) {
      const result = await session.run(statement, sql);
      if (result.kind !== 'insert') continue;
      const settings = { intervalMs: 200, minPauseMs: 0, timeoutMs: 60_000, tolerableFailures: 0 };
      job = await LocalJob.start(result.plan, {
        ...session.environment(),
        parallelism: 2,
        threads,
        source: sourceOf(result.plan)!,
        state: await states.nextJob(settings, 2),
        restart: { isExplicit: false, settings: { type: 'fixed-delay', attempts: 5, delayMs: 10 } },
      });
    }
    await until(() => job!.metrics().checkpoints!.completed >= 2);
    await threads.threads[1]!.terminate();
    await job!.done;
    await states.close();
    expect(job!.metrics().restarts).toBe(1);
    expect(threads.threads).toHaveLength(4);
    expect(notes.find((note) => note.startsWith('the job has failed'))).toMatch(/MS9003: worker 1 has ended: .*; restart 1 in 10 ms/);
    const kept = lines(join(folder, 'kept'));
    expect([kept.length, new Set(kept).size]).toEqual([EVENTS, EVENTS]);
  }, 60_000);
});
