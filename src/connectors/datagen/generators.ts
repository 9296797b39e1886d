import { SqlError, UnsupportedError } from '../../common/errors.ts';
import type { Field } from '../../data/schema.ts';
import { printType } from '../../data/types/print-type.ts';
import { type BytesType, isText, MAX_LENGTH, type RowType, type SqlType, type TypeRoot } from '../../data/types/sql-type.ts';
import { readDecimalBound, readDoubleBound, readIntegerBound } from './bounds.ts';
import type { FieldOptions } from './field-options.ts';
import type { Generator } from './generator.ts';
import { type Fill, randomDoubles, randomIntegers, sequenceDoubles, sequenceIntegers } from './number-fillers.ts';
import { currentDate, currentTime, randomBooleans, randomBytes, randomNulls, recentTimestamps, sequenceTexts } from './other-fillers.ts';

const DEFAULT_LENGTH = 100;

/** The generators of a table's columns, by name. Throws MS1304 for options that do not fit, MS3002 for types without values. */
export function createGenerators(fields: readonly Field[], options: FieldOptions): Map<string, Generator> {
  return new Map(fields.map(({ name, type }) => [name, createGenerator(name, type, options)]));
}

/** Names of all columns and, dotted, of the fields of their rows. */
export function pathsOf(fields: readonly Field[], prefix = ''): string[] {
  return fields.flatMap(({ name, type }) => [prefix + name, ...(type.root === 'ROW' ? pathsOf(type.fields, `${prefix}${name}.`) : [])]);
}

function createGenerator(path: string, type: SqlType, options: FieldOptions): Generator {
  const sequence = options.take(path, 'kind') === 'sequence';
  const made = sequence ? sequenceOf(path, type, options) : randomOf(path, type, options);
  const rate = sequence ? 0 : readNullRate(path, type, options);
  if (rate === 0) return made;
  const nulls = randomNulls(path, rate);
  return {
    ...made,
    fill: (column, range) => {
      made.fill(column, range);
      nulls(column, range);
    },
  };
}

function readNullRate(path: string, type: SqlType, options: FieldOptions): number {
  const rate = options.number(path, 'null-rate') ?? 0;
  if (!(rate >= 0 && rate <= 1)) throw new SqlError('MS1304', `'fields.${path}.null-rate' is ${rate}, but must be 0 to 1`);
  if (rate > 0 && !type.nullable) throw new SqlError('MS1304', `'fields.${path}.null-rate' is ${rate}, but the column is NOT NULL`);
  return rate;
}

const generator = (fill: Fill, textBytes = 0, rowLimit = Number.POSITIVE_INFINITY): Generator => ({ fill, textBytes, rowLimit });

// ---- random values ----

type Maker = (path: string, type: SqlType, options: FieldOptions) => Generator;

const makers: Partial<Record<TypeRoot, Maker>> = {
  BOOLEAN: (path) => generator(randomBooleans(path)),
  TINYINT: integers,
  SMALLINT: integers,
  INT: integers,
  BIGINT: integers,
  INTERVAL_YEAR_MONTH: (path) => generator(randomIntegers(path, 0n, 120_000n)),
  INTERVAL_DAY_TIME: (path) => generator(randomIntegers(path, 0n, 315_360_000_000n)),
  DECIMAL: (path, type, options) => generator(randomIntegers(path, ...readDecimalBound(path, type, options))),
  FLOAT: doubles,
  DOUBLE: doubles,
  CHAR: bytes,
  VARCHAR: bytes,
  BINARY: bytes,
  VARBINARY: bytes,
  DATE: () => generator(currentDate),
  TIME: () => generator(currentTime),
  TIMESTAMP: timestamps,
  TIMESTAMP_LTZ: timestamps,
  ROW: (path, type, options) => rows(path, type as RowType, options),
};

function randomOf(path: string, type: SqlType, options: FieldOptions): Generator {
  const make = makers[type.root];
  if (make === undefined)
    throw new UnsupportedError('MS3002', `connector 'datagen' has no values of ${printType(type)}, the type of '${path}'`);
  return make(path, type, options);
}

function integers(path: string, type: SqlType, options: FieldOptions): Generator {
  return generator(randomIntegers(path, ...readIntegerBound(path, type, options)));
}

function doubles(path: string, type: SqlType, options: FieldOptions): Generator {
  return generator(randomDoubles(path, ...readDoubleBound(path, type, options)));
}

function timestamps(path: string, _: SqlType, options: FieldOptions): Generator {
  const maxPast = options.number(path, 'max-past') ?? 0;
  if (maxPast < 0) throw new SqlError('MS1304', `'fields.${path}.max-past' must not be negative`);
  return generator(recentTimestamps(path, maxPast));
}

function bytes(path: string, type: SqlType, options: FieldOptions): Generator {
  const declared = (type as BytesType).length;
  const fixed = type.root === 'CHAR' || type.root === 'BINARY';
  const length = (fixed ? undefined : options.number(path, 'length')) ?? (declared === MAX_LENGTH ? DEFAULT_LENGTH : declared);
  const anyLength = !fixed && options.take(path, 'var-len') === true;
  if (length < 1 || length > declared) {
    throw new SqlError('MS1304', `'fields.${path}.length' is ${length}, but must be 1 to ${declared}, the length of ${printType(type)}`);
  }
  return generator(randomBytes(path, length, anyLength, isText(type)), length);
}

function rows(path: string, type: RowType, options: FieldOptions): Generator {
  const fields = type.fields.map((field) => createGenerator(`${path}.${field.name}`, field.type, options));
  return {
    fill: (column, range) => {
      for (const [i, field] of fields.entries()) field.fill(column.children[i]!, range);
    },
    textBytes: fields.reduce((sum, field) => sum + field.textBytes, 0),
    rowLimit: Math.min(Number.POSITIVE_INFINITY, ...fields.map((field) => field.rowLimit)),
  };
}

// ---- sequences ----

const INTEGER_LIMITS: Partial<Record<TypeRoot, bigint>> = { TINYINT: 1n << 7n, SMALLINT: 1n << 15n, INT: 1n << 31n, BIGINT: 1n << 63n };

function sequenceOf(path: string, type: SqlType, options: FieldOptions): Generator {
  const start = required(path, 'start', options);
  const end = required(path, 'end', options);
  const rowLimit = end < start ? 0 : Number(end - start + 1n);
  const fill = sequenceFill(path, type, start, end);
  return generator(fill, isText(type) ? 20 : 0, rowLimit);
}

function sequenceFill(path: string, type: SqlType, start: bigint, end: bigint): Fill {
  if (type.root === 'FLOAT' || type.root === 'DOUBLE') return sequenceDoubles(start);
  if (type.root === 'DECIMAL') {
    checkFits(path, type, start, end, 10n ** BigInt(type.precision - type.scale));
    return sequenceIntegers(start, 10n ** BigInt(type.scale));
  }
  const limit = INTEGER_LIMITS[type.root];
  if (limit !== undefined) {
    checkFits(path, type, start, end, limit);
    return sequenceIntegers(start, 1n);
  }
  if (!isText(type)) throw new SqlError('MS1304', `'${path}' cannot be a sequence: its type is ${printType(type)}`);
  if ([start, end].some((value) => String(value).length > type.length)) checkFits(path, type, start, end, 0n);
  return sequenceTexts(start);
}

/** Flink cuts what does not fit, which would be a wrong value; here it is refused. */
function checkFits(path: string, type: SqlType, start: bigint, end: bigint, limit: bigint): void {
  const lowest = type.root === 'DECIMAL' || isText(type) ? -limit + 1n : -limit;
  if (end < start || (start >= lowest && end < limit)) return;
  throw new SqlError('MS1304', `the sequence of '${path}' runs from ${start} to ${end}, which does not fit in ${printType(type)}`);
}

function required(path: string, option: 'start' | 'end', options: FieldOptions): bigint {
  const value = options.bigint(path, option);
  if (value !== undefined) return value;
  throw new SqlError('MS1302', `a sequence needs the option 'fields.${path}.${option}'`);
}
