import type { SourceFile } from './source-file.ts';

/** A file of a reader's, and where in it, decompressed, reading begins; at its beginning by default. */
export interface QueuedFile extends SourceFile {
  readonly from?: number;
}

/** The files of a reader in the order of reading, and the place of the next record. */
export interface FilePosition {
  readonly files: readonly QueuedFile[];
  /** Index of the file that holds the next record. */
  readonly file: number;
  /** Where in the file, decompressed, that record begins. */
  readonly byteOffset: number;
}

/**
 * One reader's part of what all readers before had: files that were read, so that they are known, then the others, by path. `isMine` says
 * which files are the reader's, by their place among those that were read, or among the others.
 */
export function dealFiles(positions: readonly FilePosition[], isMine: (file: SourceFile, place: number) => boolean): FilePosition {
  const read = positions.flatMap(({ files, file }) => files.slice(0, file)).sort(byPath);
  const left = positions.flatMap(leftOf).sort(byPath);
  const [mine, next] = [read.filter(isMine), left.filter(isMine)];
  return { files: [...mine, ...next], file: mine.length, byteOffset: next[0]?.from ?? 0 };
}

/** The file that was begun is read on from where it was left. */
function leftOf({ files, file, byteOffset }: FilePosition): QueuedFile[] {
  return files.slice(file).map((one, i) => (i === 0 && byteOffset > 0 ? { ...one, from: byteOffset } : one));
}

const byPath = (a: SourceFile, b: SourceFile): number => (a.path < b.path ? -1 : 1);
