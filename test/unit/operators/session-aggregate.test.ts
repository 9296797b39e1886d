import type { Schema } from '../../../src/data/schema.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { SessionAggregateOperator } from '../../../src/operators/session-aggregate.ts';
import type { AggregateCall, WindowProperty, WindowSpec } from '../../../src/plan/nodes/node.ts';
import { type OperatorModel, type OperatorUnderTest, operatorConformance } from '../../conformance/operator.ts';
import type { Change, InputItem, Row } from '../../conformance/operator-run.ts';
import { keyText } from '../../conformance/state-model.ts';
import { aggregateValues } from './aggregate-model.ts';
import { AT, aggregate, EVENTS, eventInputs, keptCalls, userCalls } from './support.ts';

interface Settings {
  readonly keys: readonly number[];
  readonly calls: readonly AggregateCall[];
  readonly gapMs: number;
}

interface Session {
  readonly key: string;
  readonly start: bigint;
  readonly end: bigint;
  readonly rows: readonly Row[];
}

const PROPERTIES: readonly WindowProperty[] = ['start', 'end', 'time'];

/** Keeps the rows of all open sessions, and puts those together that a row meets. */
class SessionModel implements OperatorModel {
  readonly #settings: Settings;
  #sessions: Session[] = [];
  #time = -(2n ** 63n);
  lateRows = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  row({ row }: Extract<InputItem, { kind: 'row' }>): readonly Change[] {
    const key = keyText(this.#settings.keys.map((column) => row[column]!));
    const start = row[AT] as bigint;
    const end = start + BigInt(this.#settings.gapMs);
    const met = this.#sessions.filter((session) => session.key === key && session.start <= end && start <= session.end);
    if (met.length === 0 && end - 1n <= this.#time) this.lateRows++;
    else {
      const all = [...met, { key, start, end, rows: [row] }];
      const ends = all.map((session) => session.end).sort((a, b) => (a < b ? -1 : 1));
      const starts = all.map((session) => session.start).sort((a, b) => (a < b ? -1 : 1));
      this.#sessions = this.#sessions.filter((session) => !met.includes(session));
      this.#sessions.push({ key, start: starts[0]!, end: ends.at(-1)!, rows: all.flatMap(({ rows }) => rows) });
    }
    return [];
  }

  watermark(time: bigint): readonly Change[] {
    this.#time = time;
    const closed = this.#sessions.filter(({ end }) => end - 1n <= time);
    this.#sessions = this.#sessions.filter(({ end }) => end - 1n > time);
    return closed.map(({ start, end, rows }): Change => {
      const { keys, calls } = this.#settings;
      const own = keys.map((key) => rows[0]![key]!);
      return { kind: 0, row: [...own, ...aggregateValues(calls, EVENTS, rows), start, end, end - 1n] };
    });
  }
}

function underTest(settings: Settings): () => OperatorUnderTest {
  const { keys, calls, gapMs } = settings;
  const window: WindowSpec = { kind: 'session', sizeMs: gapMs, slideMs: gapMs, offsetMs: 0, timeColumn: AT, eventTime: true };
  const output: Schema = {
    fields: [
      ...keys.map((key) => EVENTS.fields[key]!),
      ...calls.map(({ name, type }) => ({ name, type })),
      ...PROPERTIES.map((name) => ({ name, type: types.timestamp(3, false) })),
    ],
  };
  return () => ({
    make: () => new SessionAggregateOperator({ input: EVENTS, output, window, keys, calls, properties: PROPERTIES, timeZone: 'UTC' }),
    model: () => new SessionModel(settings),
    input: EVENTS,
    keys,
    results: 'set',
  });
}

const call = aggregate.bind(undefined, EVENTS);
const calls = [
  call('COUNT'),
  call('SUM', 'long'),
  call('SUM', 'wide'),
  call('AVG', 'price'),
  call('MIN', 'label'),
  call('MAX', 'label'),
  call('COUNT', 'small', { filter: 'wanted' }),
];

const ordered = eventInputs({ watermarkEvery: 9 });
const disordered = eventInputs({ watermarkEvery: 7, disorderMs: 3000 });

operatorConformance('session aggregate: rows in order', underTest({ keys: [0], calls, gapMs: 400 }), ordered);
operatorConformance('session aggregate: late rows', underTest({ keys: [0], calls, gapMs: 300 }), disordered);
operatorConformance('session aggregate: two keys', underTest({ keys: [6, 1], calls, gapMs: 1000 }), disordered);
operatorConformance('session aggregate: without keys', underTest({ keys: [], calls, gapMs: 40 }), disordered);
operatorConformance('session aggregate: without calls', underTest({ keys: [0], calls: [], gapMs: 250 }), disordered);
operatorConformance('session aggregate: functions of the program', underTest({ keys: [0], calls: userCalls(), gapMs: 300 }), disordered);
operatorConformance('session aggregate: kept texts', underTest({ keys: [0], calls: keptCalls(), gapMs: 300 }), disordered);
