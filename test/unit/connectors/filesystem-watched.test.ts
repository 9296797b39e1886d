import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/common/clock.ts';
import { openFileSource } from '../../../src/connectors/filesystem/open-file-source.ts';
import type { SourceReader } from '../../../src/runtime/source.ts';
import { readBatch, type SourceSetup, sourceContext, temporaryFolder } from './filesystem-support.ts';

const watch = (path: string, clock: VirtualClock, setup: SourceSetup = {}): Promise<SourceReader> =>
  openFileSource(sourceContext({ path, 'source.monitor-interval': '10 s' }, { ...setup, clock }));

/** Moves a clock on until the promise is settled. */
async function settle<T>(promise: Promise<T>, clock: VirtualClock): Promise<T> {
  let settled = false;
  const mark = () => {
    settled = true;
  };
  promise.then(mark, mark);
  while (!settled) {
    clock.advance(1000);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return promise;
}

describe('a watched folder', () => {
  it('gives the rows of new files, each once, and is idle between', async () => {
    const folder = temporaryFolder();
    const clock = new VirtualClock();
    writeFileSync(join(folder, 'b'), '1 b\n');
    const reader = await watch(folder, clock);
    expect(await readBatch(reader)).toEqual(['1 b']);
    expect(reader.poll()).toBe('idle');
    expect([...reader.activeSplits]).toEqual([]);
    expect(reader.progress()).toBeUndefined();
    const waiting = reader.wait(new AbortController().signal);
    writeFileSync(join(folder, '.new'), '2 a\n');
    renameSync(join(folder, '.new'), join(folder, 'a'));
    writeFileSync(join(folder, 'c'), '');
    await settle(waiting, clock);
    expect([...reader.activeSplits]).toEqual([1, 2]);
    expect(await readBatch(reader)).toEqual(['2 a']);
    expect(reader.split).toBe(1);
    expect(reader.poll()).toBe('idle');
    const stop = new AbortController();
    const last = reader.wait(stop.signal);
    stop.abort();
    await last;
    await reader.close();
  });

  it('looks no more often than the interval', async () => {
    const folder = temporaryFolder();
    const clock = new VirtualClock();
    const reader = await watch(folder, clock);
    expect(reader.poll()).toBe('idle');
    let found = false;
    const waiting = reader.wait(new AbortController().signal).then(() => {
      found = true;
    });
    writeFileSync(join(folder, 'a'), '1 a\n');
    clock.advance(9999);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(found).toBe(false);
    await settle(waiting, clock);
    expect(await readBatch(reader)).toEqual(['1 a']);
  });

  it('may begin with a pattern that matches nothing', async () => {
    const clock = new VirtualClock();
    const folder = temporaryFolder();
    const reader = await watch(join(folder, '*.txt'), clock);
    expect(reader.poll()).toBe('idle');
    const waiting = reader.wait(new AbortController().signal);
    writeFileSync(join(folder, 'a.txt'), '1 a\n');
    await settle(waiting, clock);
    expect(await readBatch(reader)).toEqual(['1 a']);
  });

  it('resumes without reading a file again', async () => {
    const folder = temporaryFolder();
    const clock = new VirtualClock();
    writeFileSync(join(folder, 'a'), '1 a\n');
    const reader = await watch(folder, clock);
    await readBatch(reader);
    const resumed = await watch(folder, clock);
    resumed.restore(JSON.parse(JSON.stringify(reader.position())));
    expect(resumed.poll()).toBe('idle');
    const waiting = resumed.wait(new AbortController().signal);
    writeFileSync(join(folder, 'b'), '2 b\n');
    await settle(waiting, clock);
    expect(await readBatch(resumed)).toEqual(['2 b']);
  });

  it('fails when it vanishes', async () => {
    const folder = temporaryFolder();
    const clock = new VirtualClock();
    const reader = await watch(folder, clock);
    expect(reader.poll()).toBe('idle');
    rmSync(folder, { recursive: true });
    await settle(reader.wait(new AbortController().signal), clock);
    expect(() => reader.poll()).toThrow(expect.objectContaining({ code: 'MS3030' }));
  });

  it('is dealt out over subtasks without a file read twice or not at all', async () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 20; i++) writeFileSync(join(folder, `f${i}`), `${i} x\n`);
    const seen: string[] = [];
    for (const index of [0, 1, 2]) {
      const reader = await watch(folder, new VirtualClock(), { subtask: { index, count: 3 } });
      for (let polled = reader.poll(); polled !== 'idle' && polled !== 'end'; polled = reader.poll())
        seen.push(String(polled.columns[0]!.values[0]));
    }
    expect(seen.map(Number).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});
