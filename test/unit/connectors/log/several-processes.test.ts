import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPath, idsIn, openSource, putAll, range, take } from './tables.ts';

const root = process.cwd();
const program = `${freshPath()}.mjs`;

/** Appends records to a topic without end, one transaction each, and says after each how many there are. */
const WRITER = `
import { openLog } from '${root}/src/connectors/log/store/log-store.ts';
const store = await openLog(process.argv[2], false);
const crc32c = (bytes) => {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0x82f63b78 : 0);
  }
  return ~sum >>> 0;
};
const topic = await store.declareTopic('t', { isCompacted: false, ...JSON.parse(process.argv[3]) });
for (let n = 1; ; n++) {
  const value = Buffer.from(JSON.stringify({ id: n - 1, name: 'x' }));
  const body = [0, 0, 0, 1, value.length * 2, ...value, 0];
  const records = Buffer.from([body.length * 2, ...body]);
  const bytes = Buffer.alloc(61 + records.length);
  bytes.writeInt32BE(bytes.length - 12, 8);
  bytes[16] = 2;
  bytes.writeBigInt64BE(BigInt(Date.now()), 27);
  bytes.writeInt32BE(1, 57);
  records.copy(bytes, 61);
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  await store.append(topic, [{ partition: 0, recordCount: 1, maxTimestamp: Date.now(), bytes }], Date.now());
  process.stdout.write(n + '\\n');
}`;

beforeAll(async () => {
  const source = `${freshPath()}.ts`;
  writeFileSync(source, WRITER);
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    write: false,
  });
  // Packages are found beside the project.
  writeFileSync(program, outputFiles[0]!.text.replaceAll('import(name)', `import('${root}/node_modules/' + name + '/node-index.js')`));
});

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

/** Starts the writer; resolves when it has appended `count` records. */
async function write(
  path: string,
  count: number,
  topic: object = {},
): Promise<{ readonly child: ChildProcess; readonly written: () => number }> {
  const child = spawn(process.execPath, [program, path, JSON.stringify(topic)], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let written = 0;
  let rest = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the writer ended')));
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      written = Number(lines.at(-1) ?? written);
      if (written >= count) resolve();
    });
  });
  return { child, written: () => written };
}

async function killed(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  await ended;
}

describe('several processes on one log', () => {
  it('see what another one appends, soon and in order, and go on when it is killed', async () => {
    const path = freshPath();
    await putAll(path, 0, 0);
    const { child, written } = await write(path, 5);
    const reader = await openSource(path, { 'scan.bounded.mode': 'unbounded' });
    const ids: number[] = [];
    const { signal } = new AbortController();
    const begun = performance.now();
    for (let waits = 0; ids.length < 100 && waits < 2000; waits++) {
      ids.push(...take(reader));
      if (ids.length < 100) await reader.wait(signal);
    }
    expect(ids.length).toBeGreaterThanOrEqual(100);
    // Looking from time to time alone would see a few records in this time.
    expect(performance.now() - begun).toBeLessThan(20_000);
    await killed(child);
    await putAll(path, 1_000_000, 1_000_010);
    const all = [...ids, ...take(reader)];
    await reader.close();
    expect(all.length - 10).toBeGreaterThanOrEqual(written());
    expect(all.slice(0, -10)).toEqual(range(0, all.length - 10));
    expect(await idsIn(path)).toEqual(all);
  }, 60_000);

  it.each([{ retentionBytes: 40_000 }, { retentionMs: 2000 }])(
    'read on while another one removes what has expired: %j',
    async (topic) => {
      const path = freshPath();
      await putAll(path, 0, 0);
      const follow = { 'scan.bounded.mode': 'unbounded', 'scan.missing-offset': 'earliest' };
      const [fast, slow, strict] = [
        await openSource(path, follow),
        await openSource(path, follow),
        await openSource(path, { 'scan.bounded.mode': 'unbounded' }),
      ];
      const { child, written } = await write(path, 1, topic);
      const ids: number[] = [];
      const { signal } = new AbortController();
      const begun = performance.now();
      while (ids.length < 900 || performance.now() - begun < 3500) {
        ids.push(...take(fast));
        await fast.wait(signal);
      }
      await killed(child);
      // A reader that keeps up misses nothing; the last record may have been stored and not said to be.
      const all = [...ids, ...take(fast)];
      expect(all.length - written()).toBeLessThanOrEqual(1);
      expect(all).toEqual(range(0, Math.max(all.length, written())));
      // One that does not goes on at what is left, all of it and in order, or fails where the table does not say so.
      const late = take(slow);
      expect(late).toEqual(range(late[0]!, all.length));
      expect(late.length).toBeLessThan(all.length);
      expect(() => strict.poll()).toThrow(expect.objectContaining({ code: 'MS3096' }));
      for (const reader of [fast, slow, strict]) await reader.close();
    },
    60_000,
  );

  it('keep every record that was said to be stored, although writers are killed again and again', async () => {
    const path = freshPath();
    let least = 0;
    for (let n = 0; n < 4; n++) {
      const { child, written } = await write(path, 10 + n * 7);
      await killed(child);
      least += written();
    }
    const ids = await idsIn(path);
    expect(ids.length).toBeGreaterThanOrEqual(least);
    expect(ids.length).toBeLessThanOrEqual(least + 8);
  }, 60_000);
});
