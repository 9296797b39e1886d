import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/common/random.ts';
import { RowKind } from '../../../src/data/batch.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { ChangelogNormalizeOperator } from '../../../src/operators/changelog-normalize.ts';
import { type OperatorInput, type OperatorModel, operatorConformance } from '../../conformance/operator.ts';
import { type Change, type InputItem, OperatorRun, type Row } from '../../conformance/operator-run.ts';
import { keyText } from '../../conformance/state-model.ts';
import { schemaOf } from './support.ts';

const ROWS = schemaOf({
  key: types.string(),
  id: types.bigint(false),
  name: types.string(),
  price: types.decimal(30, 4),
  at: types.timestamp(3),
});
const KEYS = [0, 1];
const NAMES = ['', 'a', 'twelve bytes', 'a name that does not fit into twelve bytes', null];

/** Remembers the newest row of each key: Flink's changes, row by row. */
class NormalizeModel implements OperatorModel {
  readonly #rows = new Map<string, Row>();
  readonly #updateBefore: boolean;

  constructor(updateBefore: boolean) {
    this.#updateBefore = updateBefore;
  }

  row({ row, change }: Extract<InputItem, { kind: 'row' }>): readonly Change[] {
    const key = keyText(KEYS.map((column) => row[column]!));
    const before = this.#rows.get(key);
    if (change === RowKind.delete) {
      this.#rows.delete(key);
      return before === undefined ? [] : [{ kind: RowKind.delete, row: before }];
    }
    this.#rows.set(key, row);
    if (before === undefined) return [{ kind: RowKind.insert, row }];
    if (keyText(before) === keyText(row)) return [];
    const after: Change = { kind: RowKind.updateAfter, row };
    return this.#updateBefore ? [{ kind: RowKind.updateBefore, row: before }, after] : [after];
  }
}

function input(name: string, seed: number, keyCount: number): OperatorInput {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  const items = Array.from({ length: 300 }, (): InputItem => {
    const [key, id] = [pick(['x', 'a key of more than twelve bytes', null]), BigInt(random.below(keyCount))];
    // A deletion has the key alone.
    if (random.below(4) === 0) return { kind: 'row', row: [key, id, null, null, null], change: RowKind.delete, port: 0, split: 0 };
    const price = random.below(5) === 0 ? null : BigInt(random.below(3)) * 10n ** 20n;
    const change = random.below(2) === 0 ? RowKind.insert : RowKind.updateAfter;
    return { kind: 'row', row: [key, id, pick(NAMES), price, BigInt(random.below(2))], change, port: 0, split: 0 };
  });
  return { name, items };
}

const inputs = [input('few keys', 1, 2), input('many keys', 2, 60)];
const make = (changelog: 'batch' | 'record', updateBefore = true) =>
  new ChangelogNormalizeOperator({ schema: ROWS, keys: KEYS, updateBefore, changelog });

for (const changelog of ['batch', 'record'] as const) {
  operatorConformance(
    `changelog normalize, ${changelog}`,
    () => ({
      make: () => make(changelog),
      model: () => new NormalizeModel(true),
      input: ROWS,
      keys: KEYS,
      results: changelog === 'record' ? 'sequence' : 'table',
    }),
    inputs,
  );
}

describe('changelog normalize', () => {
  it('leaves out -U rows that nobody wants', async () => {
    for (const { items } of inputs) {
      const subject = { make: () => make('record', false), model: () => new NormalizeModel(false), input: ROWS };
      const { steps } = await OperatorRun.run(subject, { name: 'singly', cut: 'singly' }, items, 1);
      const model = new NormalizeModel(false);
      const wanted = items.flatMap((item) => (item.kind === 'row' ? model.row(item) : []));
      expect(steps.flatMap(({ changes }) => changes)).toEqual(wanted);
    }
  });
});
