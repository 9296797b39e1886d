import type { CalcPlan } from '../../../src/codegen/calc.ts';
import { RowKind } from '../../../src/data/batch.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { CalcOperator } from '../../../src/operators/calc.ts';
import { LimitOperator } from '../../../src/operators/limit.ts';
import { PassThroughOperator } from '../../../src/operators/pass-through.ts';
import { SortOperator } from '../../../src/operators/sort.ts';
import { WindowAssignOperator } from '../../../src/operators/window-assign.ts';
import type { SortKey, WindowSpec } from '../../../src/plan/nodes/node.ts';
import { type OperatorModel, type OperatorUnderTest, operatorConformance } from '../../conformance/operator.ts';
import type { Change, InputItem, Row } from '../../conformance/operator-run.ts';
import { keyText } from '../../conformance/state-model.ts';
import { compare } from './aggregate-model.ts';
import { AT, bind, EVENTS, eventInputs } from './support.ts';

type RowItem = Extract<InputItem, { kind: 'row' }>;

/** A model of an operator that answers each row at once. */
const rowByRow = (answer: (row: Row) => readonly Row[]): (() => OperatorModel) => {
  return () => ({ row: ({ row, change }) => answer(row).map((result): Change => ({ kind: change, row: result })) });
};

const inputs = [...eventInputs(), ...eventInputs({ retractions: 4 })];
const KEY = 0;
const SMALL = 1;
const LONG = 2;
const PRICE = 3;
const LABEL = 6;
const WANTED = 7;

function calc(
  condition: string | undefined,
  outputs: readonly (number | string)[],
  model: (row: Row) => readonly Row[],
): () => OperatorUnderTest {
  const plan: CalcPlan = {
    input: EVENTS,
    condition: condition === undefined ? undefined : bind(condition, EVENTS),
    outputs: outputs.map((output) =>
      typeof output === 'number' ? { kind: 'pass', path: [output] } : { kind: 'computed', expression: bind(output, EVENTS) },
    ),
    names: outputs.map((_, i) => `out${i}`),
  };
  const output = {
    fields: plan.outputs.map((column, i) => ({
      name: `out${i}`,
      type: column.kind === 'pass' ? EVENTS.fields[column.path[0]!]!.type : column.expression.type,
    })),
  };
  return () => ({
    make: () => new CalcOperator({ plan, output, timeZone: 'UTC' }),
    model: rowByRow(model),
    input: EVENTS,
    keys: [KEY],
    results: 'set',
  });
}

operatorConformance(
  'calc: a filter hands columns on',
  calc('small > 3', [KEY, LABEL, SMALL], (row) =>
    row[SMALL] !== null && Number(row[SMALL]) > 3 ? [[row[KEY]!, row[LABEL]!, row[SMALL]!]] : [],
  ),
  inputs,
);
operatorConformance(
  'calc: numbers and texts are computed',
  calc(
    undefined,
    [KEY, 'small + 1', 'long - small', "label || '!' || key", 'CASE WHEN wanted THEN label ELSE key END', 'price * 2'],
    (row) => [
      [
        row[KEY]!,
        row[SMALL] === null ? null : ((row[SMALL] as number) + 1) | 0,
        row[LONG] === null || row[SMALL] === null ? null : BigInt.asIntN(64, (row[LONG] as bigint) - BigInt(row[SMALL] as number)),
        row[LABEL] === null || row[KEY] === null ? null : `${row[LABEL]}!${row[KEY]}`,
        row[WANTED] === 1 ? row[LABEL]! : row[KEY]!,
        row[PRICE] === null ? null : (row[PRICE] as bigint) * 2n,
      ],
    ],
  ),
  inputs,
);
operatorConformance(
  'calc: a filter, then computed columns',
  calc("label IN ('a', 'Ümläut') OR long IS NULL", ['UPPER(key)', KEY, 'small IS NULL'], (row) =>
    row[LABEL] === 'a' || row[LABEL] === 'Ümläut' || row[LONG] === null
      ? [[row[KEY] === null ? null : String(row[KEY]).toUpperCase(), row[KEY]!, row[SMALL] === null ? 1 : 0]]
      : [],
  ),
  inputs,
);
operatorConformance(
  'calc: nothing passes',
  calc('small > 5000000000', [KEY], () => []),
  inputs,
);
operatorConformance(
  'calc: no columns',
  calc('wanted', [], (row) => (row[WANTED] === 1 ? [[]] : [])),
  inputs,
);

operatorConformance(
  'pass-through: a union of three ports',
  () => ({ make: () => new PassThroughOperator(), model: rowByRow((row) => [row]), input: EVENTS, ports: 3, keys: [KEY], results: 'set' }),
  inputs.map(({ name, items }) => ({ name, items: items.map((item, i) => (item.kind === 'row' ? { ...item, port: i % 3 } : item)) })),
);

for (const [offset, limit] of [
  [0, 5],
  [3, 40],
  [0, 0],
  [50, undefined],
  [1000, 3],
] as const) {
  operatorConformance(
    `limit: OFFSET ${offset} LIMIT ${limit ?? 'ALL'}`,
    () => ({
      make: () => new LimitOperator(offset, limit),
      model: () => {
        let seen = 0;
        const wanted = (): boolean => ++seen > offset && seen <= offset + (limit ?? 1e9);
        return { row: ({ row, change }) => (wanted() ? [{ kind: change, row }] : []) };
      },
      input: EVENTS,
      results: 'sequence',
    }),
    eventInputs(),
  );
}

/** Counts equal rows, and sorts what is left at the end; rows with equal keys come in the order in which they first came. */
class SortModel implements OperatorModel {
  readonly #keys: readonly SortKey[];
  readonly #offset: number;
  readonly #limit: number | undefined;
  readonly #rows = new Map<string, { row: Row; count: number }>();

  constructor(keys: readonly SortKey[], offset: number, limit: number | undefined) {
    this.#keys = keys;
    this.#offset = offset;
    this.#limit = limit;
  }

  row({ row, change }: RowItem): readonly Change[] {
    const entry = this.#rows.get(keyText(row)) ?? { row, count: 0 };
    this.#rows.set(keyText(row), entry);
    entry.count += change === RowKind.delete || change === RowKind.updateBefore ? -1 : 1;
    return [];
  }

  end(): readonly Change[] {
    const sorted = [...this.#rows.values()].sort((a, b) => this.#compare(a.row, b.row));
    const rows = sorted.flatMap(({ row, count }) =>
      Array.from({ length: Math.max(0, count) }, (): Change => ({ kind: RowKind.insert, row })),
    );
    return rows.slice(this.#offset, this.#limit === undefined ? undefined : this.#offset + this.#limit);
  }

  #compare(a: Row, b: Row): number {
    for (const { column, descending, nullsFirst } of this.#keys) {
      const [left, right] = [a[column]!, b[column]!];
      if ((left === null) !== (right === null)) return (left === null) === nullsFirst ? -1 : 1;
      const order = left === null ? 0 : compare(left, right);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  }
}

const by = (column: number, descending = false, nullsFirst = !descending): SortKey => ({ column, descending, nullsFirst });
for (const [name, keys, offset, limit] of [
  ['by text', [by(LABEL)], 0, undefined],
  ['by several keys', [by(WANTED, true), by(SMALL, false, false), by(KEY, true, true)], 0, undefined],
  ['by decimals and times', [by(4), by(AT, true)], 0, undefined],
  ['with OFFSET and LIMIT', [by(PRICE, true)], 7, 30],
  ['LIMIT alone, over changing rows', [], 2, 20],
] as const) {
  operatorConformance(
    `sort: ${name}`,
    () => ({
      make: () => new SortOperator({ schema: EVENTS, keys, offset, limit }),
      model: () => new SortModel(keys, offset, limit),
      input: EVENTS,
      results: 'sequence',
    }),
    inputs,
  );
}

for (const [name, sizeMs, slideMs, offsetMs] of [
  ['TUMBLE', 1000, 1000, 0],
  ['HOP', 3000, 1000, 250],
] as const) {
  const window: WindowSpec = { kind: 'hop', sizeMs, slideMs, offsetMs, timeColumn: AT, eventTime: true };
  const time = (column: string) => ({ name: column, type: types.timestamp(3, false) });
  const output = { fields: [...EVENTS.fields, time('window_start'), time('window_end'), time('window_time')] };
  operatorConformance(
    `window assignment: ${name}`,
    () => ({
      make: () => new WindowAssignOperator({ input: EVENTS, output, window, timeZone: 'UTC' }),
      model: rowByRow((row) => {
        const at = row[AT] as bigint;
        const [size, slide] = [BigInt(sizeMs), BigInt(slideMs)];
        const rows: Row[] = [];
        for (let start = at - ((at - BigInt(offsetMs)) % slide); start > at - size; start -= slide)
          rows.push([...row, start, start + size, start + size - 1n]);
        return rows;
      }),
      input: EVENTS,
      keys: [KEY],
      results: 'set',
    }),
    [...inputs, ...eventInputs({ watermarkEvery: 10, disorderMs: 5000 })],
  );
}
