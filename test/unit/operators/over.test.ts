import { seededRandom } from '../../../src/common/random.ts';
import { RowKind } from '../../../src/data/batch.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { firstValue } from '../../../src/functions/aggregate/first-value.ts';
import { aggregateFunctions } from '../../../src/functions/aggregate/index.ts';
import { lastValue } from '../../../src/functions/aggregate/last-value.ts';
import { OverTableOperator } from '../../../src/operators/over/over-table.ts';
import { OverTimeOperator } from '../../../src/operators/over/over-time.ts';
import type { OverCall, OverFrame, OverFunction } from '../../../src/plan/nodes/node.ts';
import { type OperatorInput, type OperatorModel, operatorConformance, watermark } from '../../conformance/operator.ts';
import type { Change, InputItem, Row } from '../../conformance/operator-run.ts';
import { keyText } from '../../conformance/state-model.ts';
import { schemaOf } from './support.ts';

const ROWS = schemaOf({
  key: types.string(),
  id: types.bigint(false),
  long: types.bigint(),
  label: types.string(),
  at: types.timestamp(3, false),
});
const [LONG, LABEL, AT] = [2, 3, 4];
const ALL: OverFrame = { unit: 'rows', start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };
const rows = (start: number, end: number): OverFrame => ({ unit: 'rows', start, end });
const range = (start: number, end: number): OverFrame => ({ unit: 'range', start, end });
const START = Number.NEGATIVE_INFINITY;

function call(what: OverFunction, frame: OverFrame, argument?: number, name?: string, offset = 0, distinct = false): OverCall {
  const edge = what === 'first-value' ? firstValue : what === 'last-value' ? lastValue : undefined;
  const aggregate = edge ?? aggregateFunctions.find((fn) => fn.name === name);
  const input = argument === undefined ? undefined : ROWS.fields[argument]!.type;
  const plain = what === 'percent-rank' || what === 'cume-dist' ? types.double(false) : types.bigint(false);
  const type = what === 'row-at' ? input! : (aggregate?.result(input) ?? plain);
  return { what, aggregate, argument, distinct, offset, frame, type, name: `${what}_${name ?? ''}_${offset}` };
}

const different = (name: string, frame: OverFrame, column = LONG): OverCall => call('aggregate', frame, column, name, 0, true);
const listagg = aggregateFunctions.find(({ name }) => name === 'LISTAGG')!.make!;
/** The labels of a frame as one text: all of them are kept. */
const listed = (frame: OverFrame, distinct = false): OverCall => {
  const { function: aggregate } = listagg({ args: [{ type: types.string(), literal: undefined }], nulls: undefined, distinct })!;
  return { ...call('aggregate', frame, LABEL), aggregate, distinct, type: types.string(), name: `listed_${distinct}` };
};
const sum = (frame: OverFrame): OverCall => call('aggregate', frame, LONG, 'SUM');
const count = (frame: OverFrame): OverCall => call('aggregate', frame, undefined, 'COUNT');
const least = (frame: OverFrame, column = LABEL): OverCall => call('aggregate', frame, column, 'MIN');
const most = (frame: OverFrame, column = LABEL): OverCall => call('aggregate', frame, column, 'MAX');
const first = (frame: OverFrame): OverCall => call('first-value', frame, LABEL);
const last = (frame: OverFrame): OverCall => call('last-value', frame, LABEL);
const lag = (offset: number): OverCall => call('row-at', ALL, LABEL, undefined, offset);
const ranking = (what: OverFunction, offset = 0): OverCall => call(what, ALL, undefined, undefined, offset);

type Order = readonly { readonly column: number; readonly descending: boolean; readonly nullsFirst: boolean }[];
type Partition = readonly Row[];

const compareValues = (x: Row[number], y: Row[number]): number => {
  if (x === y) return 0;
  if (x === null) return -1;
  return y === null ? 1 : x! < y! ? -1 : 1;
};

const compareRows = (order: Order, a: Row, b: Row): number => {
  for (const { column, descending } of order) {
    const found = compareValues(a[column]!, b[column]!);
    if (found !== 0) return descending ? -found : found;
  }
  return 0;
};

/** The value of a call for the row at a place, from the frame's rows as the standard says. */
function valueFor(
  { what, aggregate, argument, distinct, offset, frame }: OverCall,
  order: Order,
  partition: Partition,
  place: number,
): Row[number] {
  const peers = partition.flatMap((row, i) => (compareRows(order, row, partition[place]!) === 0 ? [i] : []));
  const [start, end] = [peers[0]!, peers.at(-1)!];
  switch (what) {
    case 'row-number':
      return BigInt(place + 1);
    case 'rank':
      return BigInt(start + 1);
    case 'dense-rank':
      return BigInt(partition.filter((row, i) => i <= start && (i === 0 || compareRows(order, partition[i - 1]!, row) !== 0)).length);
    case 'percent-rank':
      return partition.length === 1 ? 0 : start / (partition.length - 1);
    case 'cume-dist':
      return (end + 1) / partition.length;
    case 'ntile': {
      const sizes = Array.from(
        { length: offset },
        (_, n) => Math.floor(partition.length / offset) + (n < partition.length % offset ? 1 : 0),
      );
      let part = 0;
      for (let left = place; left >= sizes[part]!; part++) left -= sizes[part]!;
      return BigInt(part + 1);
    }
    case 'row-at':
      return partition[place + offset]?.[argument!] ?? null;
    default: {
      const inFrame = partition.filter((row, i) => {
        if (frame.unit === 'rows') return i >= place + frame.start && i <= place + frame.end;
        if (order.length === 0) return true;
        const { column, descending } = order[0]!;
        const [own, other] = [partition[place]![column]!, row[column]!];
        if (own === null || other === null) {
          const isBound = (bound: number): boolean => Number.isFinite(bound);
          if (own === null && other === null) return true;
          return i < start ? !isBound(frame.start) : !isBound(frame.end);
        }
        const distance = Number((other as bigint) - (own as bigint)) * (descending ? -1 : 1);
        return distance >= frame.start && distance <= frame.end;
      });
      const given = inFrame.map((row) => (argument === undefined ? 1n : row[argument]!)).filter((value) => value !== null);
      const values = distinct ? [...new Set(given)] : given;
      if (aggregate!.name === 'COUNT') return BigInt(values.length);
      if (values.length === 0) return null;
      if (aggregate!.name === 'LISTAGG') return values.join(',');
      if (what === 'first-value') return values[0]!;
      if (what === 'last-value') return values.at(-1)!;
      if (aggregate!.name === 'SUM') return (values as bigint[]).reduce((a, b) => a + b, 0n);
      const sorted = [...values].sort(compareValues);
      return aggregate!.name === 'MIN' ? sorted[0]! : sorted.at(-1)!;
    }
  }
}

const withValues = (calls: readonly OverCall[], order: Order, partition: Partition): Row[] =>
  partition.map((row, place) => [...row, ...calls.map((one) => valueFor(one, order, partition, place))]);

/** Computes a partition anew after each row, and compares it with what it was. */
class TableModel implements OperatorModel {
  readonly #calls: readonly OverCall[];
  readonly #order: Order;
  readonly #final: boolean;
  readonly #partitions = new Map<string, Row[]>();

  constructor(calls: readonly OverCall[], order: Order, final: boolean) {
    this.#calls = calls;
    this.#order = order;
    this.#final = final;
  }

  row({ row, change }: Extract<InputItem, { kind: 'row' }>): readonly Change[] {
    const key = keyText([row[0]!]);
    const partition = this.#partitions.get(key) ?? [];
    const before = this.#valuesOf(partition);
    if (change === RowKind.insert || change === RowKind.updateAfter) partition.push(row);
    else {
      const at = partition.findIndex((other) => keyText(other) === keyText(row));
      if (at !== -1) partition.splice(at, 1);
    }
    this.#partitions.set(key, partition);
    if (this.#final) return [];
    const after = this.#valuesOf(partition);
    return [
      ...before.map((one): Change => ({ kind: RowKind.delete, row: one })),
      ...after.map((one): Change => ({ kind: RowKind.insert, row: one })),
    ];
  }

  end(): readonly Change[] {
    if (!this.#final) return [];
    return [...this.#partitions.values()].flatMap((partition) =>
      this.#valuesOf(partition).map((row): Change => ({ kind: RowKind.insert, row })),
    );
  }

  #valuesOf(partition: Partition): Row[] {
    const sorted = partition.map((row, arrival) => ({ row, arrival }));
    sorted.sort((a, b) => compareRows(this.#order, a.row, b.row) || a.arrival - b.arrival);
    return withValues(
      this.#calls,
      this.#order,
      sorted.map(({ row }) => row),
    );
  }
}

/** Rows in the order of time, each given out when the watermark has passed it. */
class TimeModel implements OperatorModel {
  readonly #calls: readonly OverCall[];
  readonly #allBounded: boolean;
  readonly #partitions = new Map<string, { out: Row[]; waiting: Row[] }>();
  #now = -(2n ** 63n);
  lateRows = 0;

  constructor(calls: readonly OverCall[]) {
    this.#calls = calls;
    this.#allBounded = calls.every(({ aggregate, frame }) => aggregate !== undefined && Number.isFinite(frame.start));
  }

  row({ row }: Extract<InputItem, { kind: 'row' }>): readonly Change[] {
    const key = keyText([row[0]!]);
    const partition = this.#partitions.get(key) ?? { out: [], waiting: [] };
    this.#partitions.set(key, partition);
    const time = row[AT] as bigint;
    const passed = this.#allBounded ? ((partition.out.at(-1)?.[AT] as bigint | undefined) ?? -(2n ** 63n)) : this.#now;
    if (time <= passed) this.lateRows++;
    else partition.waiting.push(row);
    return [];
  }

  watermark(time: bigint): readonly Change[] {
    this.#now = time;
    return [...this.#partitions.values()].flatMap((partition) => {
      const due = partition.waiting.map((row, arrival) => ({ row, arrival })).filter(({ row }) => (row[AT] as bigint) <= time);
      due.sort((a, b) => compareValues(a.row[AT]!, b.row[AT]!) || a.arrival - b.arrival);
      partition.waiting = partition.waiting.filter((row) => (row[AT] as bigint) > time);
      const before = partition.out.length;
      partition.out.push(...due.map(({ row }) => row));
      return withValues(this.#calls, BY_TIME, partition.out)
        .slice(before)
        .map((row): Change => ({ kind: RowKind.insert, row }));
    });
  }
}

const by = (column: number, descending = false) => ({ column, descending, nullsFirst: !descending });
const BY_TIME: Order = [by(AT)];

function input(name: string, seed: number, keyCount: number, settings: { retractions?: number; timed?: boolean }): OperatorInput {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  const live: Row[] = [];
  const items: InputItem[] = [];
  let now = 10_000;
  for (let n = 0; n < 120; n++) {
    if (live.length > 0 && random.below(10) < (settings.retractions ?? 0)) {
      const [row] = live.splice(random.below(live.length), 1);
      items.push({ kind: 'row', row: row!, change: RowKind.delete, port: 0, split: 0 });
      continue;
    }
    now += random.below(40);
    const key = random.below(9) === 0 ? null : `key ${random.below(keyCount)}`;
    const label = pick(['', 'l', 'a label of more than twelve bytes', 'b', null]);
    const row: Row = [key, BigInt(n), pick([1n, 2n, 3n, 5n, null]), label, BigInt(now - random.below(100))];
    live.push(row);
    items.push({ kind: 'row', row, change: RowKind.insert, port: 0, split: 0 });
    if (settings.timed === true && random.below(6) === 0) items.push(watermark(BigInt(now - 60)));
  }
  if (settings.timed === true) items.push(watermark(BigInt(now + 1)));
  return { name, items };
}

const outputOf = (calls: readonly OverCall[]) => ({ fields: [...ROWS.fields, ...calls.map(({ name, type }) => ({ name, type }))] });

const TABLES: readonly (readonly [string, Order, readonly OverCall[]])[] = [
  [
    'rows before and behind',
    [by(LONG)],
    [sum(rows(-2, 1)), count(rows(-1, -1)), least(rows(-2, 2)), most(rows(-3, 0)), first(rows(-1, 1))],
  ],
  ['all up to equal rows', [by(LONG, true)], [sum(range(START, 0)), last(range(START, 0)), count(range(START, 0)), most(range(START, 0))]],
  ['distances', [by(LONG)], [sum(range(-1, 1)), first(range(-2, -1)), count(range(0, Number.POSITIVE_INFINITY))]],
  ['rows before', [by(LABEL), by(LONG, true)], [sum(rows(-3, 0)), lag(-1), lag(-2)]],
  ['rankings', [by(LONG)], [ranking('row-number'), ranking('rank'), ranking('dense-rank')]],
  ['parts', [by(LABEL, true)], [ranking('ntile', 3), ranking('percent-rank'), ranking('cume-dist'), lag(2)]],
  ['different values', [by(LONG)], [different('SUM', rows(-4, 1)), different('COUNT', range(START, 0), LABEL), sum(rows(-4, 1))]],
  ['kept values', [by(LONG)], [listed(rows(-2, 1)), listed(rows(-2, 1), true), listed(range(START, 0), true), sum(rows(-2, 1))]],
  ['without an order', [], [sum(range(START, Number.POSITIVE_INFINITY)), count(range(START, Number.POSITIVE_INFINITY))]],
];

for (const [name, order, calls] of TABLES) {
  const make = (final: boolean, changelog: 'batch' | 'record') => () => ({
    make: () =>
      new OverTableOperator({ input: ROWS, output: outputOf(calls), partition: [0], order, calls, final, updateBefore: true, changelog }),
    model: () => new TableModel(calls, order, final),
    input: ROWS,
    keys: [0],
    results: final ? ('set' as const) : ('table' as const),
  });
  const inputs = [input('few keys', 1, 2, { retractions: 4 }), input('many keys', 2, 40, { retractions: 2 })];
  operatorConformance(`over, changes: ${name}`, make(false, 'batch'), inputs);
  operatorConformance(`over, final: ${name}`, make(true, 'batch'), [inputs[0]!]);
}

const TIMES: readonly (readonly [string, readonly OverCall[]])[] = [
  ['all before', [sum(rows(START, 0)), least(rows(START, 0)), count(range(START, 0)), most(range(START, 0), LONG), last(range(START, 0))]],
  ['some rows before', [sum(rows(-3, 0)), count(rows(-1, 0)), most(rows(-2, 0)), first(rows(-40, 0)), last(rows(0, 0))]],
  ['some time before', [sum(range(-50, 0)), least(range(-80, 0)), count(range(0, 0))]],
  [
    'different values',
    [different('SUM', rows(START, 0)), different('COUNT', rows(-3, 0), LABEL), different('COUNT', range(-80, 0)), count(rows(-3, 0))],
  ],
  ['kept values', [listed(rows(-3, 0)), listed(range(START, 0), true), listed(range(START, 0)), count(rows(-3, 0))]],
  ['rankings and rows before', [ranking('row-number'), ranking('rank'), ranking('dense-rank'), lag(-1), lag(-30), lag(0)]],
];

for (const [name, calls] of TIMES) {
  operatorConformance(
    `over, by time: ${name}`,
    () => ({
      make: () => new OverTimeOperator({ input: ROWS, output: outputOf(calls), partition: [0], order: BY_TIME, calls, eventTime: true }),
      model: () => new TimeModel(calls),
      input: ROWS,
      keys: [0],
      results: 'set' as const,
    }),
    [input('few keys', 3, 2, { timed: true }), input('many keys', 4, 50, { timed: true })],
  );
}
