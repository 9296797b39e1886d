import { ExpressionBinder } from '../../../src/binder/expression-binder.ts';
import { FunctionRegistry } from '../../../src/binder/functions.ts';
import { Scope } from '../../../src/binder/scope.ts';
import { type Random, seededRandom } from '../../../src/common/random.ts';
import { RowKind } from '../../../src/data/batch.ts';
import { clearNulls, setNotNull, setNull } from '../../../src/data/nulls.ts';
import type { Schema } from '../../../src/data/schema.ts';
import { type SqlType, types } from '../../../src/data/types/sql-type.ts';
import { aggregateFunctions } from '../../../src/functions/aggregate/index.ts';
import { keptFunction } from '../../../src/functions/aggregate/kept/kept-function.ts';
import { listagg } from '../../../src/functions/aggregate/listagg.ts';
import type { AggregateFunction, KeptResults } from '../../../src/functions/aggregate-function.ts';
import { scalarFunctions } from '../../../src/functions/scalar/index.ts';
import { userAggregate } from '../../../src/functions/user/user-aggregate.ts';
import type { Expression } from '../../../src/plan/expressions/expression.ts';
import type { AggregateCall } from '../../../src/plan/nodes/node.ts';
import { parseExpression } from '../../../src/sql/parse.ts';
import { type OperatorInput, watermark } from '../../conformance/operator.ts';
import type { InputItem, Row } from '../../conformance/operator-run.ts';
import type { KeyValue } from '../../conformance/state-model.ts';

const registry = new FunctionRegistry(scalarFunctions, aggregateFunctions);

export const schemaOf = (columns: Readonly<Record<string, SqlType>>): Schema => ({
  fields: Object.entries(columns).map(([name, type]) => ({ name, type })),
});

/** A typed expression over the columns of a schema. */
export function bind(sql: string, schema: Schema): Expression {
  const scope = new Scope(schema.fields.map(({ name, type }) => ({ name, type, table: 't' })));
  return new ExpressionBinder({ scope, functions: registry, timeZone: 'UTC' }).bind(parseExpression(sql));
}

/** A call such as `aggregate(schema, 'SUM', 'x', { distinct: true, filter: 'f' })`. */
export function aggregate(
  schema: Schema,
  name: string,
  column?: string,
  { distinct = false, filter }: { distinct?: boolean; filter?: string } = {},
): AggregateCall {
  const fn = registry.aggregate(name)!;
  const at = (wanted: string) => schema.fields.findIndex((field) => field.name === wanted);
  const argument = column === undefined ? undefined : at(column);
  const type = fn.result(argument === undefined ? undefined : schema.fields[argument]!.type)!;
  return {
    function: fn,
    argument,
    distinct,
    filter: filter === undefined ? undefined : at(filter),
    type,
    name: `${name.toLowerCase()}_${column ?? 'all'}`,
  };
}

/** The columns of the aggregations' input: a key, values of every kind of slot, a filter, a time. */
export const EVENTS = schemaOf({
  key: types.string(),
  small: types.int(),
  long: types.bigint(),
  price: types.decimal(10, 2),
  wide: types.decimal(30, 4),
  ratio: types.double(),
  label: types.string(),
  wanted: types.boolean(),
  at: types.timestamp(3, false),
});
/** Aggregates of a program, called as built-in ones so that the same model holds: a sum of a list of all values, and a count of texts. */
export function userCalls(): readonly AggregateCall[] {
  const shared = { kind: 'aggregate', nulls: 'skip', accumulator: () => ({ all: [] as unknown[] }) } as const;
  const code = {
    ...shared,
    accumulate: (state: { all: unknown[] }, value: unknown) => void state.all.push(value),
    retract: ({ all }: { all: unknown[] }, value: unknown) => ({ all: all.toSpliced(all.indexOf(value), 1) }),
    merge: (a: { all: unknown[] }, b: { all: unknown[] }) => ({ all: [...a.all, ...b.all] }),
  };
  const sumOf = ({ all }: { all: bigint[] }): bigint | null =>
    all.length === 0
      ? null
      : BigInt.asIntN(
          64,
          all.reduce((sum, value) => sum + value, 0n),
        );
  const sum = userAggregate('SUM', { ...code, args: [types.bigint()], returns: types.bigint(), result: sumOf }, false);
  const countOf = ({ all }: { all: unknown[] }): bigint => BigInt(all.length);
  const count = userAggregate('COUNT', { ...code, args: [types.string()], returns: types.bigint(false), result: countOf }, false);
  const call = (fn: AggregateFunction, column: string, type: SqlType, filter?: string): AggregateCall => {
    const at = (name: string) => EVENTS.fields.findIndex((field) => field.name === name);
    return {
      function: fn,
      argument: at(column),
      distinct: false,
      filter: filter && at(filter),
      type,
      name: `user_${column}`,
    } as AggregateCall;
  };
  return [call(sum, 'long', types.bigint()), call(count, 'label', types.bigint(false)), call(sum, 'long', types.bigint(), 'wanted')];
}

/** Writes all entries in order of their texts, so that it does not matter which of several equal ones was taken out. */
function sortedResults(counted: boolean): KeptResults {
  return {
    writer: (column, arena) => ({
      begin: () => clearNulls(column),
      write(list, to) {
        const texts: string[] = [];
        while (list.next()) {
          const text = counted
            ? column.memory.text(list.valueAddress, list.valueLength)
            : column.memory.text(list.address, list.byteLength);
          for (let n = counted ? list.times : 1; n > 0; n--) texts.push(text);
        }
        if (texts.length === 0) return setNull(column, to);
        setNotNull(column, to);
        column.values[to] = arena.put(texts.toSorted().join('|')) | 0;
        column.aux[to] = arena.byteLength;
      },
    }),
  };
}

/** Calls that keep an entry of each row: in order of their arrival, and counted. */
export function keptCalls(): readonly AggregateCall[] {
  const kept = (counted: boolean): AggregateFunction =>
    keptFunction({ name: 'SORTED', returns: types.string(), counted, results: sortedResults(counted) });
  const call = (fn: AggregateFunction, name: string, more: Partial<AggregateCall> = {}): AggregateCall => {
    const argument = EVENTS.fields.findIndex((field) => field.name === 'label');
    return { function: fn, argument, distinct: false, filter: undefined, type: types.string(), name, ...more };
  };
  const wanted = EVENTS.fields.findIndex((field) => field.name === 'wanted');
  return [call(kept(false), 'sequence'), call(kept(true), 'counted'), call(kept(true), 'filtered', { filter: wanted })];
}

/** LISTAGG of the labels. */
export function listCall(distinct = false): AggregateCall {
  const made = listagg.make!({ args: [{ type: types.string() }], nulls: undefined, distinct })!;
  const argument = EVENTS.fields.findIndex((field) => field.name === 'label');
  return { function: made.function, argument, distinct, filter: undefined, type: types.string(), name: 'labels' };
}

/** Position of the time column of EVENTS. */
export const AT = 8;

const LABELS = [
  '',
  'a',
  'ab',
  'zwölf Bytes',
  'Ümläut',
  '日本語日本語',
  'twelve bytes',
  'a label that does not fit into twelve bytes',
  '\0',
  '~',
];

export interface EventSettings {
  readonly seed: number;
  readonly rows: number;
  /** Of 10 values, how many are null. */
  readonly nulls: number;
  readonly keys: number;
  /** A watermark after each so many rows, behind the time of the rows by about so many milliseconds. */
  readonly watermarkEvery?: number;
  readonly stepMs?: number;
  /** How far rows come out of order, in milliseconds. */
  readonly disorderMs?: number;
  /** Of 10 changes, how many take back a row that was given before. */
  readonly retractions?: number;
}

/** Rows of EVENTS, and watermarks where they are wanted. */
export function events(settings: EventSettings): InputItem[] {
  const { rows, watermarkEvery, stepMs = 100, disorderMs = 0, retractions = 0 } = settings;
  const random = seededRandom(settings.seed);
  const items: InputItem[] = [];
  const live: Row[] = [];
  let now = 1_700_000_000_000;
  let time = 0;
  const advance = (to: number): void => {
    if (to > time) items.push(watermark(BigInt(to)));
    time = Math.max(time, to);
  };
  for (let i = 0; i < rows; i++) {
    now += random.below(stepMs * 2);
    if (live.length > 0 && random.below(10) < retractions) {
      const [row] = live.splice(random.below(live.length), 1);
      items.push({ kind: 'row', row: row!, change: random.below(2) === 0 ? RowKind.delete : RowKind.updateBefore, port: 0, split: 0 });
    } else {
      const row = eventRow(settings, random, now - random.below(disorderMs + 1));
      live.push(row);
      items.push({
        kind: 'row',
        row,
        change: retractions > 0 && random.below(3) === 0 ? RowKind.updateAfter : RowKind.insert,
        port: 0,
        split: 0,
      });
    }
    if (watermarkEvery !== undefined && i % watermarkEvery === watermarkEvery - 1) advance(now - random.below(disorderMs + 1));
    // Now and then a gap in which nothing happens but time.
    if (watermarkEvery !== undefined && random.below(60) === 0) {
      now += stepMs * 200;
      advance(now);
    }
  }
  if (watermarkEvery !== undefined) items.push(watermark(2n ** 63n - 1n));
  return items;
}

function eventRow({ nulls, keys }: EventSettings, random: Random, at: number): Row {
  const orNull = (value: KeyValue): KeyValue => (random.below(10) < nulls ? null : value);
  const n = random.below(40) - 12;
  return [
    orNull(`${random.below(2) === 0 ? 'k' : 'a longer key, number '}${random.below(keys)}`),
    orNull(random.below(20) === 0 ? 2_147_483_647 : n),
    orNull(random.below(20) === 0 ? 2n ** 63n - 1n : BigInt(n) * 3_000_000_000n),
    orNull(BigInt(n) * 125n),
    orNull(BigInt(n) * 10n ** 20n + 7n),
    orNull(n / 4),
    orNull(LABELS[random.below(LABELS.length)]!),
    orNull(random.below(2)),
    BigInt(at),
  ];
}

/** The inputs that every aggregation gets. */
export function eventInputs(settings: Partial<EventSettings> = {}): OperatorInput[] {
  const base = { rows: 120, keys: 7, seed: 1, nulls: 0 };
  return [
    { name: 'without nulls', items: events({ ...base, ...settings }) },
    { name: 'mostly nulls', items: events({ ...base, ...settings, seed: 2, nulls: 6 }) },
    { name: 'many keys', items: events({ ...base, ...settings, seed: 3, nulls: 1, keys: 90 }) },
    { name: 'no rows', items: [] },
  ];
}
