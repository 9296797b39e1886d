import { RowKind, type RowKindCode } from '../../../src/data/batch.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { GroupAggregateOperator } from '../../../src/operators/group-aggregate.ts';
import type { AggregateCall } from '../../../src/plan/nodes/node.ts';
import { type OperatorModel, type OperatorUnderTest, operatorConformance } from '../../conformance/operator.ts';
import type { Change, InputItem, Row } from '../../conformance/operator-run.ts';
import { keyText } from '../../conformance/state-model.ts';
import { aggregateValues } from './aggregate-model.ts';
import { aggregate, EVENTS, eventInputs, keptCalls, listCall, userCalls } from './support.ts';

interface Settings {
  readonly keys: readonly number[];
  readonly calls: readonly AggregateCall[];
  readonly inputInsertOnly: boolean;
  readonly updateBefore?: boolean;
  readonly changelog: 'batch' | 'record';
}

/** Keeps every row of every group, and after each change computes the group's result anew: Flink's changes, row by row. */
class GroupModel implements OperatorModel {
  readonly #settings: Settings;
  readonly #groups = new Map<string, { rows: Row[]; result: Row | undefined }>();

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  row({ row, change }: Extract<InputItem, { kind: 'row' }>): readonly Change[] {
    const { keys, calls } = this.#settings;
    const key = keys.map((column) => row[column]!);
    const retracts = change === RowKind.delete || change === RowKind.updateBefore;
    const group = this.#groups.get(keyText(key)) ?? { rows: [], result: undefined };
    if (retracts && group.result === undefined) return [];
    this.#groups.set(keyText(key), group);
    if (retracts)
      group.rows.splice(
        group.rows.findIndex((other) => keyText(other) === keyText(row)),
        1,
      );
    else group.rows.push(row);
    const before = group.result;
    group.result = group.rows.length === 0 ? undefined : [...key, ...aggregateValues(calls, EVENTS, group.rows)];
    if (group.result === undefined) this.#groups.delete(keyText(key));
    return this.#changes(before, group.result);
  }

  #changes(before: Row | undefined, now: Row | undefined): Change[] {
    const change = (kind: RowKindCode, row: Row): Change => ({ kind, row });
    if (before === undefined) return now === undefined ? [] : [change(RowKind.insert, now)];
    if (now === undefined) return [change(RowKind.delete, before)];
    if (keyText(before) === keyText(now)) return [];
    const after = change(RowKind.updateAfter, now);
    return this.#settings.updateBefore === false ? [after] : [change(RowKind.updateBefore, before), after];
  }
}

function underTest(settings: Settings): () => OperatorUnderTest {
  const { keys, calls, changelog, updateBefore = true } = settings;
  const output: Schema = { fields: [...keys.map((key) => EVENTS.fields[key]!), ...calls.map(({ name, type }) => ({ name, type }))] };
  return () => ({
    make: () => new GroupAggregateOperator({ ...settings, updateBefore, input: EVENTS, output, timeZone: 'UTC' }),
    model: () => new GroupModel(settings),
    input: EVENTS,
    keys,
    results: changelog === 'record' ? 'sequence' : 'table',
  });
}

const call = aggregate.bind(undefined, EVENTS);
const addable = [
  call('COUNT'),
  call('COUNT', 'label'),
  call('SUM', 'small'),
  call('SUM', 'long'),
  call('SUM', 'price'),
  call('SUM', 'wide'),
];
const means = [call('AVG', 'small'), call('AVG', 'long'), call('AVG', 'price'), call('AVG', 'ratio'), call('SUM', 'ratio')];
const extremes = ['small', 'long', 'price', 'wide', 'ratio', 'label', 'at'].flatMap((column) => [call('MIN', column), call('MAX', column)]);
const distinct = [
  call('COUNT', 'label', { distinct: true }),
  call('COUNT', 'small', { distinct: true, filter: 'wanted' }),
  call('SUM', 'long', { distinct: true }),
  call('COUNT', 'long', { distinct: true }),
  call('COUNT', undefined, { filter: 'wanted' }),
  call('SUM', 'price', { filter: 'wanted' }),
];

const changing = eventInputs({ retractions: 4, keys: 5 });

for (const changelog of ['batch', 'record'] as const) {
  const test = (name: string, keys: readonly number[], calls: readonly AggregateCall[], more: Partial<Settings> = {}): void =>
    operatorConformance(
      `group aggregate, ${changelog}: ${name}`,
      underTest({ keys, calls, changelog, inputInsertOnly: true, ...more }),
      more.inputInsertOnly === false ? changing : eventInputs(),
    );
  test('sums, counts and means', [0], [...addable, ...means]);
  test('MIN and MAX', [0], extremes);
  test('DISTINCT and FILTER', [0], distinct);
  test('no calls (SELECT DISTINCT)', [0, 6], []);
  test('three keys', [2, 0, 7], addable);
  test('no keys', [], [...addable, ...distinct]);
  test('sums over changing rows', [0], [...addable, ...means], { inputInsertOnly: false });
  test('DISTINCT and FILTER over changing rows', [0], distinct, { inputInsertOnly: false });
  test('MIN and MAX over changing rows', [0], [...extremes, call('MIN', 'small', { filter: 'wanted' }), call('COUNT')], {
    inputInsertOnly: false,
  });
  test('MIN and MAX of a key, and of all, over changing rows', [], [call('MAX', 'label'), call('MIN', 'key')], { inputInsertOnly: false });
  test('no keys over changing rows', [], addable, { inputInsertOnly: false });
  test('kept texts', [0], [listCall(), listCall(true), ...keptCalls()]);
  test('kept texts over changing rows', [0], keptCalls(), { inputInsertOnly: false });
  test('kept texts of all rows over changing rows', [], keptCalls(), { inputInsertOnly: false });
  test('functions of the program', [0], userCalls());
  test('functions of the program over changing rows', [0], userCalls(), { inputInsertOnly: false });
}

operatorConformance(
  'group aggregate, record: without -U',
  underTest({ keys: [0], calls: addable, changelog: 'record', inputInsertOnly: true, updateBefore: false }),
  eventInputs(),
);
