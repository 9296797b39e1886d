import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '../../../src/common/random.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import type { CapturedOperator } from '../../../src/runtime/checkpoints/captured.ts';
import { CheckpointStore } from '../../../src/runtime/checkpoints/checkpoint-store.ts';
import { MemoryState } from '../../../src/state/memory/memory-state.ts';
import { merged, RandomJob } from '../../conformance/state-job.ts';
import { MemoryFiles } from './memory-files.ts';

const KEY_TYPES = [types.bigint(false), types.string()];
const NONE = { watermarks: [], openInputs: 0, values: [], groups: [] };

async function newJob(seed: number): Promise<RandomJob> {
  const kernels = await loadKernels();
  return new RandomJob({ kernels, state: new MemoryState(kernels) }, KEY_TYPES, seed);
}

/** A checkpoint of a job's table, with `work` done while it is written. Resolves with what the table held at its beginning. */
async function checkpoint(store: CheckpointStore, id: number, job: RandomJob, work: () => void = () => undefined): Promise<unknown[]> {
  const held = merged([job]);
  const state = job.under.state.beginSnapshot([job.table]);
  const operators: CapturedOperator[] = [{ ...NONE, id: 'op', tables: [{ name: 'job', number: state.tables[0]!.number }] }];
  const written = store.writeState(id, 0, operators, state);
  written.catch(() => undefined);
  work();
  await state.finish();
  const head = {
    id,
    time: 0,
    plan: { text: '', sources: [], operators: [], sinks: [] },
    finished: false,
    subtasks: [{ subtask: 0, sources: [], sinks: [] }],
  };
  await store.complete(head, JSON.parse(JSON.stringify([await written])) as Awaited<typeof written>[]);
  return held;
}

/** What a job has that goes on from the newest checkpoint that is whole, and its number. */
async function restored(files: MemoryFiles): Promise<{ id: number; rows: unknown[] }> {
  const found = (await new CheckpointStore(files, 'job', 5).latest(() => undefined))!;
  const job = await newJob(1);
  const { groups } = found.subtasks[0]!.operators[0]!;
  job.table.restore({
    readGroups: (name, take) => {
      for (const group of groups) if (group.name === name) take(group.keyGroup, group.bytes);
    },
  });
  job.adopt();
  job.check();
  return { id: found.id, rows: merged([job]) };
}

const pageFiles = (files: MemoryFiles): string[] => [...files.files.keys()].filter((name) => name.endsWith('.pages')).sort();

function workOn(job: RandomJob, random: Random): () => void {
  return () => {
    job.lookUp();
    if (random.below(2) === 0) job.removeSome();
    job.lookUp();
  };
}

describe('checkpoints of pages', () => {
  it('are what tables held, one after the other, with a start from each and failures between them', async () => {
    const seed = Math.trunc(Math.random() * 2 ** 31);
    const random = seededRandom(seed);
    const files = new MemoryFiles();
    const store = new CheckpointStore(files, 'job', 2);
    const job = await newJob(seed);
    for (let id = 1; id <= 25; id++) {
      if (random.below(3) !== 0) workOn(job, random)();
      files.refuses = random.below(5) === 0 ? (name) => name.includes(random.below(2) === 0 ? 'pages' : 'json') : () => false;
      const held = await checkpoint(store, id, job, workOn(job, random)).catch(() => undefined);
      files.refuses = () => false;
      if (held === undefined) continue;
      await store.prune();
      expect(await restored(files), `seed ${seed}`).toEqual({ id, rows: held });
    }
  });

  it('of a state that has not changed have nothing but the list of its pages', async () => {
    const files = new MemoryFiles();
    const store = new CheckpointStore(files, 'job', 1);
    const job = await newJob(3);
    job.lookUp();
    const held = await checkpoint(store, 1, job);
    await checkpoint(store, 2, job);
    const sizes = pageFiles(files).map((name) => files.files.get(name)!.length);
    expect(sizes).toEqual([expect.any(Number), expect.toSatisfy((size: number) => size < 200)]);
    await store.prune();
    expect(await restored(files)).toEqual({ id: 2, rows: held });
    expect(pageFiles(files)).toEqual(['job/checkpoint-0000000001-0-0.pages', 'job/checkpoint-0000000002-0-0.pages']);
  });

  it('need files of earlier ones only as long as these are of use', async () => {
    const files = new MemoryFiles();
    const store = new CheckpointStore(files, 'job', 1);
    const job = await newJob(4);
    for (let id = 1; id <= 12; id++) {
      job.lookUp();
      await checkpoint(store, id, job);
      await store.prune();
    }
    expect(pageFiles(files).length).toBeLessThan(5);
  });

  it('are passed over, or refused, when a file of an earlier one is damaged', async () => {
    const files = new MemoryFiles();
    const store = new CheckpointStore(files, 'job', 2);
    const job = await newJob(5);
    job.lookUp();
    const first = await checkpoint(store, 1, job);
    job.lookUp();
    await checkpoint(store, 2, job);
    const [old, young] = pageFiles(files) as [string, string];
    const whole = files.files.get(young)!;
    for (let at = 0; at < whole.length; at += 997) {
      files.spoil(young, at);
      expect((await restored(files)).rows).toEqual(first);
      files.files.set(young, whole);
    }
    files.cut(young, whole.length - 4);
    expect((await restored(files)).id).toBe(1);
    files.files.delete(young);
    expect((await restored(files)).id).toBe(1);
    files.spoil(old, 1000);
    await expect(restored(files)).rejects.toMatchObject({ code: 'MS4005' });
  });
});
