import { describe, expect, it } from 'vitest';
import { RowKind } from '../../src/data/batch.ts';
import type { Schema } from '../../src/data/schema.ts';
import type { Operator } from '../../src/operators/operator.ts';
import {
  type Change,
  changeText,
  type Delivery,
  type InputItem,
  OperatorRun,
  type Row,
  type RunResult,
  type Step,
} from './operator-run.ts';
import { keyText } from './state-model.ts';

/** What an operator does, in plain JavaScript: each method answers with what must come out. */
export interface OperatorModel {
  row(item: Extract<InputItem, { kind: 'row' }>): readonly Change[];
  watermark?(time: bigint): readonly Change[];
  end?(): readonly Change[];
  /** Rows so far that came too late for every window. */
  readonly lateRows?: number;
  /** For operators that make watermarks: the one they should have made by now. */
  readonly madeWatermark?: bigint | undefined;
}

/** One operator with all that the suite must know of it. */
export interface OperatorUnderTest {
  readonly make: () => Operator;
  readonly model: () => OperatorModel;
  readonly input: Schema;
  readonly ports?: number;
  /** Columns whose key group decides where a row goes at parallelism 3; without them there is one operator only. */
  readonly keys?: readonly number[];
  /**
   * How far results are determined. 'sequence': row by row in this order. 'set': between two watermarks in any order.
   * 'table': as the table that the changes come to after each batch, and no change takes back what is not there.
   */
  readonly results: 'sequence' | 'set' | 'table';
}

/** Named rows and watermarks that the operator gets. */
export interface OperatorInput {
  readonly name: string;
  readonly items: readonly InputItem[];
}

const DELIVERIES: readonly Delivery[] = [
  { name: 'all at once', cut: 'all at once' },
  { name: 'singly, refusing', cut: 'singly', refusals: 3 },
  { name: 'singly, restored', cut: 'singly', restores: true },
  { name: 'in random batches with a selection, refusing', cut: 'randomly', selected: true, refusals: 6 },
  { name: 'in random batches while the memory grows, refusing', cut: 'randomly', refusals: 5, grows: true },
  { name: 'in random batches with a selection, restored', cut: 'randomly', selected: true, restores: true, grows: true },
  { name: 'in random batches, moving between 1 and 3 operators', cut: 'randomly', restores: true, parallelism: [3, 1], refusals: 3 },
  {
    name: 'in random batches on 3 and 2 operators, growing',
    cut: 'randomly',
    restores: true,
    parallelism: [3, 2, 3],
    grows: true,
    selected: true,
  },
];

/** What every operator must do, whatever way its input comes in. `make` is called once per test. */
export function operatorConformance(name: string, make: () => OperatorUnderTest, inputs: readonly OperatorInput[]): void {
  describe(name, () => {
    it.each(DELIVERIES)('gives the same results $name', async (delivery) => {
      for (const [n, input] of inputs.entries()) {
        const subject = make();
        if (delivery.parallelism !== undefined && subject.keys === undefined) continue;
        const seed = 1000 * n + delivery.name.length;
        const result = await OperatorRun.run(subject, delivery, input.items, seed);
        expect(differenceOf(subject, delivery, result), `input "${input.name}", seed ${seed}`).toBe('');
      }
    });
  });
}

/** What differs between a run and the model; empty for nothing. */
function differenceOf(subject: OperatorUnderTest, delivery: Delivery, { steps, last, lateRows }: RunResult): string {
  const model = subject.model();
  const compare = comparison(subject, delivery);
  for (const [n, step] of steps.entries()) {
    const expected = step.items.flatMap((item) => (item.kind === 'row' ? model.row(item) : (model.watermark?.(item.time) ?? [])));
    const difference = compare(expected, step) || watermarkDifference(model, steps.slice(0, n + 1));
    if (difference !== '') return `step ${n} (${describeItems(step.items)}): ${difference}`;
  }
  const difference = compare(model.end?.() ?? [], { items: [], changes: last, advances: [] });
  if (difference !== '') return `at the end: ${difference}`;
  const late = model.lateRows ?? 0;
  return late === lateRows ? '' : `${late} late rows expected, got ${lateRows}`;
}

type Compare = (expected: readonly Change[], step: Step) => string;

function comparison({ results, keys }: OperatorUnderTest, { parallelism }: Delivery): Compare {
  if (results === 'table') {
    const [wanted, got] = [new Table(), new Table()];
    return (expected, { changes }) => {
      wanted.apply(expected);
      const mistake = got.apply(changes);
      return mistake !== '' ? mistake : listDifference(wanted.rows(), got.rows());
    };
  }
  const sort = results === 'set';
  const text = (changes: readonly Change[]): string[] => {
    const lines = (parallelism !== undefined && !sort && keys !== undefined ? byKey(changes, keys.length) : changes).map(changeText);
    return sort ? lines.sort() : lines;
  };
  return (expected, { changes }) => listDifference(text(expected), text(changes));
}

/** Several operators interleave their keys: the order that counts is that of each key. Results have the keys first. */
function byKey(changes: readonly Change[], keyCount: number): Change[] {
  const keyOf = ({ row }: Change): string => keyText(row.slice(0, keyCount));
  return [...changes].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}

function listDifference(expected: readonly string[], got: readonly string[]): string {
  if (expected.length === got.length && expected.every((line, i) => line === got[i])) return '';
  const missing = without(expected, got);
  const extra = without(got, expected);
  if (missing.length + extra.length === 0) return `another order:\n  ${got.join('\n  ')}\ninstead of\n  ${expected.join('\n  ')}`;
  return `missing\n  ${missing.slice(0, 12).join('\n  ')}\ntoo much\n  ${extra.slice(0, 12).join('\n  ')}`;
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = counts.get(line) ?? 0;
    counts.set(line, count - 1);
    return count <= 0;
  });
}

/** Watermarks never go back, and after each call the last one is the model's. */
function watermarkDifference(model: OperatorModel, steps: readonly Step[]): string {
  if (!('madeWatermark' in model)) return '';
  const made = steps.flatMap(({ advances }) => advances);
  const last = made.at(-1);
  return last === model.madeWatermark ? '' : `watermark ${model.madeWatermark} expected, got ${last}`;
}

/** The table that a changelog comes to. */
class Table {
  readonly #counts = new Map<string, number>();

  /** Returns what is wrong with the changes, if anything. */
  apply(changes: readonly Change[]): string {
    for (const { kind, row } of changes) {
      const text = keyText(row);
      const added = kind === RowKind.insert || kind === RowKind.updateAfter;
      const count = (this.#counts.get(text) ?? 0) + (added ? 1 : -1);
      if (count < 0) return `${changeText({ kind, row })} takes back a row that is not there`;
      if (count === 0) this.#counts.delete(text);
      else this.#counts.set(text, count);
    }
    return '';
  }

  rows(): string[] {
    return [...this.#counts].flatMap(([text, count]) => Array.from({ length: count }, () => text)).sort();
  }
}

function describeItems(items: readonly InputItem[]): string {
  const [first] = items;
  if (first?.kind === 'watermark') return `watermark ${first.time}`;
  return `${items.length} rows from ${first === undefined ? '' : changeText({ kind: first.change, row: first.row })}`;
}

/** An inserted row. */
export const insert = (row: Row, port = 0, split = 0): InputItem => ({ kind: 'row', row, change: RowKind.insert, port, split });
export const watermark = (time: bigint): InputItem => ({ kind: 'watermark', time });
