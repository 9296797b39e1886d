import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sltFiles, sqlTestFolder } from './sql-runner/files.ts';
import { parseSlt } from './sql-runner/parse-slt.ts';

describe('SQL test files', () => {
  it.each(sltFiles())('%s can be read', (path) => {
    expect(parseSlt(path, readFileSync(join(sqlTestFolder, path), 'utf8'))).not.toEqual([]);
  });
});
