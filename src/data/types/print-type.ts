import { MAX_LENGTH, type RowField, type SqlType } from './sql-type.ts';

/** The type in SQL, as Flink's DESCRIBE and EXPLAIN print it: `DECIMAL(10, 2) NOT NULL`. */
export function printType(type: SqlType): string {
  return type.nullable || type.root === 'NULL' ? printNullableType(type) : `${printNullableType(type)} NOT NULL`;
}

/** As printType, without NOT NULL at the outermost level. */
export function printNullableType(type: SqlType): string {
  switch (type.root) {
    case 'CHAR':
    case 'BINARY':
      return `${type.root}(${type.length})`;
    case 'VARCHAR':
      return type.length === MAX_LENGTH ? 'STRING' : `VARCHAR(${type.length})`;
    case 'VARBINARY':
      return type.length === MAX_LENGTH ? 'BYTES' : `VARBINARY(${type.length})`;
    case 'DECIMAL':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return `${type.root}(${type.precision})`;
    case 'INTERVAL_DAY_TIME':
      return 'INTERVAL SECOND(3)';
    case 'INTERVAL_YEAR_MONTH':
      return 'INTERVAL MONTH';
    case 'ARRAY':
      return `ARRAY<${printType(type.element)}>`;
    case 'MAP':
      if (type.isMultiset) return `MULTISET<${printType(type.key)}>`;
      return `MAP<${printType(type.key)}, ${printType(type.value)}>`;
    case 'ROW':
      return `ROW<${type.fields.map(printField).join(', ')}>`;
    default:
      return type.root;
  }
}

function printField({ name, type }: RowField): string {
  return `\`${name.replaceAll('`', '``')}\` ${printType(type)}`;
}
