import { mkdirSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SltRecord } from './slt-record.ts';

/** The folder of test files, with a slash at its end. */
export const sqlTestFolder = fileURLToPath(new URL('../sql/', import.meta.url));

/** All test files below test/sql, as paths relative to it, sorted. */
export const sltFiles = (): string[] =>
  readdirSync(sqlTestFolder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.slt'))
    .sort();

/** Puts the folder of input files for `$DATA` and a fresh one for output for `$TEMP` into a file's SQL. */
export function withFolders(records: readonly SltRecord[], temporary: string): SltRecord[] {
  mkdirSync(temporary, { recursive: true });
  const replace = (sql: string) => sql.replaceAll('$DATA', `${sqlTestFolder}data`).replaceAll('$TEMP', temporary);
  return records.map((record) => ('sql' in record ? { ...record, sql: replace(record.sql) } : record));
}
