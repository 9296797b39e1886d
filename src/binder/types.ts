import { type Span, SqlError, UnsupportedError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import { MAX_LENGTH, multisetType, type SqlType, types } from '../data/types/sql-type.ts';
import type { ScalarTypeName, TypeName } from '../sql/ast/index.ts';

/** The type that a type's name in SQL text stands for. Throws MS1201 for parameters out of range, MS1403 for types not supported. */
export function bindType(name: TypeName): SqlType {
  const nullable = name.nullable !== false;
  switch (name.kind) {
    case 'scalarType':
      return scalarType(name, nullable);
    case 'collectionType':
      if (name.name === 'MULTISET') return multisetType(bindType(name.element), nullable);
      return types.array(bindType(name.element), nullable);
    case 'mapType':
      return types.map(bindType(name.key), bindType(name.value), nullable);
    case 'rowType':
      return types.row(
        name.fields.map((field) => ({ name: field.name.name, type: bindType(field.type) })),
        nullable,
      );
    case 'intervalType':
      return /YEAR|QUARTER|MONTH/.test(name.qualifier.from) ? types.intervalYearMonth(nullable) : types.intervalDayTime(nullable);
    case 'rawType':
      return unsupported(name, 'RAW');
    case 'structuredType':
      return unsupported(name, 'STRUCTURED');
    case 'userType':
      throw unknownType(name.name.parts.map((part) => part.name).join('.'), name.span);
  }
}

const NAMES =
  'BOOLEAN TINYINT SMALLINT INT INTEGER BIGINT FLOAT DOUBLE DECIMAL NUMERIC CHAR VARCHAR STRING BINARY VARBINARY BYTES DATE TIME TIMESTAMP TIMESTAMP_LTZ INTERVAL ARRAY MAP ROW'.split(
    ' ',
  );

const unknownType = (name: string, span: Span): SqlError =>
  new SqlError('MS1102', `there is no type ${name}`, { span, hint: didYouMean(name.toUpperCase(), NAMES) });

function unsupported(name: TypeName, what: string): never {
  throw new UnsupportedError('MS1403', `the type ${what} is not supported`, { span: name.span });
}

function within(name: ScalarTypeName, value: number, least: number, most: number, what: string): number {
  if (value >= least && value <= most) return value;
  throw new SqlError('MS1201', `the ${what} of ${name.name} must be between ${least} and ${most}, not ${value}`, { span: name.span });
}

function scalarType(name: ScalarTypeName, nullable: boolean): SqlType {
  const { precision } = name;
  const length = (otherwise: number) => within(name, precision ?? otherwise, 1, MAX_LENGTH, 'length');
  const digits = (otherwise: number) => within(name, precision ?? otherwise, 0, 9, 'precision');
  switch (name.name) {
    case 'CHAR':
      return types.char(length(1), nullable);
    case 'VARCHAR':
      return types.varchar(length(MAX_LENGTH), nullable);
    case 'STRING':
      return types.string(nullable);
    case 'BINARY':
      return types.binary(length(1), nullable);
    case 'VARBINARY':
      return types.varbinary(length(MAX_LENGTH), nullable);
    case 'BYTES':
      return types.bytes(nullable);
    case 'DECIMAL': {
      const p = within(name, precision ?? 10, 1, 38, 'precision');
      return types.decimal(p, within(name, name.scale ?? 0, 0, p, 'scale'), nullable);
    }
    case 'TIME':
      return types.time(digits(0), nullable);
    case 'TIMESTAMP':
      return types.timestamp(digits(6), nullable);
    case 'TIMESTAMP_LTZ':
      return types.timestampLtz(digits(6), nullable);
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'FLOAT':
    case 'DOUBLE':
    case 'DATE':
      return { root: name.name, nullable };
    default:
      return unsupported(name, name.name);
  }
}
