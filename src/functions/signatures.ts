import { isBinary, isInteger, isInterval, isNumeric, isText, type SqlType, type TypeRoot, types } from '../data/types/sql-type.ts';
import { isNestedStorage, storageOf } from '../data/types/storage.ts';
import type { Argument, Signature } from './scalar-function.ts';

/** What a parameter accepts, and the type the argument is cast to before the call. */
export interface Parameter {
  readonly text: string;
  /** The type the argument is cast to, or undefined where it does not fit. */
  accept(argument: Argument): SqlType | undefined;
}

const parameter = (text: string, accept: (type: SqlType, argument: Argument) => SqlType | undefined): Parameter => ({
  text,
  accept: (argument) => (argument.type.root === 'NULL' ? accept(defaultOf(text), argument) : accept(argument.type, argument)),
});

/** The type a bare NULL takes as an argument of a parameter. */
function defaultOf(text: string): SqlType {
  const byText: Record<string, SqlType> = {
    INT: types.int(),
    BIGINT: types.bigint(),
    INTEGER: types.bigint(),
    NUMERIC: types.int(),
    DOUBLE: types.double(),
    DECIMAL: types.decimal(10, 0),
    BOOLEAN: types.boolean(),
    DATE: types.date(),
    TIME: types.time(),
    TIMESTAMP: types.timestamp(3),
    TIMESTAMP_LTZ: types.timestampLtz(3),
    DATETIME: types.timestamp(3),
    INTERVAL: types.intervalDayTime(),
    BYTES: types.bytes(),
  };
  return byText[text] ?? types.string();
}

const SMALL_INTEGERS: ReadonlySet<TypeRoot> = new Set(['TINYINT', 'SMALLINT', 'INT']);

/** Parameters by name. A numeric one that names a type casts narrower numbers to it, as Flink does implicitly. */
export const param = {
  text: parameter('STRING', (type) => (isText(type) ? type : undefined)),
  bytes: parameter('BYTES', (type) => (isBinary(type) ? type : undefined)),
  int: parameter('INT', (type) => (SMALL_INTEGERS.has(type.root) ? types.int(type.nullable) : undefined)),
  bigint: parameter('BIGINT', (type) => (isInteger(type) ? types.bigint(type.nullable) : undefined)),
  /** Any integer, as it is. */
  integer: parameter('INTEGER', (type) => (isInteger(type) ? type : undefined)),
  /** Any number, as it is. */
  numeric: parameter('NUMERIC', (type) => (isNumeric(type) ? type : undefined)),
  double: parameter('DOUBLE', (type) => (isNumeric(type) ? types.double(type.nullable) : undefined)),
  decimal: parameter('DECIMAL', (type) => (type.root === 'DECIMAL' ? type : undefined)),
  boolean: parameter('BOOLEAN', (type) => (type.root === 'BOOLEAN' ? type : undefined)),
  date: parameter('DATE', (type) => (type.root === 'DATE' ? type : undefined)),
  time: parameter('TIME', (type) => (type.root === 'TIME' ? type : undefined)),
  timestamp: parameter('TIMESTAMP', (type) => (type.root === 'TIMESTAMP' ? type : undefined)),
  timestampLtz: parameter('TIMESTAMP_LTZ', (type) => (type.root === 'TIMESTAMP_LTZ' ? type : undefined)),
  /** DATE, TIME, TIMESTAMP or TIMESTAMP_LTZ, as it is. */
  datetime: parameter('DATETIME', (type) => (/^(DATE|TIME|TIMESTAMP|TIMESTAMP_LTZ)$/.test(type.root) ? type : undefined)),
  interval: parameter('INTERVAL', (type) => (isInterval(type) ? type : undefined)),
  any: parameter('ANY', (type) => type),
  array: parameter('ARRAY', (type) => (type.root === 'ARRAY' ? type : undefined)),
  /** An array of what has an order. */
  sortable: parameter('ARRAY', (type) => (type.root === 'ARRAY' && !isNestedStorage(storageOf(type.element)) ? type : undefined)),
  /** An array of texts. */
  texts: parameter('ARRAY of STRING', (type) => (type.root === 'ARRAY' && isText(type.element) ? type : undefined)),
  multiset: parameter('MULTISET', (type) => (type.root === 'MAP' && type.isMultiset ? type : undefined)),
  map: parameter('MAP', (type) => (type.root === 'MAP' && !type.isMultiset ? type : undefined)),
} as const;

export interface SignatureOptions {
  /** How many of the last parameters may be left out. */
  readonly optional?: number;
  /** The last parameter may be repeated. */
  readonly variadic?: boolean;
}

type Returns = SqlType | ((args: readonly SqlType[], given: readonly Argument[]) => SqlType | undefined);

/**
 * A signature from parameters and the type of the result, which may depend on the arguments.
 * A result function that returns undefined refuses the call.
 */
export function signature(parameters: readonly Parameter[], returns: Returns, options: SignatureOptions = {}): Signature {
  const least = parameters.length - (options.optional ?? 0);
  const fits = (count: number) => count >= least && (options.variadic === true || count <= parameters.length);
  return {
    text: signatureText(parameters, least, options.variadic === true),
    resolve(args) {
      if (!fits(args.length)) return undefined;
      const cast = args.map((argument, i) => (parameters[i] ?? parameters.at(-1))?.accept(argument));
      if (cast.some((type) => type === undefined)) return undefined;
      const result = typeof returns === 'function' ? returns(cast as SqlType[], args) : returns;
      return result && { args: cast as SqlType[], returns: result };
    },
  };
}

/** `(STRING, INT [, INT])`, or with `, ...` where the last parameter may be repeated. */
function signatureText(parameters: readonly Parameter[], least: number, variadic: boolean): string {
  const needed = parameters.slice(0, least).map(({ text }) => text);
  const optional = parameters.slice(least).map(({ text }, i) => (least + i === 0 ? `[${text}]` : ` [, ${text}]`));
  return `(${needed.join(', ')}${optional.join('')}${variadic ? ', ...' : ''})`;
}

/** The type of an array's elements, for results. */
export const elementOf = (array: SqlType): SqlType | undefined => (array.root === 'ARRAY' ? array.element : undefined);
