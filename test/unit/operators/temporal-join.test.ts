import { seededRandom } from '../../../src/common/random.ts';
import { RowKind, type RowKindCode } from '../../../src/data/batch.ts';
import { types, withNullable } from '../../../src/data/types/sql-type.ts';
import { TemporalJoinOperator } from '../../../src/operators/temporal-join/temporal-join.ts';
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

interface Version {
  readonly row: Row;
  readonly change: RowKindCode;
}

/** Flink's way: versions by key and time, of which time leaves the newest that it has passed. */
class TemporalModel implements OperatorModel {
  readonly #isPadded: boolean;
  readonly #hasCondition: boolean;
  #waiting: Row[] = [];
  readonly #versions = new Map<unknown, Map<number, Version>>();

  constructor(isPadded: boolean, hasCondition: boolean) {
    this.#isPadded = isPadded;
    this.#hasCondition = hasCondition;
  }

  row({ row, change, port }: Extract<InputItem, { kind: 'row' }>): readonly Change[] {
    const isLive = row[0] !== null && row[AT] !== null;
    if (port === 0) {
      if (isLive || this.#isPadded) this.#waiting.push(row);
    } else if (isLive) {
      const versions = this.#versions.get(row[0]) ?? new Map<number, Version>();
      this.#versions.set(row[0], versions.set(Number(row[AT]), { row, change }));
    }
    return [];
  }

  watermark(time: bigint): readonly Change[] {
    const isDue = (row: Row): boolean => row[AT] === null || Number(row[AT]) <= Number(time);
    const due = this.#waiting.filter(isDue);
    this.#waiting = this.#waiting.filter((row) => !isDue(row));
    const changes = due.flatMap((row) => this.#join(row));
    for (const versions of this.#versions.values()) {
      const passed = [...versions.keys()].filter((at) => at <= Number(time));
      for (const at of passed) if (at < Math.max(...passed)) versions.delete(at);
    }
    return changes;
  }

  #join(row: Row): Change[] {
    const versions = row[AT] === null ? [] : [...(this.#versions.get(row[0]) ?? [])].filter(([at]) => at <= Number(row[AT]));
    const found = versions.sort(([a], [b]) => b - a)[0]?.[1];
    const isMatched =
      found !== undefined && found.change !== RowKind.delete && found.change !== RowKind.updateBefore && this.#meets(row, found.row);
    if (!isMatched && !this.#isPadded) return [];
    return [{ kind: RowKind.insert, row: [...row, ...(isMatched ? found.row : NOTHING)] }];
  }

  #meets(left: Row, right: Row): boolean {
    const [a, b] = [left[SIZE], right[SIZE]];
    return !this.#hasCondition || (a !== null && b !== null && Number(a) < Number(b));
  }
}

function underTest(isPadded: boolean, hasCondition: boolean) {
  const schema = { fields: BOTH.fields.map((field) => ({ ...field, type: withNullable(field.type, true) })) };
  const side = { schema: ROWS, keys: [0], time: AT };
  return () => ({
    make: () =>
      new TemporalJoinOperator({
        left: side,
        right: side,
        isPadded,
        condition: hasCondition ? bind('size < other_size', BOTH) : undefined,
        output: [...BOTH.fields.keys()],
        schema,
        timeZone: 'UTC',
      }),
    model: () => new TemporalModel(isPadded, hasCondition),
    input: ROWS,
    ports: 2,
    keys: [0],
    results: 'set' as const,
  });
}

/** Rows and versions out of order; versions of the same time, late ones, and such that end. */
function input(name: string, seed: number, keyCount: number, disorderMs: number): OperatorInput {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  const items: InputItem[] = [];
  let [port, now, time] = [0, 1_700_000_000_000, 0];
  for (let i = 0; i < 600; i++) {
    if (random.below(6) === 0) port = 1 - port;
    now += random.below(3);
    if (random.below(12) === 0 && now - disorderMs > time) {
      time = now - disorderMs;
      items.push(watermark(BigInt(time)));
    }
    const key = random.below(12) === 0 ? null : pick(['k', 'a key of more than twelve bytes '])! + random.below(keyCount);
    // A left row that is late may meet another version here than where time came in other steps.
    const at = random.below(30) === 0 ? null : BigInt(Math.max(now - random.below(disorderMs * 2 + 1), port === 0 ? time + 1 : 0));
    const row: Row = [key, at, pick(['', 'l', 'a label of more than twelve bytes', null]), pick([1, 2, 3, null])];
    const change = port === 0 ? RowKind.insert : pick([RowKind.insert, RowKind.updateAfter, RowKind.updateAfter, RowKind.delete]);
    items.push({ kind: 'row', row, change, port, split: 0 });
  }
  items.push(watermark(2n ** 63n - 1n));
  return { name, items };
}

const INPUTS = [input('few keys', 1, 2, 10), input('many keys', 2, 30, 10), input('in order', 3, 1, 0)];

operatorConformance('inner temporal join', underTest(false, false), INPUTS);
operatorConformance('left temporal join', underTest(true, false), INPUTS);
operatorConformance('inner temporal join with a condition', underTest(false, true), INPUTS);
operatorConformance('left temporal join with a condition', underTest(true, true), INPUTS);
