import { seededRandom } from '../../../src/common/random.ts';
import { RowKind, type RowKindCode } from '../../../src/data/batch.ts';
import { types, withNullable } from '../../../src/data/types/sql-type.ts';
import { isPadded, JoinOperator } from '../../../src/operators/join/join.ts';
import type { JoinType } from '../../../src/plan/nodes/node.ts';
import { type OperatorInput, type OperatorModel, operatorConformance } from '../../conformance/operator.ts';
import type { Change, InputItem, Row } from '../../conformance/operator-run.ts';
import { keyText } from '../../conformance/state-model.ts';
import { bind, schemaOf } from './support.ts';

const ROWS = schemaOf({ key: types.string(), id: types.bigint(false), label: types.string(), size: types.int() });
const BOTH = schemaOf({
  key: types.string(),
  id: types.bigint(false),
  label: types.string(),
  size: types.int(),
  other: types.string(),
  other_id: types.bigint(false),
  other_label: types.string(),
  other_size: types.int(),
});
const NOTHING: Row = [null, null, null, null];
const SIZE = 3;

interface Kept {
  readonly row: Row;
  partners: number;
}

/** What Flink does with each row, over plain lists. */
class JoinModel implements OperatorModel {
  readonly #type: JoinType;
  readonly #hasCondition: boolean;
  readonly #sides: readonly [Kept[], Kept[]] = [[], []];

  constructor(type: JoinType, hasCondition: boolean) {
    this.#type = type;
    this.#hasCondition = hasCondition;
  }

  row({ row, change, port }: Extract<InputItem, { kind: 'row' }>): readonly Change[] {
    const changes: Change[] = [];
    const added = change === RowKind.insert || change === RowKind.updateAfter;
    const [own, other] = port === 0 ? this.#sides : [this.#sides[1], this.#sides[0]];
    const add = (kind: RowKindCode, mine: Row, theirs: Row): unknown =>
      changes.push({ kind, row: port === 0 ? [...mine, ...theirs] : [...theirs, ...mine] });
    const partners = other.filter((kept) => this.#meets(port === 0 ? row : kept.row, port === 0 ? kept.row : row));
    const left = (kind: RowKindCode, of: Row): unknown => changes.push({ kind, row: of });
    const isSemi = this.#type === 'semi';
    const isHalf = isSemi || this.#type === 'anti';
    const [mine, theirs] = [isPadded(this.#type, port === 0 ? 'left' : 'right'), isPadded(this.#type, port === 0 ? 'right' : 'left')];
    for (const kept of partners) {
      const decides = kept.partners === (added ? 0 : 1);
      if (isHalf && port === 1 && decides) left(isSemi ? change : added ? RowKind.delete : RowKind.insert, kept.row);
      if (theirs && added && decides) add(RowKind.delete, NOTHING, kept.row);
      if (!isHalf) add(mine ? (added ? RowKind.insert : RowKind.delete) : added && theirs ? RowKind.insert : change, row, kept.row);
      if (theirs && !added && decides) add(RowKind.insert, NOTHING, kept.row);
      kept.partners += added ? 1 : -1;
    }
    if (isHalf && port === 0 && partners.length > 0 === isSemi) left(change, row);
    if (mine && partners.length === 0) add(added ? RowKind.insert : RowKind.delete, row, NOTHING);
    if (row[0] !== null) this.#keep(own, row, added, partners.length);
    return changes;
  }

  #keep(own: Kept[], row: Row, added: boolean, partners: number): void {
    if (added) own.push({ row, partners });
    else {
      const at = own.findIndex((kept) => keyText(kept.row) === keyText(row));
      if (at !== -1) own.splice(at, 1);
    }
  }

  #meets(left: Row, right: Row): boolean {
    if (left[0] === null || left[0] !== right[0]) return false;
    if (!this.#hasCondition) return true;
    const [a, b] = [left[SIZE], right[SIZE]];
    return a !== null && b !== null && Number(a) < Number(b);
  }
}

interface Settings {
  readonly condition?: boolean;
  /** Of 10 changes, how many take a row back. */
  readonly retractions?: number;
  /** Whether ids tell the rows of a side apart, or rows come several times. */
  readonly unique?: boolean;
}

function underTest(type: JoinType, { condition = false, retractions = 0, unique = false }: Settings) {
  const isHalf = type === 'semi' || type === 'anti';
  const output = [...BOTH.fields.keys()].slice(0, isHalf ? 4 : 8);
  const padded = (column: number): boolean => isPadded(type, column < 4 ? 'right' : 'left');
  const schema = { fields: output.map((i) => ({ ...BOTH.fields[i]!, type: withNullable(BOTH.fields[i]!.type, true) })) };
  const side = { schema: ROWS, keys: [0], updates: retractions > 0, uniqueKey: unique ? [1] : undefined };
  const insertOnly = retractions === 0 && !output.some(padded) && type !== 'anti';
  return () => ({
    make: () =>
      new JoinOperator({
        type,
        left: side,
        right: side,
        condition: condition ? bind('size < other_size', BOTH) : undefined,
        output,
        schema,
        insertOnly,
        updateBefore: true,
        timeZone: 'UTC',
      }),
    model: () => new JoinModel(type, condition),
    input: ROWS,
    ports: 2,
    keys: [0],
    results: 'set' as const,
  });
}

function input(name: string, seed: number, keyCount: number, { retractions = 0, unique = false }: Settings): OperatorInput {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  const live: [Row[], Row[]] = [[], []];
  let port = 0;
  let ids = 0n;
  const items = Array.from({ length: 400 }, (): InputItem => {
    if (random.below(6) === 0) port = 1 - port;
    const rows = live[port]!;
    if (rows.length > 0 && random.below(10) < retractions) {
      const [row] = rows.splice(random.below(rows.length), 1);
      return { kind: 'row', row: row!, change: pick([RowKind.delete, RowKind.updateBefore]), port, split: 0 };
    }
    const key = random.below(8) === 0 ? null : pick(['k', 'a key of more than twelve bytes '])! + random.below(keyCount);
    const id = unique ? ids++ : BigInt(random.below(3));
    const row: Row = [key, id, pick(['', 'l', 'a label of more than twelve bytes', null]), pick([1, 2, 3, null])];
    rows.push(row);
    return { kind: 'row', row, change: retractions > 0 ? pick([RowKind.insert, RowKind.updateAfter]) : RowKind.insert, port, split: 0 };
  });
  return { name, items };
}

const KINDS: readonly (readonly [string, Settings])[] = [
  ['that only grow', {}],
  ['that only grow, with a condition', { condition: true }],
  ['that change, without a unique key', { retractions: 4 }],
  ['that change, with a condition', { retractions: 4, condition: true }],
  ['that change by a unique key', { retractions: 4, unique: true }],
];

for (const type of ['inner', 'left', 'right', 'full', 'semi', 'anti'] as const) {
  for (const [name, settings] of KINDS) {
    const inputs = [input('few keys', 1, 2, settings), input('many keys', 2, 30, settings)];
    operatorConformance(`${type} join of inputs ${name}`, underTest(type, settings), inputs);
  }
}
