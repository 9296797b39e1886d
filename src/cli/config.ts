import { readFileSync } from 'node:fs';
import { SqlError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import type { CommonOptions } from './commands/common-options.ts';

/** The file that is looked for in the working directory, unless MILLSTREAM_CONFIG names another. */
const FILE = 'millstream.json';
const PREFIX = 'MILLSTREAM_';

type Writable = { -readonly [K in keyof CommonOptions]?: CommonOptions[K] };

interface Entry {
  readonly expected: string;
  /** Takes the value into the options; false where it is of another kind. Text comes from a variable of the environment. */
  readonly take: (value: unknown, into: Writable) => boolean;
}

const text = (key: 'state' | 'checkpointInterval' | 'memory'): Entry => ({
  expected: 'a text',
  take(value, into) {
    if (typeof value !== 'string' || value === '') return false;
    into[key] = value;
    return true;
  },
});

const flag = (key: 'changelog' | 'debug'): Entry => ({
  expected: 'true or false',
  take(value, into) {
    const read = { true: true, '1': true, false: false, '0': false }[String(value).toLowerCase()];
    if (read !== undefined) into[key] = read;
    return read !== undefined;
  },
});

/** What can be configured: the flags' own names. */
const ENTRIES: ReadonlyMap<string, Entry> = new Map([
  ['state', text('state')],
  ['checkpoint-interval', text('checkpointInterval')],
  [
    'parallelism',
    {
      expected: 'a whole number above 0',
      take(value, into) {
        const workers = Number(value);
        if (!Number.isInteger(workers) || workers < 1) return false;
        into.parallelism = workers;
        return true;
      },
    },
  ],
  ['memory', text('memory')],
  ['changelog', flag('changelog')],
  ['debug', flag('debug')],
  [
    'rows-per-second',
    {
      expected: 'a number above 0',
      take(value, into) {
        const number = Number(value);
        if (!(number > 0 && number < Number.POSITIVE_INFINITY)) return false;
        into.rowsPerSecond = number;
        return true;
      },
    },
  ],
  [
    'set',
    {
      expected: `an object of texts; in ${PREFIX}SET, key=value;key=value`,
      take(value, into) {
        const settings = typeof value === 'string' ? settingsOfText(value) : settingsOfObject(value);
        if (settings !== undefined) into.set = [...(into.set ?? []), ...settings];
        return settings !== undefined;
      },
    },
  ],
]);

const settingsOfText = (value: string): string[] =>
  value
    .split(/[;\n]/)
    .map((setting) => setting.trim())
    .filter((setting) => setting !== '');

function settingsOfObject(value: unknown): string[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const entries = Object.entries(value);
  return entries.every(([, item]) => typeof item === 'string') ? entries.map(([key, item]) => `${key}=${item}`) : undefined;
}

/**
 * The flags of the command line over the variables MILLSTREAM_STATE, MILLSTREAM_SET, ... over the file millstream.json. Throws SqlError
 * MS5009 for what cannot be read or is not known.
 */
export function withConfig(flags: CommonOptions, env: NodeJS.ProcessEnv = process.env): CommonOptions {
  const configured: Writable = {};
  const named = env[`${PREFIX}CONFIG`];
  readConfigFile(named ?? FILE, named !== undefined, configured);
  for (const [name, entry] of ENTRIES) {
    const variable = PREFIX + name.toUpperCase().replaceAll('-', '_');
    const value = env[variable];
    if (value !== undefined && value !== '') take(variable, value, entry, configured);
  }
  const set = [...(configured.set ?? []), ...(flags.set ?? [])];
  return { ...configured, ...flags, ...(set.length > 0 && { set }) };
}

function readConfigFile(path: string, mustExist: boolean, into: Writable): void {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    if (!mustExist && ['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return;
    throw new SqlError('MS5009', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
  for (const [name, value] of Object.entries(parse(path, content))) {
    const entry = ENTRIES.get(name);
    if (entry === undefined) {
      const names = [...ENTRIES.keys()];
      throw new SqlError('MS5009', `${path} has '${name}', which is not known`, {
        hint: didYouMean(name, names) ?? `there are ${names.join(', ')}`,
      });
    }
    take(`${path}: ${name}`, value, entry, into);
  }
}

function parse(path: string, content: string): object {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch (cause) {
    throw new SqlError('MS5009', `${path} is no JSON: ${(cause as Error).message}`, { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new SqlError('MS5009', `${path} is no JSON object`);
  return parsed;
}

function take(where: string, value: unknown, entry: Entry, into: Writable): void {
  if (!entry.take(value, into)) throw new SqlError('MS5009', `${where} takes ${entry.expected}, not ${JSON.stringify(value)}`);
}
