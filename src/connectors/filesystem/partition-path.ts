import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { errnoOf, readError } from './file-errors.ts';

/** Characters that Flink and Hive do not write into the names of folders. */
const ESCAPED = /[\x00-\x1f"#%'*/:=?\\\x7f{}[\]]/g;

/** A partition: the texts of its columns, in the order of PARTITIONED BY; undefined is NULL. */
export type PartitionTexts = readonly (string | undefined)[];

const hex = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
const escapeName = (text: string): string => text.replace(ESCAPED, hex);
const unescapeName = (text: string): string =>
  text.replace(/%([0-9a-fA-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));

/** The folder of a partition below that of its table: `dt=2020-01-01/hm=12%3A00`. NULL and empty texts are called `defaultName`. */
export function folderOf(columns: readonly string[], texts: PartitionTexts, defaultName: string): string {
  return columns.map((column, i) => `${escapeName(column)}=${escapeName(texts[i] || defaultName)}`).join(sep);
}

/**
 * The partition of a file, by the folders between it and its table's. A table whose path is a pattern has no folder of its own: then any
 * of the folders that lead to the file count. Undefined where one of the columns is not among them.
 */
export function partitionOf(
  path: string,
  table: string | undefined,
  columns: readonly string[],
  defaultName: string,
): PartitionTexts | undefined {
  const folders = (table === undefined ? path : relative(table, path)).split(sep).slice(0, -1);
  const texts: (string | undefined)[] = [];
  for (const [i, column] of columns.entries()) {
    const begin = `${escapeName(column)}=`;
    const folder = table === undefined ? folders.findLast((name) => name.startsWith(begin)) : folders[i];
    if (folder === undefined || !folder.startsWith(begin)) return undefined;
    const text = unescapeName(folder.slice(begin.length));
    texts.push(text === defaultName ? undefined : text);
  }
  return texts;
}

/** The folders of all partitions below a table's, with what they stand for, by name. None where the table has no folder yet. */
export async function listPartitions(
  table: string,
  columns: readonly string[],
  defaultName: string,
): Promise<{ readonly folder: string; readonly texts: PartitionTexts }[]> {
  let found: { folder: string; texts: PartitionTexts }[] = [{ folder: table, texts: [] }];
  for (const column of columns) {
    const begin = `${escapeName(column)}=`;
    const next = found.map(async ({ folder, texts }) => {
      const names = (await foldersIn(folder)).filter((name) => name.startsWith(begin)).sort();
      return names.map((name) => {
        const text = unescapeName(name.slice(begin.length));
        return { folder: join(folder, name), texts: [...texts, text === defaultName ? undefined : text] };
      });
    });
    found = (await Promise.all(next)).flat();
  }
  return found;
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder, { withFileTypes: true })).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return [];
    throw readError(folder, cause);
  }
}
