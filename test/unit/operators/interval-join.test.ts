import { seededRandom } from '../../../src/common/random.ts';
import { RowKind } from '../../../src/data/batch.ts';
import { types, withNullable } from '../../../src/data/types/sql-type.ts';
import { IntervalJoinOperator } from '../../../src/operators/interval-join/interval-join.ts';
import { isPadded } from '../../../src/operators/join/join.ts';
import type { OuterJoinType } from '../../../src/plan/nodes/node.ts';
import { type OperatorInput, type OperatorModel, operatorConformance, watermark } from '../../conformance/operator.ts';
import type { Change, InputItem, Row } from '../../conformance/operator-run.ts';
import { bind, schemaOf } from './support.ts';

const ROWS = schemaOf({ key: types.string(), at: types.timestamp(3), label: types.string(), size: types.int() });
const BOTH = schemaOf({
  key: types.string(),
  at: types.timestamp(3),
  label: types.string(),
  size: types.int(),
  other: types.string(),
  other_at: types.timestamp(3),
  other_label: types.string(),
  other_size: types.int(),
});
const NOTHING: Row = [null, null, null, null];
const [AT, SIZE] = [1, 3];
/** right time - 20 <= left time <= right time + 5; so short that rows do not wait for others of their bucket. */
const [LOWER, UPPER] = [-20, 5];
const END = 2n ** 63n - 1n;

interface Kept {
  readonly row: Row;
  isMatched: boolean;
}

/** What Flink does with each row, over plain lists. */
class IntervalModel implements OperatorModel {
  readonly #type: OuterJoinType;
  readonly #hasCondition: boolean;
  readonly #sides: [Kept[], Kept[]] = [[], []];
  #now = Number.NEGATIVE_INFINITY;

  constructor(type: OuterJoinType, hasCondition: boolean) {
    this.#type = type;
    this.#hasCondition = hasCondition;
  }

  row({ row, port }: Extract<InputItem, { kind: 'row' }>): readonly Change[] {
    const changes: Change[] = [];
    const kept: Kept = { row, isMatched: false };
    for (const other of this.#sides[1 - port]!) {
      if (!this.#meets(port === 0 ? row : other.row, port === 0 ? other.row : row)) continue;
      other.isMatched = kept.isMatched = true;
      changes.push({ kind: RowKind.insert, row: port === 0 ? [...row, ...other.row] : [...other.row, ...row] });
    }
    if (row[0] !== null && row[AT] !== null && this.#end(port, row) > this.#now) this.#sides[port]!.push(kept);
    else if (!kept.isMatched) changes.push(...this.#alone(port, row));
    return changes;
  }

  watermark(time: bigint): readonly Change[] {
    this.#now = Number(time);
    return this.#sides.flatMap((rows, port) => {
      const over = rows.filter(({ row }) => this.#end(port, row) <= this.#now);
      this.#sides[port] = rows.filter((kept) => !over.includes(kept));
      return over.flatMap(({ row, isMatched }) => (isMatched ? [] : this.#alone(port, row)));
    });
  }

  #end(port: number, row: Row): number {
    return Number(row[AT]) + (port === 0 ? -LOWER : UPPER);
  }

  #alone(port: number, row: Row): Change[] {
    if (!isPadded(this.#type, port === 0 ? 'left' : 'right')) return [];
    return [{ kind: RowKind.insert, row: port === 0 ? [...row, ...NOTHING] : [...NOTHING, ...row] }];
  }

  #meets(left: Row, right: Row): boolean {
    if (left[0] === null || left[0] !== right[0] || left[AT] === null || right[AT] === null) return false;
    const apart = Number(left[AT]) - Number(right[AT]);
    if (apart < LOWER || apart > UPPER) return false;
    const [a, b] = [left[SIZE], right[SIZE]];
    return !this.#hasCondition || (a !== null && b !== null && Number(a) < Number(b));
  }
}

function underTest(type: OuterJoinType, hasCondition: boolean) {
  const schema = { fields: BOTH.fields.map((field) => ({ ...field, type: withNullable(field.type, true) })) };
  const side = { schema: ROWS, keys: [0], time: AT };
  return () => ({
    make: () =>
      new IntervalJoinOperator({
        left: { ...side, beforeMs: UPPER, afterMs: -LOWER, isPadded: isPadded(type, 'left') },
        right: { ...side, beforeMs: -LOWER, afterMs: UPPER, isPadded: isPadded(type, 'right') },
        condition: hasCondition ? bind('size < other_size', BOTH) : undefined,
        output: [...BOTH.fields.keys()],
        schema,
        eventTime: true,
        timeZone: 'UTC',
      }),
    model: () => new IntervalModel(type, hasCondition),
    input: ROWS,
    ports: 2,
    keys: [0],
    results: 'set' as const,
  });
}

/** Rows out of order, some of them too late, and times at which much is over. */
function input(name: string, seed: number, keyCount: number, disorderMs: number): OperatorInput {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  const items: InputItem[] = [];
  let [port, now, time] = [0, 1_700_000_000_000, 0];
  for (let i = 0; i < 500; i++) {
    if (random.below(6) === 0) port = 1 - port;
    now += random.below(40) === 0 ? 100 : random.below(3);
    if (random.below(8) === 0 && now - disorderMs > time) {
      time = now - disorderMs;
      items.push(watermark(BigInt(time)));
    }
    const key = random.below(12) === 0 ? null : pick(['k', 'a key of more than twelve bytes '])! + random.below(keyCount);
    const at = random.below(30) === 0 ? null : BigInt(now - random.below(disorderMs * 3 + 1));
    const row: Row = [key, at, pick(['', 'l', 'a label of more than twelve bytes', null]), pick([1, 2, 3, null])];
    items.push({ kind: 'row', row, change: RowKind.insert, port, split: 0 });
  }
  items.push(watermark(END));
  return { name, items };
}

const INPUTS = [input('few keys', 1, 2, 10), input('many keys', 2, 30, 10), input('in order', 3, 1, 0)];

for (const type of ['inner', 'left', 'right', 'full'] as const) {
  operatorConformance(`${type} interval join`, underTest(type, false), INPUTS);
  operatorConformance(`${type} interval join with a condition`, underTest(type, true), INPUTS);
}
