import type { OptionSpec } from '../catalog/option-spec.ts';
import { readOptions } from '../catalog/options.ts';
import { type Span, SqlError } from '../common/errors.ts';
import type { RestartPolicy, RestartSettings } from '../runtime/restart/restart-settings.ts';
import type { RestartStrategy } from './open.ts';

const PREFIX = 'restart-strategy.';
const TYPE = `${PREFIX}type`;

/** Flink takes each strategy by several names. */
const TYPES: Readonly<Record<string, RestartSettings['type']>> = {
  none: 'none',
  off: 'none',
  disable: 'none',
  'fixed-delay': 'fixed-delay',
  fixeddelay: 'fixed-delay',
  'exponential-delay': 'exponential-delay',
  exponentialdelay: 'exponential-delay',
  'failure-rate': 'failure-rate',
  failurerate: 'failure-rate',
};

/** Flink's settings for restarts, with its defaults. */
export const restartSettingSpecs: readonly OptionSpec[] = [
  {
    name: TYPE,
    aliases: ['restart-strategy'],
    kind: Object.keys(TYPES),
    doc: 'When a job with a state folder that has failed is started again from its last checkpoint. Unless it is set: exponential-delay, for failures that may pass.',
  },
  { name: `${PREFIX}fixed-delay.attempts`, kind: 'int', default: '1', doc: 'fixed-delay: restarts of a job at most.' },
  { name: `${PREFIX}fixed-delay.delay`, kind: 'duration', default: '1 s', doc: 'fixed-delay: time before each restart.' },
  {
    name: `${PREFIX}exponential-delay.initial-backoff`,
    kind: 'duration',
    default: '1 s',
    doc: 'exponential-delay: time before the first restart.',
  },
  {
    name: `${PREFIX}exponential-delay.max-backoff`,
    kind: 'duration',
    default: '1 min',
    doc: 'exponential-delay: time before a restart at most.',
  },
  {
    name: `${PREFIX}exponential-delay.backoff-multiplier`,
    kind: 'double',
    default: '1.5',
    doc: 'exponential-delay: how much longer each delay is than the one before.',
  },
  {
    name: `${PREFIX}exponential-delay.jitter-factor`,
    kind: 'double',
    default: '0.1',
    doc: 'exponential-delay: the share of a delay by which it is longer or shorter, at random.',
  },
  {
    name: `${PREFIX}exponential-delay.reset-backoff-threshold`,
    kind: 'duration',
    default: '1 h',
    doc: 'exponential-delay: a job that has run for so long begins with the first delay again.',
  },
  {
    name: `${PREFIX}exponential-delay.attempts-before-reset-backoff`,
    kind: 'int',
    doc: 'exponential-delay: restarts at most until the delay is reset; without it there is no limit.',
  },
  {
    name: `${PREFIX}failure-rate.max-failures-per-interval`,
    kind: 'int',
    default: '1',
    doc: 'failure-rate: failures within an interval after which the job is still restarted.',
  },
  { name: `${PREFIX}failure-rate.failure-rate-interval`, kind: 'duration', default: '1 min', doc: 'failure-rate: the interval.' },
  { name: `${PREFIX}failure-rate.delay`, kind: 'duration', default: '1 s', doc: 'failure-rate: time before each restart.' },
];

/** How a job is restarted, out of what has been set. */
export function readRestartPolicy(get: (key: string) => string | undefined): RestartPolicy {
  const raw = new Map(
    restartSettingSpecs.flatMap(({ name }) => {
      const value = get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  const options = readOptions(restartSettingSpecs, raw, { what: 'SET' });
  const number = (name: string): number => options.number(`${PREFIX}${name}`);
  const type = options.get(TYPE) as string | undefined;
  return {
    settings: settingsOf(type === undefined ? 'exponential-delay' : TYPES[type]!, (name) => options.get(name), number),
    isExplicit: type !== undefined,
  };
}

function settingsOf(type: RestartSettings['type'], get: (name: string) => unknown, number: (name: string) => number): RestartSettings {
  switch (type) {
    case 'none':
      return { type };
    case 'fixed-delay':
      return { type, attempts: number('fixed-delay.attempts'), delayMs: number('fixed-delay.delay') };
    case 'exponential-delay':
      return {
        type,
        initialBackoffMs: number('exponential-delay.initial-backoff'),
        maxBackoffMs: number('exponential-delay.max-backoff'),
        backoffMultiplier: number('exponential-delay.backoff-multiplier'),
        jitterFactor: number('exponential-delay.jitter-factor'),
        resetBackoffThresholdMs: number('exponential-delay.reset-backoff-threshold'),
        attemptsBeforeReset:
          (get(`${PREFIX}exponential-delay.attempts-before-reset-backoff`) as number | undefined) ?? Number.POSITIVE_INFINITY,
      };
    case 'failure-rate':
      return {
        type,
        maxFailuresPerInterval: number('failure-rate.max-failures-per-interval'),
        failureRateIntervalMs: number('failure-rate.failure-rate-interval'),
        delayMs: number('failure-rate.delay'),
      };
  }
}

/** The least that a setting may be, where a number is not enough to make sense. */
const LEAST: Readonly<Record<string, number>> = {
  [`${PREFIX}fixed-delay.attempts`]: 0,
  [`${PREFIX}exponential-delay.backoff-multiplier`]: 1,
  [`${PREFIX}exponential-delay.jitter-factor`]: 0,
  [`${PREFIX}exponential-delay.attempts-before-reset-backoff`]: 1,
  [`${PREFIX}failure-rate.max-failures-per-interval`]: 1,
};

/** Throws MS1303 for numbers that no strategy can go by. */
export function checkRestartSetting(key: string, value: string, span: Span | undefined): void {
  const least = LEAST[key];
  const most = key === `${PREFIX}exponential-delay.jitter-factor` ? 1 : Number.POSITIVE_INFINITY;
  if (least === undefined || (Number(value) >= least && Number(value) <= most)) return;
  const range = most === 1 ? `between ${least} and 1` : `at least ${least}`;
  throw new SqlError('MS1303', `'${key}' is ${value}, but must be ${range}`, { span });
}

/** What open({ restart }) sets, by key. Throws SqlError MS1303 for a type that there is not. */
export function restartEntries(strategy: RestartStrategy): readonly (readonly [string, string])[] {
  const { type, ...rest } = strategy;
  if (!Object.values(TYPES).includes(type)) {
    throw new SqlError('MS1303', `open({ restart }) has no type '${String(type)}'`, {
      hint: 'there are none, fixed-delay, exponential-delay, failure-rate',
    });
  }
  const entries = Object.entries(rest).map(([name, value]) => [`${PREFIX}${type}.${kebab(name)}`, String(value)] as const);
  return [[TYPE, type], ...entries];
}

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
