import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/common/clock.ts';
import { seededRandom } from '../../../src/common/random.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { loadKernels } from '../../../src/kernels/kernels.ts';
import type { SnapshotReader } from '../../../src/operators/operator.ts';
import { WatermarkOperator } from '../../../src/operators/watermark.ts';
import { MemoryState } from '../../../src/state/memory/memory-state.ts';
import { insert, type OperatorModel, type OperatorUnderTest, operatorConformance } from '../../conformance/operator.ts';
import type { Change, InputItem } from '../../conformance/operator-run.ts';
import { bind, schemaOf } from './support.ts';

const schema = schemaOf({ name: types.string(), at: types.timestamp(3) });
const DELAY = 250n;

/** Per split the greatest time less the delay; over all splits the least of those, once each of them has sent a row. */
class WatermarkModel implements OperatorModel {
  readonly #splits = new Map<number, bigint>();
  readonly #splitCount: number;
  madeWatermark: bigint | undefined;

  constructor(splitCount: number) {
    this.#splitCount = splitCount;
  }

  row({ row, change, split }: Extract<InputItem, { kind: 'row' }>): readonly Change[] {
    const before = this.#splits.get(split) ?? NONE;
    const time = row[1] === null ? NONE : (row[1] as bigint) - DELAY;
    this.#splits.set(split, time > before ? time : before);
    const least = [...this.#splits.values()].reduce((a, b) => (a < b ? a : b));
    if (this.#splits.size === this.#splitCount && least > (this.madeWatermark ?? NONE)) this.madeWatermark = least;
    return [{ kind: change, row }];
  }
}

const NONE = -(2n ** 63n);

function rowsOf(seed: number, splits: number, nulls: number): InputItem[] {
  const random = seededRandom(seed);
  return Array.from({ length: 150 }, (_, i) => {
    const at = random.below(10) < nulls ? null : BigInt(i * 100 - random.below(3000));
    return insert([`row ${i}`, at], 0, random.below(splits));
  });
}

const underTest = (splitCount: number, expression: string): OperatorUnderTest => ({
  make: () => new WatermarkOperator({ input: schema, expression: bind(expression, schema), idleTimeoutMs: undefined, timeZone: 'UTC' }),
  model: () => new WatermarkModel(splitCount),
  input: schema,
  results: 'sequence',
});

for (const expression of ["`at` - INTERVAL '0.250' SECOND", "`at` - INTERVAL '1' SECOND + INTERVAL '0.750' SECOND"]) {
  operatorConformance(`watermark ${expression}, one split`, () => underTest(1, expression), [
    { name: 'times', items: rowsOf(1, 1, 0) },
    { name: 'mostly null times', items: rowsOf(2, 1, 8) },
  ]);
  operatorConformance(`watermark ${expression}, three splits`, () => underTest(3, expression), [
    { name: 'times', items: rowsOf(3, 3, 0) },
    { name: 'mostly null times', items: rowsOf(4, 3, 8) },
  ]);
}

describe('a watermark operator that is restored', () => {
  const saved = (emitted: readonly bigint[]): SnapshotReader => ({
    readGroups: () => undefined,
    readOperator: () =>
      emitted.map((time) => ({
        splits: [
          [0, '5000'],
          [1, '100'],
        ],
        emitted: String(time),
      })),
  });
  const restored = async (emitted: readonly bigint[]): Promise<unknown> => {
    const kernels = await loadKernels();
    const operator = underTest(1, '`at`').make();
    operator.open({
      kernels,
      clock: systemClock,
      out: { offer: () => true, advance: () => true, idle: () => true },
      state: new MemoryState(kernels),
      name: 'test/watermark',
      metrics: { lateRows: 0 },
      splits: { current: 0, active: new Set([0, 1]) },
    });
    operator.restore(saved(emitted));
    let written: unknown;
    operator.snapshot({ writeGroup: () => undefined, writeOperator: (_, value) => (written = value) });
    operator.close();
    return written;
  };

  it('knows how far it had come, though a split that was idle is behind', async () => {
    expect(await restored([5000n])).toMatchObject({ emitted: '5000' });
  });

  it('knows the least of what several had made', async () => {
    expect(await restored([5000n, 3000n, 4000n])).toMatchObject({ emitted: '3000' });
  });
});
