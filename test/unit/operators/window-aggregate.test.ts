import type { Schema } from '../../../src/data/schema.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { WindowAggregateOperator } from '../../../src/operators/window-aggregate.ts';
import type { AggregateCall, WindowProperty, WindowSpec } from '../../../src/plan/nodes/node.ts';
import { type OperatorModel, type OperatorUnderTest, operatorConformance } from '../../conformance/operator.ts';
import type { Change, InputItem, Row } from '../../conformance/operator-run.ts';
import { type KeyValue, keyText } from '../../conformance/state-model.ts';
import { aggregateValues } from './aggregate-model.ts';
import { AT, aggregate, EVENTS, eventInputs, keptCalls, userCalls } from './support.ts';

interface Settings {
  readonly keys: readonly number[];
  readonly calls: readonly AggregateCall[];
  readonly sizeMs: number;
  readonly slideMs: number;
  readonly kind?: WindowSpec['kind'];
  readonly offsetMs?: number;
  readonly properties?: readonly WindowProperty[];
}

/** Keeps the rows of every window that is open, and computes its groups when the watermark reaches its last millisecond. */
class WindowModel implements OperatorModel {
  readonly #settings: Settings;
  /** By the window's start and end. */
  readonly #windows = new Map<string, { start: bigint; end: bigint; groups: Map<string, Row[]> }>();
  #time = -(2n ** 63n);
  lateRows = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  row({ row }: Extract<InputItem, { kind: 'row' }>): readonly Change[] {
    const { keys } = this.#settings;
    const open = this.#windowsOf(row[AT] as bigint).filter(([, end]) => end - 1n > this.#time);
    if (open.length === 0) this.lateRows++;
    for (const [start, end] of open) {
      const { groups } = this.#windows.get(`${start} ${end}`) ?? { groups: new Map<string, Row[]>() };
      this.#windows.set(`${start} ${end}`, { start, end, groups });
      const key = keyText(keys.map((column) => row[column]!));
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    return [];
  }

  watermark(time: bigint): readonly Change[] {
    this.#time = time;
    const closed = [...this.#windows].filter(([, { end }]) => end - 1n <= time);
    return closed
      .sort(([, a], [, b]) => (a.end < b.end ? -1 : 1))
      .flatMap(([name, { start, end, groups }]) => {
        this.#windows.delete(name);
        return [...groups.values()].map((rows): Change => ({ kind: 0, row: this.#result(start, end, rows) }));
      });
  }

  #result(start: bigint, end: bigint, rows: readonly Row[]): Row {
    const { keys, calls, properties = ['start', 'end', 'time'] } = this.#settings;
    const values = { start, end, time: end - 1n };
    return [
      ...keys.map((key): KeyValue => rows[0]![key]!),
      ...aggregateValues(calls, EVENTS, rows),
      ...properties.map((name) => values[name]),
    ];
  }

  #windowsOf(at: bigint): (readonly [bigint, bigint])[] {
    const { sizeMs, slideMs, offsetMs = 0, kind } = this.#settings;
    if (kind === 'attached') return [[at, at]];
    const [size, slide, offset] = [BigInt(sizeMs), BigInt(slideMs), BigInt(offsetMs)];
    const floor = (unit: bigint): bigint => at - ((((at - offset) % unit) + unit) % unit);
    const windows: (readonly [bigint, bigint])[] = [];
    if (kind === 'cumulate') {
      const start = floor(size);
      for (let end = start + slide; end <= start + size; end += slide) if (end > at) windows.push([start, end]);
    } else for (let start = floor(slide); start > at - size; start -= slide) windows.push([start, start + size]);
    return windows;
  }
}

function underTest(settings: Settings): () => OperatorUnderTest {
  const { keys, calls, sizeMs, slideMs, offsetMs = 0, properties = ['start', 'end', 'time'] } = settings;
  const kind = settings.kind ?? (sizeMs === slideMs ? 'tumble' : 'hop');
  const window: WindowSpec = { kind, sizeMs, slideMs, offsetMs, timeColumn: AT, eventTime: true };
  const output: Schema = {
    fields: [
      ...keys.map((key) => EVENTS.fields[key]!),
      ...calls.map(({ name, type }) => ({ name, type })),
      ...properties.map((name) => ({ name, type: types.timestamp(3, false) })),
    ],
  };
  return () => ({
    make: () => new WindowAggregateOperator({ input: EVENTS, output, window, keys, calls, properties, timeZone: 'UTC' }),
    model: () => new WindowModel(settings),
    input: EVENTS,
    keys,
    results: 'set',
  });
}

const call = aggregate.bind(undefined, EVENTS);
const plain = [
  call('COUNT'),
  call('SUM', 'long'),
  call('SUM', 'wide'),
  call('AVG', 'price'),
  call('AVG', 'ratio'),
  call('MIN', 'label'),
  call('MAX', 'label'),
  call('MAX', 'wide'),
  call('COUNT', 'small', { filter: 'wanted' }),
];
const distinct = [
  call('COUNT', 'label', { distinct: true }),
  call('SUM', 'small', { distinct: true, filter: 'wanted' }),
  call('MAX', 'label'),
  call('COUNT'),
];

const ordered = eventInputs({ watermarkEvery: 9 });
const disordered = eventInputs({ watermarkEvery: 7, disorderMs: 3000 });

operatorConformance('window aggregate: TUMBLE', underTest({ keys: [0], calls: plain, sizeMs: 1000, slideMs: 1000 }), ordered);
operatorConformance(
  'window aggregate: TUMBLE with late rows',
  underTest({ keys: [0], calls: plain, sizeMs: 1000, slideMs: 1000 }),
  disordered,
);
operatorConformance(
  'window aggregate: TUMBLE with DISTINCT',
  underTest({ keys: [0], calls: distinct, sizeMs: 1000, slideMs: 1000 }),
  disordered,
);
for (const [what, calls] of [
  ['', plain],
  [' with DISTINCT', distinct],
] as const)
  operatorConformance(
    `window aggregate: windows that rows have${what}`,
    underTest({ keys: [0], calls, kind: 'attached', sizeMs: 0, slideMs: 0, properties: ['end', 'time'] }),
    disordered,
  );
operatorConformance(
  'window aggregate: TUMBLE without keys',
  underTest({ keys: [], calls: plain, sizeMs: 700, slideMs: 700, offsetMs: 300 }),
  disordered,
);
operatorConformance(
  'window aggregate: TUMBLE without calls',
  underTest({ keys: [6, 1], calls: [], sizeMs: 1000, slideMs: 1000, properties: ['end'] }),
  disordered,
);
operatorConformance('window aggregate: HOP', underTest({ keys: [0], calls: plain, sizeMs: 4000, slideMs: 1000 }), ordered);
operatorConformance(
  'window aggregate: HOP with late rows',
  underTest({ keys: [0], calls: plain, sizeMs: 2000, slideMs: 500, offsetMs: -100 }),
  disordered,
);
operatorConformance(
  'window aggregate: HOP with DISTINCT',
  underTest({ keys: [0], calls: distinct, sizeMs: 2000, slideMs: 500 }),
  disordered,
);
operatorConformance(
  'window aggregate: HOP without keys',
  underTest({ keys: [], calls: [...plain, ...distinct], sizeMs: 3000, slideMs: 1000 }),
  disordered,
);
operatorConformance(
  'window aggregate: CUMULATE',
  underTest({ kind: 'cumulate', keys: [0], calls: plain, sizeMs: 4000, slideMs: 1000 }),
  ordered,
);
operatorConformance(
  'window aggregate: CUMULATE with late rows',
  underTest({ kind: 'cumulate', keys: [0], calls: plain, sizeMs: 5000, slideMs: 500, offsetMs: -100 }),
  disordered,
);
operatorConformance(
  'window aggregate: CUMULATE with DISTINCT',
  underTest({ kind: 'cumulate', keys: [0], calls: distinct, sizeMs: 3000, slideMs: 500, offsetMs: 200 }),
  disordered,
);
operatorConformance(
  'window aggregate: CUMULATE without keys',
  underTest({ kind: 'cumulate', keys: [], calls: plain, sizeMs: 2000, slideMs: 1000 }),
  disordered,
);

operatorConformance(
  'window aggregate: TUMBLE with functions of the program',
  underTest({ keys: [0], calls: userCalls(), sizeMs: 1000, slideMs: 1000 }),
  disordered,
);
operatorConformance(
  'window aggregate: HOP with functions of the program',
  underTest({ keys: [0], calls: userCalls(), sizeMs: 2000, slideMs: 500 }),
  disordered,
);
operatorConformance(
  'window aggregate: CUMULATE with functions of the program',
  underTest({ kind: 'cumulate', keys: [0], calls: userCalls(), sizeMs: 2000, slideMs: 1000 }),
  disordered,
);
operatorConformance(
  'window aggregate: TUMBLE with kept texts',
  underTest({ keys: [0], calls: keptCalls(), sizeMs: 1000, slideMs: 1000 }),
  disordered,
);
operatorConformance(
  'window aggregate: HOP with kept texts',
  underTest({ keys: [0], calls: keptCalls(), sizeMs: 2000, slideMs: 500 }),
  disordered,
);
operatorConformance(
  'window aggregate: CUMULATE with kept texts',
  underTest({ kind: 'cumulate', keys: [0], calls: keptCalls(), sizeMs: 2000, slideMs: 1000 }),
  disordered,
);
