import { RowKind } from '../../../src/data/batch.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { ChangedWindowAggregateOperator } from '../../../src/operators/changed-window-aggregate.ts';
import type { AggregateCall, WindowProperty, WindowSpec } from '../../../src/plan/nodes/node.ts';
import { type OperatorInput, type OperatorModel, type OperatorUnderTest, operatorConformance } from '../../conformance/operator.ts';
import type { Change, InputItem, Row } from '../../conformance/operator-run.ts';
import { keyText } from '../../conformance/state-model.ts';
import { aggregateValues } from './aggregate-model.ts';
import { AT, aggregate, EVENTS, eventInputs, userCalls } from './support.ts';

const SIZE = 2_000n;
const time = (name: string) => ({ name, type: types.timestamp(3, false) });
const ASSIGNED: Schema = { fields: [...EVENTS.fields, time('start'), time('end')] };
const [START, END] = [AT + 1, AT + 2];
const PROPERTIES: readonly WindowProperty[] = ['end', 'time'];

interface Settings {
  readonly keys: readonly number[];
  readonly calls: readonly AggregateCall[];
  readonly inputInsertOnly?: boolean;
}

interface Group {
  readonly own: Row;
  readonly end: bigint;
  rows: Row[];
}

/** Keeps the rows of all groups of open windows. */
class WindowModel implements OperatorModel {
  readonly #settings: Settings;
  readonly #groups = new Map<string, Group>();
  #time = -(2n ** 63n);
  lateRows = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  row({ row, change }: Extract<InputItem, { kind: 'row' }>): readonly Change[] {
    const end = row[END] as bigint;
    if (end - 1n <= this.#time) this.lateRows++;
    else this.#change(row, end, change === RowKind.delete || change === RowKind.updateBefore);
    return [];
  }

  #change(row: Row, end: bigint, isTakenBack: boolean): void {
    const own = this.#settings.keys.map((key) => row[key]!);
    const key = keyText([...own, end]);
    const group = this.#groups.get(key) ?? { own, end, rows: [] };
    this.#groups.set(key, group);
    if (!isTakenBack) group.rows.push(row);
    else group.rows = group.rows.toSpliced(group.rows.map((one) => keyText(one)).indexOf(keyText(row)), 1);
  }

  watermark(now: bigint): readonly Change[] {
    this.#time = now;
    const closed = [...this.#groups].filter(([, { end }]) => end - 1n <= now);
    for (const [key] of closed) this.#groups.delete(key);
    return closed
      .filter(([, { rows }]) => rows.length > 0)
      .map(([, { own, end, rows }]) => ({
        kind: RowKind.insert,
        row: [...own, ...aggregateValues(this.#settings.calls, ASSIGNED, rows), end, end - 1n],
      }));
  }
}

function underTest({ keys, calls, inputInsertOnly = false }: Settings): () => OperatorUnderTest {
  const window: WindowSpec = { kind: 'attached', sizeMs: 0, slideMs: 0, offsetMs: 0, timeColumn: END, eventTime: true };
  const own = [...keys, START];
  const output: Schema = {
    fields: [...own.map((key) => ASSIGNED.fields[key]!), ...calls.map(({ name, type }) => ({ name, type })), ...PROPERTIES.map(time)],
  };
  const options = { input: ASSIGNED, output, window, keys: own, calls, properties: PROPERTIES, inputInsertOnly, timeZone: 'UTC' };
  return () => ({
    make: () => new ChangedWindowAggregateOperator(options),
    model: () => new WindowModel({ keys: own, calls }),
    input: ASSIGNED,
    keys: own,
    results: 'set',
  });
}

/** The rows with the start and end of their windows. */
function assigned(inputs: readonly OperatorInput[]): OperatorInput[] {
  const windowOf = (row: Row): Row => {
    const start = ((row[AT] as bigint) / SIZE) * SIZE;
    return [...row, start, start + SIZE];
  };
  return inputs.map(({ name, items }) => ({
    name,
    items: items.map((item) => (item.kind === 'row' ? { ...item, row: windowOf(item.row) } : item)),
  }));
}

const call = aggregate.bind(undefined, EVENTS);
const plain = [call('COUNT'), call('SUM', 'long'), call('SUM', 'wide'), call('AVG', 'price'), call('COUNT', 'small', { filter: 'wanted' })];
const ends = [call('MIN', 'label'), call('MAX', 'label'), call('MAX', 'small', { filter: 'wanted' }), call('MIN', 'wide')];
const distinct = [call('COUNT', 'label', { distinct: true }), call('SUM', 'small', { distinct: true, filter: 'wanted' }), call('COUNT')];

const changing = assigned(eventInputs({ retractions: 4, keys: 5, watermarkEvery: 13 }));
const late = assigned(eventInputs({ retractions: 3, keys: 3, watermarkEvery: 7, disorderMs: 5000 }));
const growing = assigned(eventInputs({ keys: 3, watermarkEvery: 7, disorderMs: 3000 }));

operatorConformance('changed window aggregate: sums and counts', underTest({ keys: [0], calls: plain }), changing);
operatorConformance('changed window aggregate: MIN and MAX', underTest({ keys: [0], calls: ends }), changing);
operatorConformance('changed window aggregate: DISTINCT', underTest({ keys: [0], calls: distinct }), changing);
operatorConformance(
  'changed window aggregate: changes that come late',
  underTest({ keys: [0], calls: [...plain, ...ends, ...distinct] }),
  late,
);
operatorConformance('changed window aggregate: without other keys', underTest({ keys: [], calls: [...ends, ...distinct] }), changing);
operatorConformance('changed window aggregate: functions of the program', underTest({ keys: [0], calls: userCalls() }), changing);
operatorConformance(
  'changed window aggregate: rows that are only added',
  underTest({ keys: [0], calls: [...ends, ...distinct], inputInsertOnly: true }),
  growing,
);
