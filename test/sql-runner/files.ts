import { mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SltRecord } from './slt-record.ts';

/** The folder of test files, with a slash at its end. */
export const sqlTestFolder = fileURLToPath(new URL('../sql/', import.meta.url));

/** The queries of NEXMark and the tables they read. */
export const nexmarkFolder = fileURLToPath(new URL('../../bench/nexmark/', import.meta.url));

const exampleDataFolder = fileURLToPath(new URL('../../examples/data', import.meta.url));

/** All test files below test/sql, as paths relative to it, sorted. */
export const sltFiles = (): string[] =>
  readdirSync(sqlTestFolder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.slt'))
    .sort();

/** Puts folders into a file's SQL: of input files for `$DATA`, of the examples' data for `$EXAMPLES`, a fresh one for `$TEMP`. */
export function withFolders(records: readonly SltRecord[], temporary: string): SltRecord[] {
  mkdirSync(temporary, { recursive: true });
  const folders = { $DATA: `${sqlTestFolder}data`, $EXAMPLES: exampleDataFolder, $TEMP: temporary };
  const replace = (sql: string) => Object.entries(folders).reduce((text, [name, folder]) => text.replaceAll(name, folder), sql);
  return records.map((record) => ('sql' in record ? { ...record, sql: replace(record.sql) } : record));
}
