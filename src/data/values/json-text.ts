import type { SqlType } from '../types/sql-type.ts';
import { base64Of } from './base64.ts';
import { Decimal } from './decimal.ts';
import { jsonNumber } from './json-number.ts';
import { LocalDate } from './local-date.ts';
import { LocalTime } from './local-time.ts';
import { doubleText, floatText } from './number-text.ts';
import { Timestamp } from './timestamp.ts';
import { TimestampLtz } from './timestamp-ltz.ts';
import type { RowObject, Value } from './value.ts';

/** The parts that JSON is put together from; one form makes text, the other what toJSON returns. */
interface JsonForm<T> {
  readonly null: T;
  number(text: string): T;
  string(text: string): T;
  boolean(value: boolean): T;
  array(elements: readonly T[]): T;
  object(entries: readonly (readonly [string, T])[]): T;
}

const asText: JsonForm<string> = {
  null: 'null',
  number: (text) => (/[NI]/.test(text) ? `"${text}"` : text),
  string: (text) => JSON.stringify(text),
  boolean: String,
  array: (elements) => `[${elements.join(',')}]`,
  object: (entries) => `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`,
};

const asValue: JsonForm<unknown> = {
  null: null,
  number: jsonNumber,
  string: (text) => text,
  boolean: (value) => value,
  array: (elements) => elements,
  object: (entries) => {
    const object: Record<string, unknown> = Object.create(null);
    for (const [name, value] of entries) object[name] = value;
    return object;
  },
};

/**
 * JSON text of a value, digit for digit what Flink's json format prints (decimals plain): the type says how numbers look (1.0 for
 * a DOUBLE) and in which order fields stand. Without a type, the value's class decides and a number prints as JavaScript has it.
 */
export const toJsonText = (value: Value, type?: SqlType): string => json(value, type, asText);

/** What toJSON returns for JSON.stringify to print: as toJsonText where the engine has JSON.rawJSON, else see docs/design/values.md. */
export const toJsonValue = (value: Value, type?: SqlType): unknown => json(value, type, asValue);

function json<T>(value: Value | undefined, type: SqlType | undefined, form: JsonForm<T>): T {
  switch (typeof value) {
    case 'undefined':
      return form.null;
    case 'boolean':
      return form.boolean(value);
    case 'number':
      return form.number(numberText(value, type));
    case 'bigint':
      return form.number(value.toString());
    case 'string':
      return form.string(value);
    default:
      return value === null ? form.null : jsonObject(value, type, form);
  }
}

function numberText(value: number, type: SqlType | undefined): string {
  if (type?.root === 'DOUBLE') return doubleText(value);
  return type?.root === 'FLOAT' ? floatText(value) : String(value);
}

function jsonObject<T>(value: Exclude<Value, null | boolean | number | bigint | string>, type: SqlType | undefined, form: JsonForm<T>): T {
  if (value instanceof Decimal) return form.number(value.toString());
  if (value instanceof Uint8Array) return form.string(base64Of(value));
  if (value instanceof Map) return jsonMap(value, type, form);
  if (Array.isArray(value)) return form.array(value.map((element) => json(element, elementType(type), form)));
  if (isTimeValue(value)) return form.string(value.toJSON());
  return jsonRow(value as RowObject, type, form);
}

function isTimeValue(value: object): value is { toJSON(): string } {
  return value instanceof Timestamp || value instanceof TimestampLtz || value instanceof LocalDate || value instanceof LocalTime;
}

const elementType = (type: SqlType | undefined): SqlType | undefined => (type?.root === 'ARRAY' ? type.element : undefined);

function jsonMap<T>(value: ReadonlyMap<Value, Value>, type: SqlType | undefined, form: JsonForm<T>): T {
  const valueType = type?.root === 'MAP' ? type.value : undefined;
  return form.object([...value].map(([key, item]) => [String(key), json(item, valueType, form)]));
}

function jsonRow<T>(row: RowObject, type: SqlType | undefined, form: JsonForm<T>): T {
  if (type?.root !== 'ROW') return form.object(Object.entries(row).map(([name, value]) => [name, json(value, undefined, form)]));
  return form.object(type.fields.map((field) => [field.name, json(row[field.name], field.type, form)]));
}
