import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/common/random.ts';
import { Column } from '../../src/data/column.ts';
import { types } from '../../src/data/types/sql-type.ts';
import type { TimerState } from '../../src/state/timer-state.ts';
import type { ValueState } from '../../src/state/value-state.ts';
import { type Key, KeyBatch, keySource, keyText, type StateUnderTest, valueAt } from './state-model.ts';

const KEY_TYPES = [types.bigint(), types.string()];
const VALUE_TYPES = [
  types.string(),
  types.boolean(),
  types.decimal(38, 2),
  types.timestamp(9),
  types.smallint(),
  types.double(),
  types.int(),
];

/** What valueState() of every StateBackend must do. */
export function valueStateConformance(name: string, make: () => Promise<StateUnderTest>): void {
  describe(`${name}: value state`, () => {
    it('follows a map through puts, gets, removals and restores', async () => {
      let { kernels, state } = await make();
      let values = state.valueState('v', { keyTypes: KEY_TYPES, valueTypes: VALUE_TYPES });
      const model = new Map<string, Key>();
      const random = seededRandom(11);
      const nextKey = keySource(KEY_TYPES, 300, 12);
      const nextValue = keySource(VALUE_TYPES, 500, 13);
      for (let step = 0; step < 40; step++) {
        const keys = Array.from({ length: 1 + random.below(400) }, nextKey);
        const given = keys.map(nextValue);
        const picked = keys.map((_, i) => i).filter(() => random.below(4) > 0);
        const batch = new KeyBatch(kernels, KEY_TYPES);
        const columns = new KeyBatch(kernels, VALUE_TYPES);
        batch.fill(keys, picked);
        columns.fill(given);
        if (step % 4 === 3) {
          values.remove(batch.batch, batch.columns);
          for (const i of picked) model.delete(keyText(keys[i]!));
        } else {
          values.put(batch.batch, batch.columns, columns.columns);
          for (const i of picked) model.set(keyText(keys[i]!), given[i]!);
        }
        columns.free();
        const out = VALUE_TYPES.map((type) => new Column(kernels.memory, type));
        values.get(batch.batch, batch.columns, out);
        for (const i of picked) {
          const expected = model.get(keyText(keys[i]!));
          const got = out.map((column) => valueAt(kernels, column, i));
          expect(values.rows.view[i] !== 0).toBe(expected !== undefined);
          if (keyText(got) !== keyText(expected ?? VALUE_TYPES.map(() => null))) expect(got).toEqual(expected);
        }
        batch.free();
        for (const column of out) column.free();
        expect(values.size).toBe(model.size);
        if (step % 10 === 9) {
          const groups = collect(values);
          ({ kernels, state } = await make());
          values = state.valueState('v', { keyTypes: KEY_TYPES, valueTypes: VALUE_TYPES });
          values.restore(groups);
        }
      }
      expect(values.byteSize).toBeGreaterThan(0);
      values.clear();
      expect(values.size).toBe(0);
    });

    it('refuses values that have no fixed form', async () => {
      const { state } = await make();
      const make1 = () => state.valueState('v', { keyTypes: KEY_TYPES, valueTypes: [types.map(types.int(), types.int())] });
      expect(make1).toThrow(expect.objectContaining({ code: 'MS4006' }));
    });
  });
}

/** What timers() of every StateBackend must do. */
export function timerStateConformance(name: string, make: () => Promise<StateUnderTest>): void {
  describe(`${name}: timers`, () => {
    it('calls each key once for each of its times, in order of time', async () => {
      let { kernels, state } = await make();
      let timers = state.timers('t', { keyTypes: KEY_TYPES });
      const model = new Map<string, bigint>();
      const random = seededRandom(21);
      const nextKey = keySource(KEY_TYPES, 200, 22);
      let now = -500n;
      for (let step = 0; step < 60; step++) {
        const keys = Array.from({ length: 1 + random.below(300) }, nextKey);
        const times = keys.map(() => now + 1n + BigInt(random.below(50)));
        const batch = new KeyBatch(kernels, [...KEY_TYPES, types.timestamp(3)]);
        batch.fill(keys.map((key, i) => [...key, times[i]!]));
        const [keyColumns, timeColumn] = [batch.columns.slice(0, 2), batch.columns[2]!];
        if (step % 3 === 2) timers.cancel(batch.batch, keyColumns, timeColumn);
        else timers.set(batch.batch, keyColumns, timeColumn);
        keys.forEach((key, i) => {
          const id = keyText([...key, times[i]!]);
          if (step % 3 === 2) model.delete(id);
          else model.set(id, times[i]!);
        });
        expect(timers.size).toBe(model.size);
        now += BigInt(random.below(20));
        expect(take(kernels, timers, now, batch.columns)).toEqual(due(model, now));
        expect(timers.nextTime).toBe([...model.values()].sort((a, b) => (a < b ? -1 : 1))[0]);
        batch.free();
        if (step % 20 === 19) {
          const groups = collect(timers);
          ({ kernels, state } = await make());
          timers = state.timers('t', { keyTypes: KEY_TYPES });
          timers.restore(groups);
        }
      }
      expect(model.size).toBeGreaterThan(0);
      timers.clear();
      expect(timers.nextTime).toBe(undefined);
    });

    it('keeps timers in the key group of their key', async () => {
      const { kernels, state } = await make();
      const timers = state.timers('t', { keyTypes: [types.int()] });
      const batch = new KeyBatch(kernels, [types.int(), types.bigint()]);
      batch.fill(Array.from({ length: 100 }, (_, i) => [7, BigInt(i)]));
      timers.set(batch.batch, [batch.columns[0]!], batch.columns[1]!);
      const groups: number[] = [];
      timers.snapshot({ writeGroup: (_, keyGroup) => groups.push(keyGroup) });
      expect(groups.length).toBe(1);
      expect(timers.size).toBe(100);
    });
  });
}

/** Takes what is due in steps of 7, as texts; checks that times ascend. */
function take(kernels: StateUnderTest['kernels'], timers: TimerState, now: bigint, columns: readonly Column[]): string[] {
  const taken: string[] = [];
  let last: bigint | undefined;
  const [keys, times] = [columns.slice(0, 2), columns[2]!];
  for (let count = timers.takeDue(now, 7, keys, times); count > 0; count = timers.takeDue(now, 7, keys, times)) {
    for (let i = 0; i < count; i++) {
      const time = times.values[i] as bigint;
      expect(last === undefined || last <= time).toBe(true);
      last = time;
      taken.push(keyText(columns.map((column) => valueAt(kernels, column, i))));
    }
  }
  return taken.sort();
}

function due(model: Map<string, bigint>, now: bigint): string[] {
  const ids = [...model].filter(([, time]) => time <= now).map(([id]) => id);
  for (const id of ids) model.delete(id);
  return ids.sort();
}

/** A state's key groups, ready to be read back. */
function collect(state: ValueState | TimerState) {
  const groups: [number, Uint8Array][] = [];
  state.snapshot({ writeGroup: (_, keyGroup, bytes) => groups.push([keyGroup, bytes]) });
  return {
    readGroups: (_: string, read: (keyGroup: number, bytes: Uint8Array) => void) => {
      for (const [keyGroup, bytes] of groups) read(keyGroup, bytes);
    },
  };
}
