import { mkdirSync, writeFileSync } from 'node:fs';
import { type JobStates, Session } from '../../../src/api/session.ts';
import { describeJob } from '../../../src/backends/local/identity/describe-job.ts';
import type { LocalJob } from '../../../src/backends/local/job.ts';
import type { Plan } from '../../../src/plan/nodes/node.ts';
import type { Checkpoint } from '../../../src/runtime/checkpoints/checkpoint.ts';
import { CheckpointStore } from '../../../src/runtime/checkpoints/checkpoint-store.ts';
import type { SavedPlan } from '../../../src/runtime/checkpoints/saved-plan.ts';
import { MemoryFiles } from '../checkpoints/memory-files.ts';

const SETTINGS = { intervalMs: 100_000, minPauseMs: 0, timeoutMs: 100_000, tolerableFailures: 0 };

/** A store in memory. */
export const newStore = (): CheckpointStore => new CheckpointStore(new MemoryFiles(), 'job', 5);

const statesOver = (store: CheckpointStore): JobStates => ({
  lock: () => undefined,
  nextJob: async () => ({ uid: 'u', settings: SETTINGS, store }),
  close: () => undefined,
});

/** The plan of a script's last statement; the ones before it make what it needs. */
export async function planOf(sql: string, session?: Session): Promise<{ plan: Plan; session: Session }> {
  const opened = session ?? (await Session.open({ print: () => undefined }));
  let plan: Plan | undefined;
  for (const statement of opened.parse(sql)) {
    const result = await opened.run(statement, sql);
    if (result.kind === 'insert') ({ plan } = result);
  }
  return { plan: plan!, session: opened };
}

export async function describeScript(sql: string): Promise<SavedPlan> {
  const { plan } = await planOf(sql);
  return describeJob(plan, { timeZone: 'UTC', changelog: 'batch' }).plan();
}

/** Runs a script's INSERT until it has read its input, and ends it there: windows stay open. Resolves with its last checkpoint. */
export async function checkpointOf(sql: string, store = newStore(), notes: string[] = []): Promise<Checkpoint> {
  const session = await Session.open({ print: () => undefined, state: statesOver(store), onNote: (note) => notes.push(note) });
  session.settings.set('table.local-time-zone', 'UTC');
  const { plan } = await planOf(sql, session);
  const job = await session.start(plan);
  await untilIdle(job);
  await job.suspend();
  return (await store.latest(() => undefined))!;
}

/** Resolves when no more rows come, or after a moment. */
export async function untilIdle(job: LocalJob): Promise<void> {
  let before = 0;
  for (let ms = 0; ms < 600; ms += 30) {
    const rows = job.metrics().rowsIn;
    if (rows > 0 && rows === before) return;
    before = rows;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

export interface RunOptions {
  readonly store: CheckpointStore;
  readonly allowLostState?: boolean;
}

/** What a run printed, and what it noted. */
export interface RunResult {
  readonly printed: string[];
  readonly notes: string[];
  readonly checkpoint: Checkpoint;
}

/** Runs a script's INSERT from its newest checkpoint until it has read its input, and suspends it. */
export async function runScript(sql: string, { store, allowLostState = false }: RunOptions): Promise<RunResult> {
  const [printed, notes]: [string[], string[]] = [[], []];
  const session = await Session.open({
    print: (text) => printed.push(...text.trimEnd().split('\n')),
    state: statesOver(store),
    onNote: (note) => notes.push(note),
  });
  session.settings.set('table.local-time-zone', 'UTC');
  if (allowLostState) session.settings.set('execution.state-recovery.ignore-unclaimed-state', 'true');
  const { plan } = await planOf(sql, session);
  const job = await session.start(plan);
  await untilIdle(job);
  await job.suspend();
  return { printed, notes, checkpoint: (await store.latest(() => undefined))! };
}

/** Adds a file of rows to a folder that jobs read. */
export function addFile(folder: string, name: string, lines: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name}`, lines.map((line) => `${line}\n`).join(''));
}
