import type { OptionSpec } from '../catalog/option-spec.ts';
import { readOptions } from '../catalog/options.ts';
import { type Span, SqlError } from '../common/errors.ts';
import type { AsyncCalls } from '../operators/async-call/await-call.ts';

const PREFIX = 'table.exec.async-scalar.';

/** Flink's settings for asynchronous functions, with its defaults. */
export const asyncSettingSpecs: readonly OptionSpec[] = [
  {
    name: `${PREFIX}max-concurrent-operations`,
    aliases: [`${PREFIX}buffer-capacity`],
    kind: 'int',
    default: '10',
    doc: 'Calls of an asynchronous function that a worker awaits at once at most.',
  },
  {
    name: `${PREFIX}timeout`,
    kind: 'duration',
    default: '3 min',
    doc: 'How long a call of an asynchronous function may take, with all its attempts.',
  },
  {
    name: `${PREFIX}retry-strategy`,
    kind: ['NO_RETRY', 'FIXED_DELAY'],
    default: 'FIXED_DELAY',
    doc: 'Whether a call of an asynchronous function that fails is made again.',
  },
  { name: `${PREFIX}retry-delay`, kind: 'duration', default: '100 ms', doc: 'FIXED_DELAY: time before a call is made again.' },
  { name: `${PREFIX}max-attempts`, kind: 'int', default: '3', doc: 'FIXED_DELAY: how often a call is made at most.' },
];

/** How asynchronous functions are called, out of what has been set. */
export function readAsyncSettings(get: (key: string) => string | undefined): AsyncCalls {
  const raw = new Map(
    asyncSettingSpecs.flatMap(({ name }) => {
      const value = get(name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  const options = readOptions(asyncSettingSpecs, raw, { what: 'SET' });
  const number = (name: string): number => options.number(`${PREFIX}${name}`);
  const retries = String(options.get(`${PREFIX}retry-strategy`)).toUpperCase() !== 'NO_RETRY';
  return {
    capacity: number('max-concurrent-operations'),
    timeoutMs: number('timeout'),
    attempts: retries ? number('max-attempts') : 1,
    retryDelayMs: number('retry-delay'),
  };
}

const COUNTS: ReadonlySet<string> = new Set(['max-concurrent-operations', 'buffer-capacity', 'max-attempts'].map((name) => PREFIX + name));

/** Throws MS1303 where nothing could be called. */
export function checkAsyncSetting(key: string, value: string, span: Span | undefined): void {
  if (COUNTS.has(key) && Number(value) < 1) throw new SqlError('MS1303', `'${key}' is ${value}, but must be at least 1`, { span });
}
