import { closest, distance } from 'fastest-levenshtein';
import { assert } from '../common/assert.ts';
import { type Span, SqlError } from '../common/errors.ts';
import type { OptionSpec, Options, OptionValue } from './option-spec.ts';
import { describeKind, readOptionValue } from './option-values.ts';

/** The options as written: a map, or an object whose own properties count. */
export type RawOptions = ReadonlyMap<string, string> | Readonly<Record<string, string>>;

export interface OptionsContext {
  /** Whose options these are, for messages: `connector 'filesystem'`. */
  readonly what: string;
  /** Where an option stands in the SQL text. */
  readonly spanOf?: (key: string) => Span | undefined;
  /** Keys that someone else reads and that are no mistake here (`connector`, `format`). */
  readonly otherKeys?: readonly string[];
}

const SECRET = /password|secret|token|key/i;

/** Whether an option's value must not be shown: its name speaks of a password, secret, token or key. */
export const isSecret = (name: string): boolean => SECRET.test(name);

/** The value of an option as it may be shown. */
export const maskOption = (name: string, value: string): string => (isSecret(name) ? '******' : value);

/** Specs of a format's options under the prefix they have in a table's options: `json.ignore-parse-errors`. */
export function prefixSpecs(prefix: string, specs: readonly OptionSpec[]): OptionSpec[] {
  return specs.map((spec) => ({
    ...spec,
    name: `${prefix}.${spec.name}`,
    ...(spec.aliases && { aliases: spec.aliases.map((alias) => `${prefix}.${alias}`) }),
  }));
}

/** The options of a format out of a table's options: names without `prefix.`. */
export function optionsUnder(options: Options, prefix: string): Options {
  const full = (name: string): string => `${prefix}.${name}`;
  return {
    string: (name) => options.string(full(name)),
    number: (name) => options.number(full(name)),
    bigint: (name) => options.bigint(full(name)),
    boolean: (name) => options.boolean(full(name)),
    get: (name) => options.get(full(name)),
    wildcard: (name) => options.wildcard(full(name)),
  };
}

/**
 * Validates options and reads them into typed values, as Flink's ConfigOptions do: names are case-sensitive, values of an
 * enumeration are not. Throws SqlError MS1301 (unknown, with the nearest name), MS1302 (missing), MS1303 (malformed).
 */
export function readOptions(specs: readonly OptionSpec[], raw: RawOptions, context: OptionsContext): Options {
  const values = new Map<string, OptionValue>();
  const wildcards = new Map<string, Map<string, OptionValue>>();
  for (const spec of specs) if (spec.default !== undefined) values.set(spec.name, readDefault(spec, spec.default));
  const byName = indexByName(specs);
  const seen = new Set<OptionSpec>();
  for (const [key, text] of entriesOf(raw)) {
    const found = findSpec(byName, specs, key);
    if (found === undefined) {
      if (!context.otherKeys?.includes(key)) throw unknownOption(specs, key, context);
      continue;
    }
    const value = readOrThrow(found.spec, key, text, context);
    if (found.column !== undefined) columnsOf(wildcards, found.spec.name).set(found.column, value);
    else if (key === found.spec.name || !seen.has(found.spec)) values.set(found.spec.name, value);
    seen.add(found.spec);
  }
  const missing = specs.find((spec) => spec.required && !seen.has(spec) && !values.has(spec.name));
  if (missing) throw missingOption(missing, context);
  return new ReadOptions(values, wildcards);
}

/** Notes on the options that are set but have no effect here (OptionSpec.note), as whole sentences. */
export function optionNotes(specs: readonly OptionSpec[], raw: RawOptions): string[] {
  const byName = indexByName(specs);
  return entriesOf(raw).flatMap(([key]) => {
    const note = findSpec(byName, specs, key)?.spec.note;
    return note === undefined ? [] : [`option '${key}': ${note}`];
  });
}

class ReadOptions implements Options {
  readonly #values: ReadonlyMap<string, OptionValue>;
  readonly #wildcards: ReadonlyMap<string, ReadonlyMap<string, OptionValue>>;

  constructor(values: ReadonlyMap<string, OptionValue>, wildcards: ReadonlyMap<string, ReadonlyMap<string, OptionValue>>) {
    this.#values = values;
    this.#wildcards = wildcards;
  }

  string(name: string): string {
    const value = this.#values.get(name);
    assert(typeof value === 'string', `option ${name} is not a set string`);
    return value;
  }

  number(name: string): number {
    const value = this.#values.get(name);
    assert(typeof value === 'number', `option ${name} is not a set number`);
    return value;
  }

  bigint(name: string): bigint {
    const value = this.#values.get(name);
    assert(typeof value === 'bigint', `option ${name} is not a set bigint`);
    return value;
  }

  boolean(name: string): boolean {
    const value = this.#values.get(name);
    assert(typeof value === 'boolean', `option ${name} is not a set boolean`);
    return value;
  }

  get(name: string): OptionValue | undefined {
    return this.#values.get(name);
  }

  wildcard(name: string): ReadonlyMap<string, OptionValue> {
    return this.#wildcards.get(name) ?? new Map();
  }
}

function entriesOf(raw: RawOptions): (readonly [string, string])[] {
  return raw instanceof Map ? [...raw] : Object.entries(raw);
}

function indexByName(specs: readonly OptionSpec[]): Map<string, OptionSpec> {
  const byName = new Map<string, OptionSpec>();
  for (const spec of specs) for (const name of [spec.name, ...(spec.aliases ?? [])]) byName.set(name, spec);
  return byName;
}

interface FoundSpec {
  readonly spec: OptionSpec;
  /** What the `#` stands for. */
  readonly column?: string;
}

function findSpec(byName: ReadonlyMap<string, OptionSpec>, specs: readonly OptionSpec[], key: string): FoundSpec | undefined {
  const exact = byName.get(key);
  if (exact !== undefined && !exact.name.includes('#')) return { spec: exact };
  for (const spec of specs) {
    const [before, after] = spec.name.split('#') as [string, string?];
    if (after === undefined || key.length <= before.length + after.length) continue;
    if (key.startsWith(before) && key.endsWith(after)) return { spec, column: key.slice(before.length, key.length - after.length) };
  }
  return undefined;
}

function columnsOf(wildcards: Map<string, Map<string, OptionValue>>, name: string): Map<string, OptionValue> {
  const columns = wildcards.get(name) ?? new Map<string, OptionValue>();
  wildcards.set(name, columns);
  return columns;
}

function readDefault(spec: OptionSpec, text: string): OptionValue {
  const value = readOptionValue(spec.kind, text);
  assert(value !== undefined, `the default of option ${spec.name} is malformed`);
  return value;
}

function readOrThrow(spec: OptionSpec, key: string, text: string, context: OptionsContext): OptionValue {
  const value = readOptionValue(spec.kind, text);
  if (value !== undefined) return value;
  throw new SqlError('MS1303', `option '${key}' of ${context.what} is '${maskOption(key, text)}', but takes ${describeKind(spec.kind)}`, {
    span: context.spanOf?.(key),
    hint: nearestChoice(spec, text),
  });
}

function nearestChoice(spec: OptionSpec, text: string): string | undefined {
  if (typeof spec.kind === 'string' || spec.kind.length === 0) return undefined;
  const nearest = closest(text.toLowerCase(), [...spec.kind]);
  return isNear(text, nearest) ? `did you mean '${nearest}'?` : undefined;
}

function unknownOption(specs: readonly OptionSpec[], key: string, context: OptionsContext): SqlError {
  const names = specs.map((spec) => nameFor(spec, key));
  const nearest = names.length > 0 ? closest(key, names) : '';
  const hint = isNear(key, nearest) ? `did you mean '${nearest}'?` : listNames(specs);
  return new SqlError('MS1301', `${context.what} has no option '${key}'`, { span: context.spanOf?.(key), hint });
}

/** A spec's name with its `#` replaced by what stands there in `key`, so that a misspelt `fields.price.knd` finds its neighbour. */
function nameFor(spec: OptionSpec, key: string): string {
  const [before, after] = spec.name.split('#') as [string, string?];
  if (after === undefined || !key.startsWith(before)) return spec.name;
  const rest = key.slice(before.length);
  const dot = rest.lastIndexOf('.');
  return `${before}${dot < 0 ? rest : rest.slice(0, dot)}${after}`;
}

const isNear = (written: string, nearest: string): boolean =>
  nearest !== '' && distance(written, nearest) <= Math.max(2, written.length / 3);

function listNames(specs: readonly OptionSpec[]): string {
  return specs.length === 0 ? 'it has no options' : `its options are ${specs.map((spec) => `'${spec.name}'`).join(', ')}`;
}

function missingOption(spec: OptionSpec, context: OptionsContext): SqlError {
  return new SqlError('MS1302', `${context.what} needs the option '${spec.name}'`, {
    span: context.spanOf?.('connector'),
    hint: `'${spec.name}' is ${describeKind(spec.kind)}: ${spec.doc}`,
  });
}
