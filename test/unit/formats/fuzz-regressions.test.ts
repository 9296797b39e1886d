import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fuzzTargets } from '../../fuzz/targets.ts';

const folder = new URL('../../fuzz/regressions/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

// Every input on which `npm run fuzz` once failed.
describe('inputs that failed once', () => {
  it('are kept', () => {
    expect(files.length).toBeGreaterThan(0);
  });
  it.each(files)('%s', async (name) => {
    const { target, input } = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { target: string; input: string };
    expect(await fuzzTargets[target]!.check(input)).toBeUndefined();
  });
});
