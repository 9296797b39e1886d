import type { Schema } from '../../../src/data/schema.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import { SessionAssignOperator } from '../../../src/operators/session-assign.ts';
import type { WindowSpec } from '../../../src/plan/nodes/node.ts';
import { type OperatorModel, type OperatorUnderTest, operatorConformance } from '../../conformance/operator.ts';
import type { Change, InputItem } from '../../conformance/operator-run.ts';
import { keyText } from '../../conformance/state-model.ts';
import { AT, EVENTS, eventInputs } from './support.ts';

interface Settings {
  readonly partition: readonly number[];
  readonly gapMs: number;
}

interface Session {
  readonly key: string;
  readonly start: bigint;
  readonly end: bigint;
  readonly rows: readonly (Change & { readonly arrival: number })[];
}

/** Keeps the changes of all open sessions, and gives them out in the order in which they came. */
class SessionModel implements OperatorModel {
  readonly #settings: Settings;
  #sessions: Session[] = [];
  #time = -(2n ** 63n);
  #arrivals = 0;
  lateRows = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  row({ row, change }: Extract<InputItem, { kind: 'row' }>): readonly Change[] {
    const key = keyText(this.#settings.partition.map((column) => row[column]!));
    const start = row[AT] as bigint;
    const end = start + BigInt(this.#settings.gapMs);
    const met = this.#sessions.filter((session) => session.key === key && session.start <= end && start <= session.end);
    if (met.length === 0 && end - 1n <= this.#time) this.lateRows++;
    else {
      const all = [...met, { key, start, end, rows: [{ kind: change, row, arrival: this.#arrivals++ }] }];
      this.#sessions = this.#sessions.filter((session) => !met.includes(session));
      this.#sessions.push({
        key,
        start: all.map((one) => one.start).reduce((a, b) => (a < b ? a : b)),
        end: all.map((one) => one.end).reduce((a, b) => (a > b ? a : b)),
        rows: all.flatMap(({ rows }) => rows),
      });
    }
    return [];
  }

  watermark(time: bigint): readonly Change[] {
    this.#time = time;
    const closed = this.#sessions.filter(({ end }) => end - 1n <= time);
    this.#sessions = this.#sessions.filter(({ end }) => end - 1n > time);
    closed.sort((a, b) => (a.end < b.end ? -1 : 1));
    return closed.flatMap(({ start, end, rows }) =>
      [...rows].sort((a, b) => a.arrival - b.arrival).map(({ kind, row }): Change => ({ kind, row: [...row, start, end, end - 1n] })),
    );
  }
}

function underTest(settings: Settings, results: 'set' | 'sequence'): () => OperatorUnderTest {
  const { partition, gapMs } = settings;
  const window: WindowSpec = { kind: 'session', sizeMs: gapMs, slideMs: gapMs, offsetMs: 0, timeColumn: AT, eventTime: true, partition };
  const added = ['start', 'end', 'time'].map((name) => ({ name, type: types.timestamp(3, false) }));
  const output: Schema = { fields: [...EVENTS.fields, ...added] };
  return () => ({
    make: () => new SessionAssignOperator({ input: EVENTS, output, window, timeZone: 'UTC' }),
    model: () => new SessionModel(settings),
    input: EVENTS,
    keys: partition,
    results,
  });
}

const ordered = eventInputs({ watermarkEvery: 9 });
const disordered = eventInputs({ watermarkEvery: 7, disorderMs: 3000 });
const changing = eventInputs({ watermarkEvery: 11, disorderMs: 900, retractions: 3 });

operatorConformance('session assignment: rows in order', underTest({ partition: [0], gapMs: 400 }, 'set'), ordered);
operatorConformance('session assignment: late rows', underTest({ partition: [0], gapMs: 300 }, 'set'), disordered);
operatorConformance('session assignment: two columns', underTest({ partition: [6, 1], gapMs: 1000 }, 'set'), disordered);
operatorConformance(
  'session assignment: one for all, in the order of arrival',
  underTest({ partition: [], gapMs: 400 }, 'sequence'),
  disordered,
);
operatorConformance('session assignment: rows that are taken back', underTest({ partition: [], gapMs: 500 }, 'sequence'), changing);
