import { copyFile, open, readdir, rename, rm, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConnectorError } from '../../common/errors.ts';
import { errnoOf, writeError } from './file-errors.ts';

/** A part file that is whole and waits, under its hidden name, for its checkpoint to be complete. */
export interface PreparedPart {
  readonly hiddenPath: string;
  readonly path: string;
}

/** What a checkpoint holds of a folder that is written to. */
export interface PreparedParts {
  readonly parts: readonly PreparedPart[];
  /** The writer's number, and that of its next part. */
  readonly subtask: number;
  readonly next: number;
}

/** What a checkpoint holds of a single file, which has its name only when the job has ended. */
export interface PreparedFile {
  readonly hiddenPath: string;
  readonly byteSize: number;
  /** It is added to until the job ends. */
  readonly lasting: true;
}

/** Gives parts their names, as far as they have them not yet. Rejects with MS3036; with MS3038 where a part is gone. */
export async function commitParts({ parts }: PreparedParts): Promise<void> {
  const folders = new Set<string>();
  for (const { hiddenPath, path } of parts) {
    try {
      await rename(hiddenPath, path);
      folders.add(dirname(path));
    } catch (cause) {
      if (errnoOf(cause) !== 'ENOENT') throw writeError(path, cause);
      if ((await sizeOf(path)) === undefined) throw gone(path);
    }
  }
  for (const folder of folders) await syncFolder(folder);
}

/** Number of the next part of any writer: behind all that a checkpoint knows of. */
export const nextPart = (prepared: readonly PreparedParts[]): number => Math.max(0, ...prepared.map(({ next }) => next));

/**
 * Removes what the writers called `uid` began after a checkpoint: hidden files, and parts behind the last that the checkpoint knows of,
 * which have their names where a later checkpoint is lost. Rejects with MS3036.
 */
export async function removeLaterParts(folder: string, uid: string, prepared: readonly PreparedParts[]): Promise<void> {
  const part = new RegExp(`^(\\.?)part-${uid}-(\\d+)-(\\d+)(?:\\.inprogress)?$`);
  for (const name of await namesIn(folder)) {
    const [, hidden, subtask, number] = part.exec(name) ?? [];
    if (hidden === undefined) continue;
    const own = prepared.filter((one) => one.subtask === Number(subtask));
    // Writers that the checkpoint does not know ran at a higher parallelism, before it.
    const next = nextPart(own.length > 0 ? own : prepared);
    if (hidden === '.' || Number(number) >= next) await removeFile(join(folder, name));
  }
}

/**
 * Cuts a hidden file to what the checkpoint knows of. False where it is not there any more, because it has its name. Rejects with MS3036;
 * with MS3038 where bytes are missing.
 */
export async function cutTo({ hiddenPath, byteSize }: PreparedFile): Promise<boolean> {
  const size = await sizeOf(hiddenPath);
  if (size === undefined) return false;
  if (size < byteSize) throw gone(hiddenPath);
  try {
    await truncate(hiddenPath, byteSize);
  } catch (cause) {
    throw writeError(hiddenPath, cause);
  }
  return true;
}

/**
 * Makes the hidden file anew where it is gone because it has its name already: a later checkpoint, which is lost, had finished the job.
 * Rejects with MS3036; with MS3038 where the named file does not have the bytes either.
 */
export async function takeBack(prepared: PreparedFile, path: string): Promise<void> {
  const { hiddenPath, byteSize } = prepared;
  if ((await sizeOf(hiddenPath)) !== undefined) return;
  if (((await sizeOf(path)) ?? -1) < byteSize) throw gone(hiddenPath);
  try {
    await copyFile(path, hiddenPath);
  } catch (cause) {
    throw writeError(hiddenPath, cause);
  }
  await cutTo(prepared);
}

/** Makes a copy of what a checkpoint knows of a hidden file, or of the named one that it has become. Rejects with MS3036 and MS3038. */
export async function copyHidden({ hiddenPath, byteSize, lasting }: PreparedFile, to: string, path: string): Promise<void> {
  const from = (await sizeOf(hiddenPath)) === undefined ? path : hiddenPath;
  if (((await sizeOf(from)) ?? -1) < byteSize) throw gone(hiddenPath);
  try {
    await copyFile(from, to);
  } catch (cause) {
    throw writeError(path, cause);
  }
  await cutTo({ hiddenPath: to, byteSize, lasting });
}

export async function removeFile(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/** Brings the names in a folder to the disk. Systems that cannot do so (Windows) do it by themselves. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // The files themselves are on the disk; a name that is lost with the power is given again at restore.
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return [];
    throw writeError(folder, cause);
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined;
    throw writeError(path, cause);
  }
}

function gone(path: string): ConnectorError {
  return new ConnectorError('MS3038', `${path} is gone, or shorter than when the checkpoint was made`, {
    hint: 'the output of a job that is to go on must be left as it is; remove the state folder to begin anew',
  });
}
