import type { MapType, RowType, SqlType } from '../../../data/types/sql-type.ts';
import { base64Of } from '../../../data/values/base64.ts';
import { doubleText } from '../../../data/values/number-text.ts';
import type { RowObject, Value } from '../../../data/values/value.ts';
import { valueText } from '../../../data/values/value-text.ts';
import { javaNumberText } from './json-number.ts';
import { objectText, quoteJson } from './write-json.ts';

/** The JSON text of a value that is not null. */
export type JsonWriter = (value: never) => string;

/** Whether Flink has JSON for values of the type: not of DATE, TIME, intervals, and maps whose keys are no texts. */
export function hasJson(type: SqlType): boolean {
  switch (type.root) {
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_DAY_TIME':
    case 'INTERVAL_YEAR_MONTH':
    case 'NULL':
      return false;
    case 'ARRAY':
      return hasJson(type.element);
    case 'MAP':
      return (type.key.root === 'CHAR' || type.key.root === 'VARCHAR') && hasJson(type.value);
    case 'ROW':
      return type.fields.every((field) => hasJson(field.type));
    default:
      return true;
  }
}

/** What writes values of a type as Flink's JSON functions do: members in the order of their names, floating-point numbers as decimals. */
export function jsonWriter(type: SqlType): JsonWriter {
  switch (type.root) {
    case 'CHAR':
    case 'VARCHAR':
      return quoteJson;
    case 'FLOAT':
    case 'DOUBLE':
      return (value: number) => (Number.isFinite(value) ? javaNumberText(doubleText(value)) : `"${doubleText(value)}"`);
    case 'DECIMAL':
      return (value: Value) => javaNumberText(String(value));
    case 'BINARY':
    case 'VARBINARY':
      return (value: Uint8Array) => `"${base64Of(value)}"`;
    case 'TIMESTAMP':
      return (value: Value) => quoteJson(timeText(value, type));
    case 'TIMESTAMP_LTZ':
      return (value: Value) => quoteJson(`${timeText(value, type)}Z`);
    case 'ARRAY':
      return arrayWriter(type.element);
    case 'MAP':
      return mapWriter(type);
    case 'ROW':
      return rowWriter(type);
    default:
      return String;
  }
}

/** Zeros at the end of a fraction are left out. */
const timeText = (value: Value, type: SqlType): string =>
  valueText(value, type, 'UTC')
    .replace(' ', 'T')
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');

/** As jsonWriter, with null for NULL. */
function partWriter(type: SqlType): (value: Value) => string {
  const write = jsonWriter(type);
  return (value) => (value === null ? 'null' : write(value as never));
}

function arrayWriter(element: SqlType): JsonWriter {
  const write = partWriter(element);
  return (value: readonly Value[]) => `[${value.map(write).join(',')}]`;
}

function mapWriter({ value: type }: MapType): JsonWriter {
  const write = partWriter(type);
  return (map: ReadonlyMap<string, Value>) => objectText([...map].map(([key, value]) => [key, write(value)] as const));
}

function rowWriter({ fields }: RowType): JsonWriter {
  const writers = fields.map(({ name, type }) => [name, partWriter(type)] as const);
  return (row: RowObject) => objectText(writers.map(([name, write]) => [name, write(row[name] ?? null)] as const));
}
