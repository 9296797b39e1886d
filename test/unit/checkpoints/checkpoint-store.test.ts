import { describe, expect, it } from 'vitest';
import type { Checkpoint, CheckpointSubtask } from '../../../src/runtime/checkpoints/checkpoint.ts';
import { CheckpointStore } from '../../../src/runtime/checkpoints/checkpoint-store.ts';
import type { WrittenState } from '../../../src/runtime/checkpoints/written-state.ts';
import { MemoryFiles } from './memory-files.ts';

const subtaskOf = (id: number, subtask: number): CheckpointSubtask => ({
  subtask,
  sources: [{ id: '0_scan', position: { file: subtask, byteOffset: id }, rowsAhead: 2, ended: false }],
  operators: [
    {
      id: '1_aggregate',
      watermarks: [-(2n ** 63n), 2n ** 63n - 1n],
      openInputs: 2,
      values: [{ name: 'time', value: [subtask, 'é'] }],
      groups: [0, 7, 127].map((keyGroup) => ({ name: 'rows', keyGroup, bytes: new Uint8Array(100).fill(keyGroup + id + subtask) })),
    },
  ],
  sinks: [{ id: '0_out', prepared: [{ parts: [], next: subtask }] }],
});

const checkpoint = (id: number, subtasks = 1): Checkpoint => ({
  id,
  time: 1_700_000_000_000,
  plan: { text: 'Sink\n+- Scan', sources: [], operators: [], sinks: [] },
  finished: false,
  subtasks: Array.from({ length: subtasks }, (_, subtask) => subtaskOf(id, subtask)),
});

/** As workers do that have a store each: every one writes its state, and one of them the manifest, of what the others sent it. */
async function write(files: MemoryFiles, { subtasks, ...head }: Checkpoint): Promise<void> {
  const store = (): CheckpointStore => new CheckpointStore(files, 'job', 1);
  const states = await Promise.all(subtasks.map(({ subtask, operators }) => store().writeState(head.id, subtask, operators)));
  const heads = subtasks.map(({ operators: _, ...ends }) => ends);
  await store().complete({ ...head, subtasks: heads }, JSON.parse(JSON.stringify(states)) as WrittenState[]);
}

const MANIFEST = (id: number): string => `job/checkpoint-000000000${id}.json`;
const STATE = (id: number, subtask = 0): string => `job/checkpoint-000000000${id}-${subtask}.state`;

async function stored(count: number, retained = 5): Promise<{ files: MemoryFiles; store: CheckpointStore }> {
  const files = new MemoryFiles();
  const store = new CheckpointStore(files, 'job', retained);
  for (let id = 1; id <= count; id++) await write(files, checkpoint(id));
  return { files, store };
}

async function latest(store: CheckpointStore): Promise<{ found: Checkpoint | undefined; passed: number[] }> {
  const passed: number[] = [];
  return { found: await store.latest(({ id }) => passed.push(id)), passed };
}

describe('a store of checkpoints', () => {
  it('gives back what was written', async () => {
    const { store } = await stored(2);
    expect(await latest(store)).toEqual({ found: checkpoint(2), passed: [] });
    expect(await store.nextId()).toBe(3);
  });

  it('gives back what several subtasks wrote', async () => {
    const { files, store } = await stored(1);
    await write(files, checkpoint(2, 3));
    expect(await latest(store)).toEqual({ found: checkpoint(2, 3), passed: [] });
    files.spoil(STATE(2, 1), 100);
    expect(await latest(store)).toEqual({ found: checkpoint(1), passed: [2] });
  });

  it('has none at first', async () => {
    const { store } = await stored(0);
    expect(await latest(store)).toEqual({ found: undefined, passed: [] });
    expect(await store.nextId()).toBe(1);
  });

  it('names a checkpoint only when all of it is on the disk', async () => {
    const { files } = await stored(1);
    expect(files.calls).toEqual([
      `write ${STATE(1)}`,
      `write ${MANIFEST(1)}.part`,
      'sync job',
      `rename ${MANIFEST(1)}.part ${MANIFEST(1)}`,
      'sync job',
    ]);
  });

  it('passes over a damaged one, whichever byte is wrong, and says so', async () => {
    const { files, store } = await stored(2);
    const manifest = files.files.get(MANIFEST(2))!;
    for (let at = 0; at < manifest.length; at += 7) {
      files.spoil(MANIFEST(2), at);
      expect(await latest(store)).toMatchObject({ found: { id: 1 }, passed: [2] });
      files.files.set(MANIFEST(2), manifest);
    }
    files.spoil(STATE(2), 150);
    expect(await latest(store)).toMatchObject({ found: { id: 1 }, passed: [2] });
  });

  it('passes over one that is cut off, or whose state is gone', async () => {
    const { files, store } = await stored(2);
    const manifest = files.files.get(MANIFEST(2))!;
    for (let size = 0; size < manifest.length; size += 13) {
      files.cut(MANIFEST(2), size);
      expect(await latest(store)).toMatchObject({ found: { id: 1 }, passed: [2] });
    }
    files.files.set(MANIFEST(2), manifest);
    files.cut(STATE(2), 299);
    expect(await latest(store)).toMatchObject({ passed: [2] });
    files.files.delete(STATE(2));
    expect(await latest(store)).toMatchObject({ passed: [2] });
  });

  it('refuses to begin anew when all are damaged', async () => {
    const { files, store } = await stored(2);
    files.spoil(STATE(1), 0);
    files.spoil(MANIFEST(2), 0);
    await expect(latest(store)).rejects.toMatchObject({ code: 'MS4005', hint: expect.stringContaining('remove it to begin anew') });
  });

  it('refuses one of a later release', async () => {
    const { files, store } = await stored(1);
    const { crc32 } = await import('../../../src/common/crc32.ts');
    const line = new TextDecoder()
      .decode(files.files.get(MANIFEST(1))!)
      .split('\n')[0]!
      .replace('"version":2', '"version":99');
    const crc = crc32(new TextEncoder().encode(line)).toString(16).padStart(8, '0');
    files.files.set(MANIFEST(1), new TextEncoder().encode(`${line}\n${crc}\n`));
    await expect(latest(store)).rejects.toMatchObject({ code: 'MS4003', message: expect.stringContaining('version 99') });
  });

  it('keeps the newest, and nothing else', async () => {
    const { files, store } = await stored(4, 2);
    await files.write(STATE(2).replace('2-', '0-'), []);
    await files.write(`${MANIFEST(3)}.part`, []);
    await store.prune();
    expect([...files.files.keys()].sort()).toEqual([MANIFEST(3), STATE(3), MANIFEST(4), STATE(4)].sort());
  });

  it('keeps what a checkpoint under way has written', async () => {
    const { files, store } = await stored(1, 1);
    await files.write(STATE(2), []);
    await store.prune();
    expect([...files.files.keys()]).toContain(STATE(2));
    expect(await store.nextId()).toBe(3);
  });

  it('says that a checkpoint cannot be written, and leaves the one before', async () => {
    const { files, store } = await stored(1);
    files.refuses = (name) => name === STATE(2);
    await expect(write(files, checkpoint(2))).rejects.toMatchObject({ code: 'MS4007', message: expect.stringContaining('no space left') });
    expect(await latest(store)).toMatchObject({ found: { id: 1 }, passed: [] });
  });
});
