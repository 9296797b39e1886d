import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sltFiles, sqlTestFolder, withFolders } from './sql-runner/files.ts';
import { MillstreamEngine } from './sql-runner/millstream-engine.ts';
import { parseSlt } from './sql-runner/parse-slt.ts';
import { runSlt } from './sql-runner/run-slt.ts';

/** What is wrong with a file, each with its place, as a terminal can follow it. */
async function failuresOf(path: string, parallelism = 1): Promise<string> {
  const records = parseSlt(path, readFileSync(join(sqlTestFolder, path), 'utf8'));
  const temporary = mkdtempSync(join(tmpdir(), 'millstream-sql-'));
  const engine = await MillstreamEngine.open(parallelism);
  try {
    const failures = await runSlt(withFolders(records, temporary), engine);
    return failures.map(({ line, message }) => `test/sql/${path}:${line}: ${message}`).join('\n\n');
  } finally {
    await engine.close();
    rmSync(temporary, { recursive: true, force: true });
  }
}

describe('SQL test files', () => {
  it.each(sltFiles())('%s', async (path) => {
    expect(await failuresOf(path)).toBe('');
  });

  it.each(sltFiles())('%s, by three workers', async (path) => {
    expect(await failuresOf(path, 3)).toBe('');
  });
});
