import type { MapType, SqlType, TypeRoot } from './sql-type.ts';

/** Whether two types are the same, nullability included; time attributes do not count. */
export function typesEqual(a: SqlType, b: SqlType): boolean {
  return a.nullable === b.nullable && sameButNull(a, b);
}

function sameButNull(a: SqlType, b: SqlType): boolean {
  if (a.root !== b.root) return false;
  if ('length' in a) return a.length === (b as typeof a).length;
  if (a.root === 'DECIMAL') return a.precision === (b as typeof a).precision && a.scale === (b as typeof a).scale;
  if ('precision' in a) return a.precision === (b as typeof a).precision;
  if (a.root === 'ARRAY') return typesEqual(a.element, (b as typeof a).element);
  if (a.root === 'MAP') return isSameMap(a, b as typeof a);
  if (a.root !== 'ROW') return true;
  const { fields } = b as typeof a;
  return (
    a.fields.length === fields.length &&
    a.fields.every(({ name, type }, i) => name === fields[i]!.name && typesEqual(type, fields[i]!.type))
  );
}

const isSameMap = (a: MapType, b: MapType): boolean =>
  a.isMultiset === b.isMultiset && typesEqual(a.key, b.key) && typesEqual(a.value, b.value);

const NUMBERS: readonly TypeRoot[] = ['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL'];

/** What each type is taken for besides itself, as Flink's planner answers. */
const IMPLICIT: Partial<Record<TypeRoot, readonly TypeRoot[]>> = {
  TINYINT: NUMBERS,
  SMALLINT: NUMBERS.slice(1),
  INT: NUMBERS.slice(2),
  BIGINT: NUMBERS.slice(3),
  FLOAT: NUMBERS.slice(4),
  DOUBLE: NUMBERS.slice(5),
  DECIMAL: NUMBERS.slice(4),
  CHAR: ['VARCHAR'],
  BINARY: ['VARBINARY'],
  TIMESTAMP: ['DATE', 'TIME', 'TIMESTAMP_LTZ'],
  TIMESTAMP_LTZ: ['TIMESTAMP'],
};

/**
 * Whether INSERT INTO takes values of type `from` for a column of type `to` (they are cast then), as Flink's implicit casts allow:
 * wider numbers, any length of text of the same kind, any precision. Nullability does not count: a NULL for a NOT NULL column is an
 * error of the record, not of the statement.
 */
export function isAssignable(from: SqlType, to: SqlType): boolean {
  if (from.root === 'NULL') return true;
  if (from.root === 'ARRAY' && to.root === 'ARRAY') return isAssignable(from.element, to.element);
  if (from.root === 'MAP' && to.root === 'MAP')
    return from.isMultiset === to.isMultiset && isAssignable(from.key, to.key) && isAssignable(from.value, to.value);
  if (from.root === 'ROW' && to.root === 'ROW') {
    return from.fields.length === to.fields.length && from.fields.every(({ type }, i) => isAssignable(type, to.fields[i]!.type));
  }
  return from.root === to.root || (IMPLICIT[from.root]?.includes(to.root) ?? false);
}
