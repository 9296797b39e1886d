import { seededRandom } from '../../../src/common/random.ts';
import { RowKind } from '../../../src/data/batch.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { RankOperator, type RankOptions } from '../../../src/operators/rank/rank.ts';
import { insert, type OperatorInput, type OperatorModel, operatorConformance, watermark } from '../../conformance/operator.ts';
import type { Change, InputItem, Row } from '../../conformance/operator-run.ts';
import { keyText } from '../../conformance/state-model.ts';
import { schemaOf } from './support.ts';

const ROWS = schemaOf({
  key: types.string(),
  id: types.bigint(false),
  label: types.string(),
  size: types.int(),
  wide: types.decimal(30, 4),
});

type Settings = Pick<RankOptions, 'order' | 'offset' | 'limit' | 'latest' | 'withNumber'> & {
  readonly retractions?: number;
  readonly ids?: boolean;
};

/** Sorts a partition anew after each row, and compares its first rows with those before. */
class RankModel implements OperatorModel {
  readonly #settings: Settings;
  readonly #partitions = new Map<string, Row[]>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  row({ row, change }: Extract<InputItem, { kind: 'row' }>): readonly Change[] {
    const key = keyText([row[0]!]);
    const rows = this.#partitions.get(key) ?? [];
    const before = this.first(rows);
    const added = change === RowKind.insert || change === RowKind.updateAfter;
    if (added) rows.push(row);
    else {
      const at = rows.findIndex((other) => keyText(other) === keyText(row));
      if (at !== -1) rows.splice(at, 1);
    }
    this.#partitions.set(key, rows);
    const after = this.first(rows);
    return [
      ...before
        .filter((old) => !after.some((one) => keyText(one) === keyText(old)))
        .map((old): Change => ({ kind: RowKind.delete, row: old })),
      ...after
        .filter((one) => !before.some((old) => keyText(one) === keyText(old)))
        .map((one): Change => ({ kind: RowKind.insert, row: one })),
    ];
  }

  first(rows: readonly Row[]): Row[] {
    const { offset, limit, withNumber, latest } = this.#settings;
    const order = rows.map((row, arrival) => ({ row, arrival }));
    order.sort((a, b) => this.#compare(a.row, b.row) || (latest ? b.arrival - a.arrival : a.arrival - b.arrival));
    return order.slice(offset, limit).map(({ row }, place) => (withNumber ? [...row, BigInt(offset + place + 1)] : row));
  }

  #compare(a: Row, b: Row): number {
    for (const { column, descending, nullsFirst } of this.#settings.order) {
      const [x, y] = [a[column]!, b[column]!];
      if (x === y) continue;
      if (x === null) return nullsFirst ? -1 : 1;
      if (y === null) return nullsFirst ? 1 : -1;
      return x < y === descending ? 1 : -1;
    }
    return 0;
  }
}

function underTest(settings: Settings, changelog: 'batch' | 'record') {
  const { retractions = 0, ids: _, ...options } = settings;
  const number = { name: 'n', type: types.bigint(false) };
  const output = settings.withNumber ? { fields: [...ROWS.fields, number] } : ROWS;
  return () => ({
    make: () =>
      new RankOperator({
        ...options,
        input: ROWS,
        output,
        partition: [0],
        inputInsertOnly: retractions === 0,
        insertOnly: false,
        updateBefore: true,
        changelog,
      }),
    model: () => new RankModel(settings),
    input: ROWS,
    keys: [0],
    results: 'table' as const,
  });
}

function input(name: string, seed: number, keyCount: number, { retractions = 0, ids = true }: Settings): OperatorInput {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  const live: Row[] = [];
  const items = Array.from({ length: 400 }, (_, n): InputItem => {
    if (live.length > 0 && random.below(10) < retractions) {
      const [row] = live.splice(random.below(live.length), 1);
      return { kind: 'row', row: row!, change: pick([RowKind.delete, RowKind.updateBefore]), port: 0, split: 0 };
    }
    const label = pick(['', 'l', 'a label of more than twelve bytes', null]);
    const key = random.below(9) === 0 ? null : `key ${random.below(keyCount)}`;
    const row: Row = [key, ids ? BigInt(n) : 1n, label, pick([1, 2, 3, null]), pick([null, 1n, -1n, 10n ** 20n, -(10n ** 20n)])];
    live.push(row);
    return { kind: 'row', row, change: retractions > 0 ? pick([RowKind.insert, RowKind.updateAfter]) : RowKind.insert, port: 0, split: 0 };
  });
  return { name, items };
}

const by = (column: number, descending: boolean, nullsFirst = !descending) => ({ column, descending, nullsFirst });
const CASES: readonly (readonly [string, Settings])[] = [
  ['the first by two columns', { order: [by(3, true), by(4, false)], offset: 0, limit: 1, latest: false, withNumber: false }],
  ['the first three by text', { order: [by(2, false)], offset: 0, limit: 3, latest: false, withNumber: false }],
  ['the first three with their numbers', { order: [by(4, true, true)], offset: 0, limit: 3, latest: false, withNumber: true }],
  ['the second and third with their numbers', { order: [by(3, false)], offset: 1, limit: 3, latest: false, withNumber: true }],
  ['the first that came', { order: [], offset: 0, limit: 1, latest: false, withNumber: false }],
  ['the last that came', { order: [], offset: 0, limit: 1, latest: true, withNumber: false }],
  ['the newest by a number', { order: [by(3, true)], offset: 0, limit: 1, latest: true, withNumber: false }],
  [
    'the first three of rows that are taken back',
    { order: [by(3, true)], offset: 0, limit: 3, latest: false, withNumber: false, retractions: 4 },
  ],
  [
    'the numbers of rows that are taken back',
    { order: [by(2, true)], offset: 1, limit: 4, latest: false, withNumber: true, retractions: 4 },
  ],
  ['the last that came of rows that are taken back', { order: [], offset: 0, limit: 1, latest: true, withNumber: false, retractions: 4 }],
];

for (const [name, settings] of CASES) {
  for (const changelog of ['batch', 'record'] as const) {
    const inputs = [input('few keys', 1, 2, settings), input('many keys', 2, 60, settings)];
    operatorConformance(`rank, ${changelog}: ${name}`, underTest(settings, changelog), inputs);
  }
}

const WINDOWED = schemaOf({ end: types.timestamp(3, false), key: types.string(), label: types.string(), size: types.int() });

/** Keeps the rows of open windows, and sorts each partition when its window ends. */
class WindowRankModel implements OperatorModel {
  readonly #settings: Settings;
  #rows: Row[] = [];
  #time = -(2n ** 63n);
  lateRows = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  row({ row }: Extract<InputItem, { kind: 'row' }>): readonly Change[] {
    if ((row[0] as bigint) - 1n > this.#time) this.#rows.push(row);
    else this.lateRows++;
    return [];
  }

  watermark(time: bigint): readonly Change[] {
    this.#time = time;
    const closed = this.#rows.filter((row) => (row[0] as bigint) - 1n <= time);
    this.#rows = this.#rows.filter((row) => !closed.includes(row));
    const partitions = new Map<string, Row[]>();
    for (const row of closed) {
      const key = keyText(row.slice(0, 2));
      partitions.set(key, [...(partitions.get(key) ?? []), row]);
    }
    const rank = new RankModel(this.#settings);
    return [...partitions.values()].flatMap((rows) => rank.first(rows).map((row): Change => ({ kind: RowKind.insert, row })));
  }
}

function windowed(settings: Settings) {
  const number = { name: 'n', type: types.bigint(false) };
  return () => ({
    make: () =>
      new RankOperator({
        ...settings,
        input: WINDOWED,
        output: settings.withNumber ? { fields: [...WINDOWED.fields, number] } : WINDOWED,
        partition: [0, 1],
        inputInsertOnly: true,
        insertOnly: true,
        updateBefore: false,
        changelog: 'batch',
        window: { end: 0, isLocal: false, timeZone: 'UTC' },
      }),
    model: () => new WindowRankModel(settings),
    input: WINDOWED,
    keys: [0, 1],
    results: 'set' as const,
  });
}

function windowInput(name: string, seed: number, keyCount: number): OperatorInput {
  const random = seededRandom(seed);
  const items: InputItem[] = [];
  for (let n = 0; n < 300; n++) {
    const end = BigInt(Math.max(1, Math.floor(n / 40) + random.below(3))) * 1000n;
    const label = ['', 'l', 'a label of more than twelve bytes', null][random.below(4)]!;
    items.push(insert([end, random.below(9) === 0 ? null : `key ${random.below(keyCount)}`, label, random.below(8)]));
    if (n % 25 === 24) items.push(watermark(BigInt(Math.floor(n / 40)) * 1000n + BigInt(random.below(2)) * 999n));
  }
  return { name, items: [...items, watermark(10_000_000n)] };
}

for (const [name, settings] of CASES) {
  if (settings.retractions !== undefined) continue;
  const order = settings.order.filter(({ column }) => column < 4);
  operatorConformance(`rank in windows: ${name}`, windowed({ ...settings, order }), [
    windowInput('few keys', 4, 2),
    windowInput('many keys', 5, 50),
  ]);
}
