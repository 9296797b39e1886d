import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { StateError } from '../../../common/errors.ts';
import { FolderJobs } from './folder-jobs.ts';
import { lockFolder } from './folder-lock.ts';
import { askHolder, type FolderReply, type FolderRequest } from './folder-requests.ts';

/**
 * Has a savepoint made of the jobs that keep their state in a folder: by the process that runs them, or, where none does, of their newest
 * checkpoints. Rejects with StateError MS4010 where there is no such folder, MS4020 and MS4022.
 */
export async function requestSavepoint(folder: string, target: string | undefined): Promise<FolderReply> {
  const whole = existing(folder);
  const request: FolderRequest = { kind: 'savepoint', target: target === undefined ? undefined : resolve(target) };
  return (await askHolder(whole, request)) ?? (await locked(whole, () => new FolderJobs(whole, Date.now).savepoint(request.target)));
}

/** Has the process that works with a folder end its jobs. Resolves with undefined where none does. Rejects as requestSavepoint(). */
export async function requestStop(folder: string, stop: Omit<FolderRequest & { kind: 'stop' }, 'kind'>): Promise<FolderReply | undefined> {
  const target = stop.target === undefined ? undefined : resolve(stop.target);
  return askHolder(existing(folder), { kind: 'stop', ...stop, target });
}

function existing(folder: string): string {
  const whole = resolve(folder);
  if (statSync(whole, { throwIfNoEntry: false })?.isDirectory()) return whole;
  throw new StateError('MS4010', `there is no state folder ${folder}`, { hint: 'it is what --state, or open({ dir }), was given' });
}

async function locked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const unlock = lockFolder(folder);
  try {
    return await work();
  } finally {
    unlock();
  }
}
