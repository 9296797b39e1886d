import type { SqlType } from '../../data/types/sql-type.ts';
import { valueClasses } from './value-classes.ts';

interface ValueClass {
  readonly name: string;
  from(text: string): unknown;
}

const CLASSES: Partial<Record<SqlType['root'], ValueClass & (new (...args: never[]) => unknown)>> = valueClasses;

/** The names that the classes have for programs; a bundle may have renamed them. */
const NAMES: Partial<Record<SqlType['root'], string>> = {
  DECIMAL: 'Decimal',
  DATE: 'LocalDate',
  TIME: 'LocalTime',
  TIMESTAMP: 'Timestamp',
  TIMESTAMP_LTZ: 'TimestampLtz',
};

/** A value made by another build of this package, as this build would have made it; any other value as it is. */
export function ownValue(type: SqlType, value: unknown): unknown {
  const made = CLASSES[type.root];
  if (made === undefined || typeof value !== 'object' || value === null || value instanceof made) return value;
  const name = (value.constructor as { name?: unknown } | undefined)?.name;
  return name === NAMES[type.root] ? made.from(String(value)) : value;
}
