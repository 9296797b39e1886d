import { seededRandom } from '../../../src/common/random.ts';
import { RowKind } from '../../../src/data/batch.ts';
import { types, withNullable } from '../../../src/data/types/sql-type.ts';
import { isPadded } from '../../../src/operators/join/join.ts';
import { WindowJoinOperator } from '../../../src/operators/join/window-join.ts';
import type { JoinType } from '../../../src/plan/nodes/node.ts';
import { insert, type OperatorInput, type OperatorModel, operatorConformance, watermark } from '../../conformance/operator.ts';
import type { Change, InputItem, Row } from '../../conformance/operator-run.ts';
import { bind, schemaOf } from './support.ts';

const ROWS = schemaOf({
  key: types.string(),
  start: types.timestamp(3, false),
  end: types.timestamp(3, false),
  label: types.string(),
  size: types.int(),
});
const BOTH = { fields: [...ROWS.fields, ...ROWS.fields.map(({ name, type }) => ({ name: `other_${name}`, type }))] };
const NOTHING: Row = [null, null, null, null, null];
const [KEY, END, SIZE] = [0, 2, 4];

/** Keeps the rows of open windows, and pairs them when their window ends. */
class WindowJoinModel implements OperatorModel {
  readonly #type: JoinType;
  readonly #hasCondition: boolean;
  #sides: [Row[], Row[]] = [[], []];
  #time = -(2n ** 63n);
  lateRows = 0;

  constructor(type: JoinType, hasCondition: boolean) {
    this.#type = type;
    this.#hasCondition = hasCondition;
  }

  row({ row, port }: Extract<InputItem, { kind: 'row' }>): readonly Change[] {
    if ((row[END] as bigint) - 1n > this.#time) this.#sides[port as 0 | 1].push(row);
    else this.lateRows++;
    return [];
  }

  watermark(time: bigint): readonly Change[] {
    this.#time = time;
    const isClosed = (row: Row): boolean => (row[END] as bigint) - 1n <= time;
    const [lefts, rights] = this.#sides.map((rows) => rows.filter(isClosed)) as [Row[], Row[]];
    this.#sides = this.#sides.map((rows) => rows.filter((row) => !isClosed(row))) as [Row[], Row[]];
    const rows = lefts.flatMap((left) => {
      const partners = rights.filter((right) => this.#meets(left, right));
      if (this.#type === 'semi' || this.#type === 'anti') return partners.length > 0 === (this.#type === 'semi') ? [left] : [];
      if (partners.length === 0) return isPadded(this.#type, 'left') ? [[...left, ...NOTHING]] : [];
      return partners.map((right) => [...left, ...right]);
    });
    if (isPadded(this.#type, 'right'))
      for (const right of rights) if (!lefts.some((left) => this.#meets(left, right))) rows.push([...NOTHING, ...right]);
    return rows.map((row) => ({ kind: RowKind.insert, row }));
  }

  #meets(left: Row, right: Row): boolean {
    if (left[KEY] === null || left[KEY] !== right[KEY] || left[END] !== right[END]) return false;
    if (!this.#hasCondition) return true;
    const [a, b] = [left[SIZE], right[SIZE]];
    return a !== null && b !== null && Number(a) < Number(b);
  }
}

function underTest(type: JoinType, condition: boolean) {
  const isHalf = type === 'semi' || type === 'anti';
  const output = [...BOTH.fields.keys()].slice(0, isHalf ? 5 : 10);
  const schema = { fields: output.map((i) => ({ ...BOTH.fields[i]!, type: withNullable(BOTH.fields[i]!.type, true) })) };
  const side = { schema: ROWS, keys: [0, 1, 2], updates: false, uniqueKey: undefined };
  return () => ({
    make: () =>
      new WindowJoinOperator({
        type,
        left: { ...side, countsPartners: false },
        right: { ...side, countsPartners: isPadded(type, 'right') },
        end: 2,
        isLocal: false,
        condition: condition ? bind('size < other_size', BOTH) : undefined,
        output,
        schema,
        timeZone: 'UTC',
      }),
    model: () => new WindowJoinModel(type, condition),
    input: ROWS,
    ports: 2,
    keys: [0, 1, 2],
    results: 'set' as const,
  });
}

/** Rows of windows of a second, some of which have ended. */
function input(name: string, seed: number, keyCount: number, rows: number, every: number): OperatorInput {
  const random = seededRandom(seed);
  const labels = ['', 'a', 'a label that does not fit into twelve bytes', null];
  const items: InputItem[] = [];
  for (let n = 0; n < rows; n++) {
    const end = BigInt(Math.max(1, Math.floor(n / (every * 2)) + 1 + random.below(3) - 1)) * 1000n;
    const key = random.below(12) === 0 ? null : `key ${random.below(keyCount)}`;
    const size = random.below(9) === 0 ? null : random.below(6);
    items.push(insert([key, end - 1000n, end, labels[random.below(labels.length)]!, size], random.below(2)));
    if (n % every === every - 1) items.push(watermark(BigInt(Math.floor(n / (every * 2))) * 1000n + BigInt(random.below(2)) * 999n));
  }
  items.push(watermark(10_000_000n));
  return { name, items };
}

const inputs = [input('few keys', 1, 3, 240, 20), input('many keys', 2, 40, 240, 12)];

for (const type of ['inner', 'left', 'right', 'full', 'semi', 'anti'] as const) {
  operatorConformance(`window join: ${type}`, underTest(type, false), inputs);
  operatorConformance(`window join: ${type} with a condition`, underTest(type, true), inputs);
}
operatorConformance('window join: more pairs than a batch holds', underTest('full', true), [input('one key', 3, 1, 900, 450)]);
