import { copyFileSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { ConnectorError, UnsupportedError } from '../../common/errors.ts';
import { freshSeed } from '../../common/random.ts';
import { writeError } from './file-errors.ts';
import type { FileOutput } from './file-output.ts';
import { GzipOutput } from './gzip-output.ts';
import { PartFile } from './part-file.ts';
import { PlainOutput } from './plain-output.ts';

const GZIP = /\.gz(ip)?$/i;
/** Endings of files by format; any other format's is its name. */
const EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  json: ['json', 'ndjson', 'jsonl'],
  csv: ['csv'],
  raw: ['txt', 'raw'],
};

/** What is at a path: a folder, something else, or nothing. */
export function kindAt(path: string): 'folder' | 'file' | undefined {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    return undefined;
  }
}

/** Whether a file has no bytes, so that what is appended begins it. */
export function isEmptyFile(path: string): boolean {
  return statSync(path).size === 0;
}

/** Whether a path names one file: it ends as files of the format do, and is no folder already. */
export function namesSingleFile(path: string, format: string): boolean {
  const extension = extname(path.replace(GZIP, '')).slice(1).toLowerCase();
  return (EXTENSIONS[format] ?? [format]).includes(extension) && kindAt(path) !== 'folder';
}

/** A name that no other writer takes. */
export function uniqueName(): string {
  return [freshSeed(), freshSeed(), freshSeed()].map((seed) => (seed >>> 0).toString(16).padStart(8, '0')).join('-');
}

/** Makes the folder of a sink, with those around it. Throws ConnectorError MS3036. */
export function makeFolder(folder: string): void {
  if (kindAt(folder) === 'file') {
    throw new ConnectorError('MS3036', `cannot write into ${folder}: it is a file, not a folder`, {
      hint: `to write a single file, end 'path' as files of the format do, for example in .json or .csv`,
    });
  }
  makeFolders(folder);
}

/** Folder by folder, because a recursive mkdirSync never returns where the system answers ENOENT, as below /proc. */
function makeFolders(folder: string): void {
  if (kindAt(folder) === 'folder') return;
  if (dirname(folder) !== folder) makeFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (cause) {
    // Another writer may have made it meanwhile.
    if (kindAt(folder) !== 'folder') throw writeError(folder, cause);
  }
}

/** Opens a part file in a folder: `part-<uid>-<subtask>-<n>`, as Flink names them. Throws ConnectorError MS3036. */
export function openPart(folder: string, uid: string, subtask: number, n: number, now: number): PartFile {
  const name = `part-${uid}-${subtask}-${n}`;
  return openHidden(join(folder, name), join(folder, `.${name}.inprogress`), undefined, now);
}

/**
 * Opens a single file, which replaces what is at `path` when it is whole; under `keeps` it begins with a copy of that.
 * Throws ConnectorError MS3036, UnsupportedError MS3037 where there are several workers.
 */
export function openSingleFile(path: string, keeps: boolean, workers: number, uid: string, now: number): PartFile {
  if (workers > 1) {
    throw new UnsupportedError('MS3037', `${path} cannot be written by ${workers} workers`, {
      hint: `let 'path' name a folder, or run with one worker`,
    });
  }
  const exists = kindAt(path) === 'file';
  const target = exists ? realpathSync(path) : path;
  if (exists && !statSync(target).isFile()) throw notRegular(path);
  makeFolder(dirname(target));
  return openHidden(target, hiddenNameOf(target, uid), exists && keeps ? target : undefined, now);
}

/** Where a single file is written until it is whole. */
export function hiddenNameOf(path: string, uid: string): string {
  const target = kindAt(path) === 'file' ? realpathSync(path) : path;
  return join(dirname(target), `.${basename(target)}.${uid}.inprogress`);
}

/** Goes on with a hidden file that an earlier process left. Throws ConnectorError MS3036. */
export function reopenSingleFile(path: string, hidden: string, now: number): PartFile {
  const target = kindAt(path) === 'file' ? realpathSync(path) : path;
  const output = outputTo(target, hidden, 'a');
  const part = new PartFile(target, hidden, output, now);
  part.byteSize = statSync(hidden).size;
  return part;
}

/** Renaming a file over a device or a pipe would put the file in its place. */
function notRegular(path: string): ConnectorError {
  return new ConnectorError('MS3036', `cannot write ${path}: it is a device or a pipe`, {
    hint: 'name a file; for standard output, run a SELECT or write to a table of connector print',
  });
}

function openHidden(path: string, hidden: string, copied: string | undefined, now: number): PartFile {
  try {
    if (copied !== undefined) copyFileSync(copied, hidden);
  } catch (cause) {
    throw writeError(path, cause);
  }
  const flags = copied === undefined ? 'wx' : 'a';
  return new PartFile(path, hidden, outputTo(path, hidden, flags), now);
}

function outputTo(path: string, hidden: string, flags: 'wx' | 'a'): FileOutput {
  return GZIP.test(path) ? new GzipOutput(hidden, flags) : new PlainOutput(hidden, flags);
}
