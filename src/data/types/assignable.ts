import type { SqlType } from './sql-type.ts';

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
  if (a.root === 'MAP') return typesEqual(a.key, (b as typeof a).key) && typesEqual(a.value, (b as typeof a).value);
  if (a.root !== 'ROW') return true;
  const { fields } = b as typeof a;
  return (
    a.fields.length === fields.length &&
    a.fields.every(({ name, type }, i) => name === fields[i]!.name && typesEqual(type, fields[i]!.type))
  );
}
