import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { withConfig } from '../../../src/cli/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function file(content: unknown): string {
  const path = join(folder, `${files++}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const whole = {
  state: './a',
  'checkpoint-interval': '2s',
  changelog: true,
  debug: false,
  'rows-per-second': 10,
  set: { 'pipeline.name': 'x' },
};

describe('the configuration', () => {
  it('is what the file says', () => {
    expect(withConfig({ color: true }, { MILLSTREAM_CONFIG: file(whole) })).toEqual({
      color: true,
      state: './a',
      checkpointInterval: '2s',
      changelog: true,
      debug: false,
      rowsPerSecond: 10,
      set: ['pipeline.name=x'],
    });
  });

  it('is nothing where there is no file and no variable', () => {
    expect(withConfig({ color: false }, {})).toEqual({ color: false });
  });

  it('has variables over the file, and flags over both; settings add up', () => {
    const env = {
      MILLSTREAM_CONFIG: file(whole),
      MILLSTREAM_STATE: './b',
      MILLSTREAM_CHECKPOINT_INTERVAL: '3s',
      MILLSTREAM_CHANGELOG: '0',
      MILLSTREAM_DEBUG: 'true',
      MILLSTREAM_ROWS_PER_SECOND: '5',
      MILLSTREAM_SET: 'a=1; b=2;',
    };
    expect(withConfig({ color: true, checkpointInterval: '4s', set: ['a=3'] }, env)).toEqual({
      color: true,
      state: './b',
      checkpointInterval: '4s',
      changelog: false,
      debug: true,
      rowsPerSecond: 5,
      set: ['pipeline.name=x', 'a=1', 'b=2', 'a=3'],
    });
  });

  it.each([
    ['{"state": ', 'is no JSON: '],
    ['[]', 'is no JSON object'],
    ['null', 'is no JSON object'],
    [{ sate: './a' }, "has 'sate', which is not known"],
    [{ state: 1 }, 'state takes a text, not 1'],
    [{ changelog: 'perhaps' }, 'changelog takes true or false, not "perhaps"'],
    [{ 'rows-per-second': 0 }, 'rows-per-second takes a number above 0, not 0'],
    [{ set: { a: 1 } }, 'set takes an object of texts'],
    [{ set: ['a=1'] }, 'set takes an object of texts'],
  ])('refuses %j', (content, message) => {
    expect(() => withConfig({ color: true }, { MILLSTREAM_CONFIG: file(content) })).toThrow(
      expect.objectContaining({ code: 'MS5009', message: expect.stringContaining(message) }),
    );
  });

  it('names the nearest of what is not known', () => {
    expect(() => withConfig({ color: true }, { MILLSTREAM_CONFIG: file({ sate: '' }) })).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('state') }),
    );
  });

  it('refuses a wrong variable, and a file that is named and not there', () => {
    expect(() => withConfig({ color: true }, { MILLSTREAM_ROWS_PER_SECOND: 'fast' })).toThrow(
      expect.objectContaining({ code: 'MS5009', message: 'MILLSTREAM_ROWS_PER_SECOND takes a number above 0, not "fast"' }),
    );
    expect(() => withConfig({ color: true }, { MILLSTREAM_CONFIG: join(folder, 'none.json') })).toThrow(
      expect.objectContaining({ code: 'MS5009', message: expect.stringContaining('cannot be read') }),
    );
  });
});
