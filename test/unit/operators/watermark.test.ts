import { seededRandom } from '../../../src/common/random.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { WatermarkOperator } from '../../../src/operators/watermark.ts';
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
