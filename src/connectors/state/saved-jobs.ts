import { basename, dirname, resolve } from 'node:path';
import { StateError } from '../../common/errors.ts';
import { messageOf } from '../../common/message-of.ts';
import { didYouMean } from '../../common/nearest.ts';
import type { Checkpoint } from '../../runtime/checkpoints/checkpoint.ts';
import { CheckpointStore } from '../../runtime/checkpoints/checkpoint-store.ts';
import type { SavedOperator, SavedState } from '../../runtime/checkpoints/saved-plan.ts';
import { ReadOnlyFiles } from './read-only-files.ts';

/** A job's state as it lies on the disk. */
export interface SavedJob {
  /** Its place among the jobs of its program: `job-1`. */
  readonly name: string;
  readonly checkpoint: Checkpoint;
}

const JOB = /^job-\d+$/;
const MANIFEST = /^checkpoint-\d+\.json$/;
/** A job that runs may remove the checkpoint that is being read, when it has another. */
const ATTEMPTS = 5;

/**
 * The newest complete checkpoint of every job below a path: a state folder (whose job may be running), a savepoint, the folder of a job in
 * either, or one manifest. Throws StateError MS4024 where there is none, MS4003 and MS4005 as the store does.
 */
export async function readSavedJobs(path: string): Promise<SavedJob[]> {
  const whole = resolve(path);
  try {
    const jobs = await (MANIFEST.test(basename(whole)) ? readManifest(whole) : readFolder(whole));
    if (jobs.length > 0) return jobs;
  } catch (cause) {
    if (cause instanceof StateError) throw cause;
    throw new StateError('MS4024', `${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
  throw new StateError('MS4024', `${path} holds no checkpoint`, {
    hint: 'name a state folder, a savepoint, or the manifest of a checkpoint',
  });
}

/** A checkpoint by its manifest: the others of its folder are as if they were not there. */
function readManifest(path: string): Promise<SavedJob[]> {
  const folder = dirname(path);
  const files = new ReadOnlyFiles(dirname(folder), (name) => !MANIFEST.test(name) || name === basename(path));
  return readJob(files, basename(folder));
}

async function readFolder(path: string): Promise<SavedJob[]> {
  const files = new ReadOnlyFiles(path);
  const names = await files.list('.');
  if (names.some((name) => MANIFEST.test(name))) return readJob(new ReadOnlyFiles(dirname(path)), basename(path));
  const jobs: SavedJob[] = [];
  for (const name of names.filter((one) => JOB.test(one)).sort(byNumber)) jobs.push(...(await readJob(files, name)));
  return jobs;
}

const byNumber = (a: string, b: string): number => Number(a.slice(4)) - Number(b.slice(4));

async function readJob(files: ReadOnlyFiles, name: string): Promise<SavedJob[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      const checkpoint = await new CheckpointStore(files, name, 1).latest(() => undefined);
      return checkpoint === undefined ? [] : [{ name, checkpoint }];
    } catch (cause) {
      if (attempt === ATTEMPTS || !(cause instanceof StateError) || cause.code !== 'MS4005') throw cause;
    }
  }
}

/** Which table is meant, by names that may be left out where there is one only. */
export interface StateName {
  readonly job?: string | undefined;
  readonly operator?: string | undefined;
  readonly state?: string | undefined;
}

export interface FoundState {
  readonly job: SavedJob;
  readonly operator: SavedOperator;
  readonly state: SavedState;
}

/** Throws StateError MS4024 where there is no table of the name, or several are meant. */
export function findState(jobs: readonly SavedJob[], { job, operator, state }: StateName): FoundState {
  const named = job === undefined ? jobs : [choose(jobs, job, ({ name }) => name, 'job')];
  const operators = named.flatMap((one) =>
    one.checkpoint.plan.operators.filter(({ states }) => states.length > 0).map((found) => ({ job: one, operator: found })),
  );
  const found = choose(operators, operator, (one) => one.operator.id, 'operator');
  // The first is the operator's main table; the others belong to DISTINCT.
  return { ...found, state: choose(found.operator.states, state ?? found.operator.states[0]?.name, ({ name }) => name, 'state') };
}

export function choose<T>(all: readonly T[], name: string | undefined, nameOf: (one: T) => string, what: string): T {
  const names = all.map(nameOf);
  const found = name === undefined ? all : all.filter((one) => nameOf(one) === name);
  if (found.length === 1) return found[0]!;
  const there = names.length === 0 ? `no ${what} keeps rows` : `there are ${names.join(', ')}`;
  if (name === undefined) throw new StateError('MS4024', `the state has ${all.length} ${what}s`, { hint: `name one: ${there}` });
  if (found.length > 1) throw new StateError('MS4024', `several jobs have the ${what} ${name}`, { hint: "name the job: 'job' = 'job-1'" });
  throw new StateError('MS4024', `there is no ${what} ${name}`, { hint: didYouMean(name, names) ?? there });
}
