/** The kinds of values an option of WITH (...) or SET takes, read from its text as Flink reads them. */
export type OptionKind = 'string' | 'int' | 'bigint' | 'double' | 'boolean' | 'duration' | 'memory' | readonly string[];

/**
 * One option of a connector, a format or the session: what validates it, reads it and documents it. A name may hold one `#`
 * that stands for any column's name, as in `fields.#.kind`.
 */
export interface OptionSpec {
  readonly name: string;
  /** A list of strings is an enumeration; comparison ignores case. A duration is read to milliseconds, memory to bytes. */
  readonly kind: OptionKind;
  readonly required?: boolean;
  /** The text of the default, as the user would write it. */
  readonly default?: string;
  /** Other names that mean the same (deprecated keys). */
  readonly aliases?: readonly string[];
  readonly doc: string;
  /** Set where Flink has this option but it has no effect here: it is accepted, with this note. */
  readonly note?: string;
}

export type OptionValue = string | number | bigint | boolean;

/** Options after validation: typed values by name, defaults filled in. */
export interface Options {
  string(name: string): string;
  number(name: string): number;
  bigint(name: string): bigint;
  boolean(name: string): boolean;
  /** undefined where the option is not set and has no default. */
  get(name: string): OptionValue | undefined;
  /** Options whose name matches a `#` spec: the column's name and the value. */
  wildcard(name: string): ReadonlyMap<string, OptionValue>;
}
