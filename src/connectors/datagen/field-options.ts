import { closest } from 'fastest-levenshtein';
import type { OptionSpec, Options, OptionValue } from '../../catalog/option-spec.ts';
import { SqlError } from '../../common/errors.ts';

export const fieldOptionSpecs: readonly OptionSpec[] = [
  { name: 'fields.#.kind', kind: ['random', 'sequence'], doc: 'How the values of a column are made; random unless said otherwise.' },
  { name: 'fields.#.min', kind: 'string', doc: 'Least random number; that of the type unless said otherwise.' },
  { name: 'fields.#.max', kind: 'string', doc: 'Greatest random number; that of the type unless said otherwise.' },
  { name: 'fields.#.max-past', kind: 'duration', doc: 'How far random timestamps lie back from now at most; 0 unless said otherwise.' },
  { name: 'fields.#.length', kind: 'int', doc: 'Length of random texts and bytes; that of the type, and 100 where it has none.' },
  { name: 'fields.#.var-len', kind: 'boolean', doc: 'Whether random texts and bytes have any length up to that.' },
  { name: 'fields.#.null-rate', kind: 'double', doc: 'Share of nulls from 0 to 1; 0 unless said otherwise.' },
  { name: 'fields.#.start', kind: 'bigint', doc: 'First number of a sequence.' },
  { name: 'fields.#.end', kind: 'bigint', doc: 'Last number of a sequence, after which the source ends.' },
];

export type FieldOption = 'kind' | 'min' | 'max' | 'max-past' | 'length' | 'var-len' | 'null-rate' | 'start' | 'end';
const FIELD_OPTIONS = fieldOptionSpecs.map(({ name }) => name.slice('fields.#.'.length) as FieldOption);

/** The options of a datagen table's columns (`fields.price.min`, `fields.address.city.length`), which notes those that are used. */
export class FieldOptions {
  readonly #options: Options;
  readonly #used = new Set<string>();

  constructor(options: Options) {
    this.#options = options;
  }

  take(path: string, option: FieldOption): OptionValue | undefined {
    this.#used.add(`${path}.${option}`);
    return this.#options.wildcard(`fields.#.${option}`).get(path);
  }

  number(path: string, option: FieldOption): number | undefined {
    return this.take(path, option) as number | undefined;
  }

  bigint(path: string, option: FieldOption): bigint | undefined {
    return this.take(path, option) as bigint | undefined;
  }

  /** Throws MS1304 for an option that no column has asked for: of an unknown column, or not meant for its type and kind. */
  checkAllUsed(paths: readonly string[]): void {
    for (const option of FIELD_OPTIONS) {
      for (const path of this.#options.wildcard(`fields.#.${option}`).keys()) {
        if (!this.#used.has(`${path}.${option}`)) throw this.#unused(path, option, paths);
      }
    }
  }

  #unused(path: string, option: FieldOption, paths: readonly string[]): SqlError {
    const key = `fields.${path}.${option}`;
    if (paths.includes(path)) {
      const fitting = FIELD_OPTIONS.filter((other) => this.#used.has(`${path}.${other}`)).map((other) => `'fields.${path}.${other}'`);
      return new SqlError('MS1304', `option '${key}' does not fit the column's type and kind`, { hint: `it takes ${fitting.join(', ')}` });
    }
    const hint = paths.length === 0 ? undefined : `did you mean 'fields.${closest(path, [...paths])}.${option}'?`;
    return new SqlError('MS1304', `option '${key}' is for a column that the table does not have`, { hint });
  }
}

/** Whether any column counts up to an end. */
export function hasSequence(options: Options): boolean {
  return [...options.wildcard('fields.#.kind').values()].includes('sequence');
}
