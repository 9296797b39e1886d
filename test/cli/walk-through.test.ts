import { execFile } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { useMillstream } from './support/millstream.ts';

const millstream = useMillstream();

/** The blocks of the page, by what is written behind the three backquotes. */
function blocksOf(page: string): { readonly kind: string; readonly text: string }[] {
  return [...page.matchAll(/^```(\w+)[^\n]*\n([\s\S]*?)^```$/gm)].map(([, kind, text]) => ({ kind: kind!, text: text! }));
}

/** What differs from run to run: numbers, ids of savepoints, the folder. */
const normalized = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/Killed/.test(line))
    .join('\n')
    .replace(/\S*\/savepoints\/savepoint-[0-9a-f]{6}-[0-9a-f]{12}/g, 'SAVEPOINT')
    .replace(/(?<![-\w])\d+/g, '#')
    .replace(/ +(?=#$)/gm, '')
    .trim();

const lines = (text: string): string[] => text.split('\n').sort();

describe.skipIf(process.platform === 'win32')('the walk-through', () => {
  it('does what it says, as it stands', { timeout: 120_000 }, async () => {
    const blocks = blocksOf(readFileSync('docs/walk-through.md', 'utf8'));
    const [first, second] = blocks.filter(({ kind }) => kind === 'sql');
    writeFileSync(millstream.path('trips.sql'), first!.text);
    writeFileSync(millstream.path('fares.sql'), second!.text);
    const command = millstream.path('millstream');
    writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${millstream.cli}" "$@"\n`);
    chmodSync(command, 0o755);
    const steps = blocks.flatMap(({ kind, text }, i) =>
      kind === 'sh' ? [{ text, expected: blocks[i + 1]?.kind === 'text' ? blocks[i + 1]!.text : undefined }] : [],
    );
    const script = `exec 2>&1\n${steps.map(({ text }, i) => `echo "@@${i}@@"\n${text}`).join('')}`;
    writeFileSync(millstream.path('walk.sh'), script);
    const { stdout } = await promisify(execFile)('bash', ['walk.sh'], {
      cwd: millstream.folder,
      env: { ...process.env, PATH: `${millstream.folder}${delimiter}${process.env['PATH']}`, NO_COLOR: '1' },
    });
    const outputs = stdout.split(/@@\d+@@\n/).slice(1);
    expect(outputs).toHaveLength(steps.length);
    for (const [i, { text, expected }] of steps.entries()) {
      if (expected !== undefined)
        expect({ text, output: lines(normalized(outputs[i]!)) }).toEqual({ text, output: lines(normalized(expected)) });
    }
    expectEachOnce();
  });
});

function expectEachOnce(): void {
  const folder = millstream.path('archive');
  const parts = readdirSync(folder).filter((name) => name.startsWith('part-'));
  const ids = parts.flatMap((name) => readFileSync(`${folder}/${name}`, 'utf8').trimEnd().split('\n').map(Number));
  expect(ids.length).toBeGreaterThan(1000);
  // At the end two workers read, each the half of the numbers, and one may have been farther.
  for (const parity of [0, 1]) {
    const own = ids.filter((id) => id % 2 === parity).sort((a, b) => a - b);
    expect(own).toEqual(own.map((_, i) => 2 * i + (parity === 0 ? 2 : 1)));
  }
}
