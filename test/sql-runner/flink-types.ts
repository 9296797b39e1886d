import { doubleText, floatText } from '../../src/data/values/number-text.ts';
import { instantOfLocal } from '../../src/data/values/time-zone.ts';
import { JsonNumber, JsonObject, type JsonValue } from './json-text.ts';

const NAMES: Readonly<Record<string, string>> = {
  INTEGER: 'INT',
  TIME_WITHOUT_TIME_ZONE: 'TIME',
  TIMESTAMP_WITHOUT_TIME_ZONE: 'TIMESTAMP',
  TIMESTAMP_WITH_LOCAL_TIME_ZONE: 'TIMESTAMP_LTZ',
  INTERVAL_DAY_TIME: 'INTERVAL SECOND(3)',
  INTERVAL_YEAR_MONTH: 'INTERVAL MONTH',
};
const LENGTH_MAX = '2147483647';

/** A type as Flink's DESCRIBE prints it, from the gateway's description of it. */
export function printFlinkType(type: JsonObject): string {
  const nullable = type.get('nullable') === false ? ' NOT NULL' : '';
  return printNullable(type) + nullable;
}

function printNullable(type: JsonObject): string {
  const kind = String(type.get('type'));
  const inner = (name: string) => printFlinkType(type.get(name) as JsonObject);
  const number = (name: string) => (type.get(name) as JsonNumber).text;
  switch (kind) {
    case 'DECIMAL':
      return `DECIMAL(${number('precision')}, ${number('scale')})`;
    case 'CHAR':
    case 'BINARY':
      return `${kind}(${number('length')})`;
    case 'VARCHAR':
    case 'VARBINARY':
      if (number('length') === LENGTH_MAX) return kind === 'VARCHAR' ? 'STRING' : 'BYTES';
      return `${kind}(${number('length')})`;
    case 'ARRAY':
    case 'MULTISET':
      return `${kind}<${inner('elementType')}>`;
    case 'MAP':
      return `MAP<${inner('keyType')}, ${inner('valueType')}>`;
    case 'ROW':
      return `ROW<${fieldsOf(type)
        .map(({ name, type: fieldType }) => `\`${name}\` ${printFlinkType(fieldType)}`)
        .join(', ')}>`;
    default: {
      const name = NAMES[kind] ?? kind;
      return type.get('precision') instanceof JsonNumber && !kind.startsWith('INTERVAL') ? `${name}(${number('precision')})` : name;
    }
  }
}

/** A value of the gateway as our json format writes it; `timeZone` is the session's. */
export function convertFlinkValue(value: JsonValue, type: JsonObject, timeZone = 'UTC'): JsonValue {
  if (value === null) return null;
  const inner = (name: string) => type.get(name) as JsonObject;
  switch (type.get('type')) {
    case 'TIMESTAMP_WITHOUT_TIME_ZONE':
      return String(value).replace('T', ' ');
    case 'TIMESTAMP_WITH_LOCAL_TIME_ZONE':
      return instantText(String(value), timeZone);
    case 'DOUBLE':
      return value instanceof JsonNumber ? new JsonNumber(doubleText(Number(value.text))) : value;
    case 'FLOAT':
      return value instanceof JsonNumber ? new JsonNumber(floatText(Math.fround(Number(value.text)))) : value;
    case 'DECIMAL':
      return value instanceof JsonNumber ? new JsonNumber(withScale(value.text, Number((type.get('scale') as JsonNumber).text))) : value;
    case 'ARRAY':
      return (value as readonly JsonValue[]).map((item) => convertFlinkValue(item, inner('elementType'), timeZone));
    case 'MAP':
      return new JsonObject(
        (value as JsonObject).members.map(([key, item]) => [key, convertFlinkValue(item, inner('valueType'), timeZone)]),
      );
    case 'ROW': {
      const fields = fieldsOf(type);
      const convert = (item: JsonValue, index: number) => convertFlinkValue(item, fields[index]?.type ?? type, timeZone);
      return new JsonObject((value as JsonObject).members.map(([key, item], index) => [key, convert(item, index)]));
    }
    default:
      return value;
  }
}

const fieldsOf = (type: JsonObject): { name: string; type: JsonObject }[] =>
  (type.get('fields') as readonly JsonObject[]).map((field) => ({
    name: String(field.get('name')),
    type: field.get('fieldType') as JsonObject,
  }));

/** The gateway leaves out the zeros at the end of a decimal, those before the point too (1E+2). */
function withScale(text: string, scale: number): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const zeros = Number(exponent) - fraction.length + scale;
  if (scale === 0 && zeros === 0) return text;
  if (zeros < 0) throw new RangeError(`${text} has more digits than its type`);
  const digits = `${whole}${fraction}${'0'.repeat(zeros)}`.padStart(scale + 1, '0');
  const point = digits.length - scale;
  const integer = digits.slice(0, point).replace(/^0+(?=\d)/, '');
  return scale === 0 ? sign + integer : `${sign}${integer}.${digits.slice(point)}`;
}

const LOCAL = /^([+-]?\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?Z$/;

/** The gateway prints an instant as what clocks in the session's zone show, with a Z behind it. Of a repeated hour it is the first. */
function instantText(text: string, timeZone: string): string {
  const match = LOCAL.exec(text);
  if (match === null) throw new RangeError(`${text} is no TIMESTAMP_LTZ`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const local = new Date(Date.UTC(2000, month - 1, day, hour, minute, second)).setUTCFullYear(year);
  const instant = new Date(instantOfLocal(local, timeZone)).toISOString();
  return `${instant.slice(0, instant.indexOf('.')).replace('T', ' ')}${match[7] ?? ''}Z`;
}
