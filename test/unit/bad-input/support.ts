import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { Session, type SessionOptions } from '../../../src/api/session.ts';
import type { JobMetrics, LocalJob } from '../../../src/backends/local/job.ts';
import { StreamError } from '../../../src/common/errors.ts';
import { descriptorOf } from '../../../src/data/types/descriptors.ts';
import type { BadRecord } from '../../../src/formats/format.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millstream-bad-input-'));
  folders.push(folder);
  return folder;
}

/** Writes a file into a folder of its own and returns its path. */
export function fileWith(content: string | Uint8Array, name = 'in.txt'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

/** `CREATE TABLE name (columns)` over a path, with further options. */
export function tableOver(path: string, columns: string, options: Readonly<Record<string, string>> = {}, name = 't'): string {
  const all = { connector: 'filesystem', path, ...options };
  const pairs = Object.entries(all).map(([key, value]) => `'${key}' = '${value.replaceAll("'", "''")}'`);
  return `CREATE TABLE ${name} (${columns}) WITH (${pairs.join(', ')});\n`;
}

/** What became of a script. */
export interface Outcome {
  /** The rows that queries gave, each as a JSON array. */
  readonly rows: readonly string[];
  readonly bad: readonly BadRecord[];
  /** Of the last job. */
  readonly metrics: JobMetrics | undefined;
  /** What ended the script: the first error. */
  readonly error: StreamError | undefined;
}

/** Runs a script statement by statement. Errors of other classes than the engine's own are thrown: they are defects. */
export async function runScript(text: string, options: SessionOptions = {}): Promise<Outcome> {
  const rows: string[] = [];
  const bad: BadRecord[] = [];
  let job: LocalJob | undefined;
  const session = await Session.open({ onBadRecord: (_, record) => bad.push(record), ...options });
  try {
    for (const statement of session.parse(text)) {
      const result = await session.run(statement, text);
      if (result.kind !== 'query' && result.kind !== 'insert') continue;
      job = await session.start(result.plan, {
        onBatch: (batch) => {
          for (let n = 0; n < batch.size; n++) {
            const row = batch.rowIndex(n);
            rows.push(`[${batch.columns.map((column) => descriptorOf(column.type).json(column, row)).join(',')}]`);
          }
          return true;
        },
      });
      await job.done;
    }
    return { rows, bad, metrics: job?.metrics(), error: undefined };
  } catch (error) {
    if (!(error instanceof StreamError) || error.domain === 'internal') throw error;
    return { rows, bad, metrics: job?.metrics(), error };
  }
}

/** Names of the files in a folder, those of unfinished output among them. */
export const namesIn = (folder: string): string[] => readdirSync(folder).sort();
