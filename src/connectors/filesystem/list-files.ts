import type { Dirent, Stats } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ConnectorError } from '../../common/errors.ts';
import { errnoOf, readError } from './file-errors.ts';
import { hasMagic, matchesSegment, parseGlobs } from './glob.ts';
import type { SourceFile } from './source-file.ts';

/** Flink skips these, so that files being written and success markers are not read. */
const isHidden = (name: string): boolean => name.startsWith('.') || name.startsWith('_');

/** Which files a table reads. */
export interface FileSelection {
  /** Absolute path of a file or folder, or a pattern. */
  readonly path: string;
  /** What a whole absolute path must match. */
  readonly pattern?: RegExp | undefined;
  /** Whether a pattern that matches nothing is no error, because files are waited for. */
  readonly watched: boolean;
}

/**
 * The files of a selection, by path in the order of their code units: the file itself; all files in a folder and its folders
 * except those whose names begin with `.` or `_` (as Flink); all files, and files in folders, that match a pattern.
 * Throws ConnectorError MS3030 when there is no such path or no match, MS3031 when a folder cannot be read.
 */
export async function listFiles(selection: FileSelection): Promise<SourceFile[]> {
  const found = new Map<string, SourceFile>();
  const add = (path: string, stats: Stats): void => {
    if (selection.pattern === undefined || selection.pattern.test(path)) found.set(path, describe(path, stats));
  };
  const stats = await statOrUndefined(selection.path);
  if (stats !== undefined) await addPath(selection.path, stats, [], add);
  else if (!hasMagic(selection.path)) throw readError(selection.path, noEntry());
  else await addMatches(selection, add);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function describe(path: string, stats: Stats): SourceFile {
  return { path, byteSize: stats.size, modifiedAt: Math.floor(stats.mtimeMs), regular: stats.isFile() };
}

type Add = (path: string, stats: Stats) => void;

async function addMatches(selection: FileSelection, add: Add): Promise<void> {
  let count = 0;
  const counted: Add = (path, stats) => {
    count++;
    add(path, stats);
  };
  for (const glob of parseGlobs(selection.path)) await walkGlob(glob.base, glob.segments, counted);
  if (count > 0 || selection.watched) return;
  throw new ConnectorError('MS3030', `no file matches ${selection.path}`, {
    hint: 'names that begin with . or _ are matched only when the pattern says so',
  });
}

/** Adds what matches `segments` below `folder`; a folder that is not there has no matches. */
async function walkGlob(folder: string, segments: readonly string[], add: Add): Promise<void> {
  const [segment, ...rest] = segments;
  if (segment === undefined) {
    const stats = await statOrUndefined(folder);
    return stats && addPath(folder, stats, [], add);
  }
  if (segment === '**') await walkGlob(folder, rest, add);
  else if (!hasMagic(segment)) return walkGlob(join(folder, segment), rest, add);
  for (const entry of await entriesOf(folder, true)) {
    const path = join(folder, entry.name);
    if (segment === '**') {
      // Links are not followed here, because a link upwards would never end.
      if (entry.isDirectory() && !isHidden(entry.name)) await walkGlob(path, segments, add);
    } else if (isVisibleTo(entry.name, segment) && matchesSegment(entry.name, segment)) await walkGlob(path, rest, add);
  }
}

const isVisibleTo = (name: string, segment: string): boolean => !isHidden(name) || segment.startsWith(name[0]!);

/** Adds a file, or what a folder holds. `within` are the folders around it, to notice a link that leads back. */
async function addPath(path: string, stats: Stats, within: readonly string[], add: Add): Promise<void> {
  if (!stats.isDirectory()) return add(path, stats);
  const identity = `${stats.dev}:${stats.ino}`;
  if (within.includes(identity)) return;
  for (const entry of await entriesOf(path, false)) {
    if (isHidden(entry.name)) continue;
    const child = join(path, entry.name);
    // A file may vanish between the listing of its folder and this.
    const childStats = await statOrUndefined(child);
    if (childStats?.isFile() || childStats?.isDirectory()) await addPath(child, childStats, [...within, identity], add);
  }
}

async function entriesOf(folder: string, mayBeAbsent: boolean): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const errno = errnoOf(cause);
    if (mayBeAbsent && (errno === 'ENOENT' || errno === 'ENOTDIR')) return [];
    throw readError(folder, cause);
  }
}

async function statOrUndefined(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (cause) {
    const errno = errnoOf(cause);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    throw readError(path, cause);
  }
}

function noEntry(): Error {
  return Object.assign(new Error('no such file or directory'), { code: 'ENOENT' });
}

/** The last part of a path, as `file.name` gives it. */
export const nameOf = (path: string): string => basename(path);
