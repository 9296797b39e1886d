import { MAX_LENGTH, type SqlType } from '../../data/types/sql-type.ts';
import type { IntervalUnit, ScalarTypeKeyword, TypeName } from '../../sql/ast/index.ts';
import { identifier, NOWHERE } from './ast.ts';

/** A type as it is written in SQL, NOT NULL included unless it is left out. */
export function typeNameOf(type: SqlType, withNotNull = true): TypeName {
  const nullable = type.nullable || !withNotNull ? undefined : false;
  const span = NOWHERE;
  const scalar = (name: ScalarTypeKeyword, precision?: number, scale?: number): TypeName => ({
    kind: 'scalarType',
    name,
    precision,
    scale,
    nullable,
    span,
  });
  switch (type.root) {
    case 'CHAR':
    case 'BINARY':
      return scalar(type.root, type.length);
    case 'VARCHAR':
      return type.length === MAX_LENGTH ? scalar('STRING') : scalar('VARCHAR', type.length);
    case 'VARBINARY':
      return type.length === MAX_LENGTH ? scalar('BYTES') : scalar('VARBINARY', type.length);
    case 'DECIMAL':
      return scalar('DECIMAL', type.precision, type.scale);
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return scalar(type.root, type.precision);
    case 'INTERVAL_DAY_TIME':
      return { kind: 'intervalType', qualifier: qualifier('DAY', 'SECOND'), nullable, span };
    case 'INTERVAL_YEAR_MONTH':
      return { kind: 'intervalType', qualifier: qualifier('YEAR', 'MONTH'), nullable, span };
    case 'ARRAY':
      return { kind: 'collectionType', name: 'ARRAY', element: typeNameOf(type.element), nullable, span };
    case 'MAP':
      if (type.isMultiset) return { kind: 'collectionType', name: 'MULTISET', element: typeNameOf(type.key), nullable, span };
      return { kind: 'mapType', key: typeNameOf(type.key), value: typeNameOf(type.value), nullable, span };
    case 'ROW': {
      const fields = type.fields.map(
        (field) => ({ kind: 'rowField', name: identifier(field.name), type: typeNameOf(field.type), comment: undefined, span }) as const,
      );
      return { kind: 'rowType', fields, nullable, span };
    }
    case 'NULL':
      return scalar('INT');
    default:
      return scalar(type.root);
  }
}

const qualifier = (from: IntervalUnit, to: IntervalUnit) =>
  ({ kind: 'intervalQualifier', from, to, precision: undefined, fraction: undefined, span: NOWHERE }) as const;
