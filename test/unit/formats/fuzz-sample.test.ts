import { describe, expect, it } from 'vitest';
import { fuzzCsv } from '../../fuzz/csv.ts';
import { fuzzJson } from '../../fuzz/json.ts';

// A bounded part of `npm run fuzz`.
describe('damaged input', () => {
  it('of the json format, seed 7', async () => {
    expect((await fuzzJson({ seed: 7, count: 2000 })).failures).toEqual([]);
  });
  it('of the csv format, seed 7', async () => {
    expect((await fuzzCsv({ seed: 7, count: 2000 })).failures).toEqual([]);
  });
});
