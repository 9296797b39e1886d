import { describe, expect, it } from 'vitest';
import { type ChangeEntry, changePlan as changeCheckpoint } from '../../../src/backends/local/restore/plan-change.ts';
import type { Checkpoint, CheckpointSubtask } from '../../../src/runtime/checkpoints/checkpoint.ts';
import type { SavedPlan } from '../../../src/runtime/checkpoints/saved-plan.ts';

/** The checkpoint of a job with one worker. */
type Flat = Omit<Checkpoint, 'subtasks'> & Omit<CheckpointSubtask, 'subtask'>;

function changePlan(old: Flat, plan: SavedPlan, committed: boolean): { checkpoint: CheckpointSubtask; entries: readonly ChangeEntry[] } {
  const { sources, operators, sinks, ...rest } = old;
  const { checkpoint, entries } = changeCheckpoint({ ...rest, subtasks: [{ subtask: 0, sources, operators, sinks }] }, plan, committed);
  return { checkpoint: checkpoint.subtasks[0]!, entries };
}

const source = (id: string, path = 'in') => ({ id, table: 'trips', connector: 'filesystem', options: { path } });
const planOf = (...ids: string[]): SavedPlan => ({
  text: ids.join(),
  sources: ids.map((id) => source(id)),
  operators: ids.map((id) => ({ id, label: 'trips', inputs: [], states: [] })),
  sinks: [],
});
const checkpointAt = (...positions: number[]): Flat => {
  const ids = positions.map((_, i) => (i === 0 ? 'source-trips' : `source-trips.${i + 1}`));
  const sources = ids.map((id, i) => ({ id, position: positions[i], rowsAhead: 0, ended: false }));
  return { id: 1, time: 0, plan: planOf(...ids), finished: false, sources, operators: [], sinks: [] };
};

describe('a table that is read in several places', () => {
  it('is read on in all of them where it was', () => {
    const { checkpoint, entries } = changePlan(checkpointAt(7), planOf('source-trips', 'source-trips.2'), true);
    expect(checkpoint.sources.map(({ id, position }) => [id, position])).toEqual([
      ['source-trips', 7],
      ['source-trips.2', 7],
    ]);
    expect(entries.map(({ verdict }) => verdict)).toEqual(['kept', 'kept']);
  });

  it('loses no position when fewer read it', () => {
    const { checkpoint, entries } = changePlan(checkpointAt(7, 7), planOf('source-trips'), true);
    expect(checkpoint.sources).toMatchObject([{ id: 'source-trips', position: 7 }]);
    expect(entries).toMatchObject([{ verdict: 'kept' }]);
  });

  it('is not taken for one of several that were at different places', () => {
    const { checkpoint, entries } = changePlan(checkpointAt(7, 8), planOf('source-trips'), true);
    expect(checkpoint.sources).toEqual([]);
    expect(entries).toMatchObject([{ verdict: 'lost', details: [expect.stringContaining('at different places')] }]);
  });
});

describe('VALUES', () => {
  it('are told apart by what they are', () => {
    const values = (id: string) => ({ id, table: 'VALUES', connector: 'values', options: {} });
    const old = checkpointAt(7);
    const both = [values('values-a'), values('values-b')];
    const sources = both.map(({ id }, i) => ({ id, position: i, rowsAhead: 0, ended: i === 0 }));
    const before: Flat = { ...old, sources, plan: { ...old.plan, sources: both } };
    const { checkpoint, entries } = changePlan(before, { ...before.plan, text: 'other', sources: [both[1]!, values('values-c')] }, true);
    expect(checkpoint.sources).toEqual([sources[1]]);
    expect(entries).toEqual([]);
  });
});

describe('an operator without a past', () => {
  it('gets the time and the end of those before it', () => {
    const before = checkpointAt(7);
    const operator = (id: string, inputs: string[], rebuilds = false) => ({
      id,
      label: id,
      inputs,
      states: [],
      ...(rebuilds && { rebuilds }),
    });
    const old: Flat = {
      ...before,
      plan: { ...before.plan, operators: [...before.plan.operators, operator('watermark', ['source-trips'], true)] },
      operators: [
        {
          id: 'watermark',
          watermarks: [-(2n ** 63n)],
          openInputs: 1,
          values: [{ name: 'watermark', value: { splits: [], emitted: '500' } }],
          groups: [],
        },
      ],
    };
    const plan: SavedPlan = {
      ...old.plan,
      text: 'other',
      operators: [...old.plan.operators, operator('calc', ['watermark']), operator('union', ['calc', 'watermark'])],
    };
    const { checkpoint } = changePlan(old, plan, true);
    expect(checkpoint.operators.find(({ id }) => id === 'calc')).toMatchObject({ watermarks: [500n], openInputs: 1 });
    expect(checkpoint.operators.find(({ id }) => id === 'union')).toMatchObject({ watermarks: [500n, 500n], openInputs: 2 });
    const ended = changePlan({ ...old, sources: old.sources.map((one) => ({ ...one, ended: true })) }, plan, true).checkpoint;
    expect(ended.operators.find(({ id }) => id === 'union')).toMatchObject({ watermarks: [2n ** 63n - 1n, 2n ** 63n - 1n], openInputs: 0 });
  });
});
