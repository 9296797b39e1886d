import type { Column } from '../column.ts';
import type { TypeDescriptor } from './descriptor.ts';

/** IS NOT DISTINCT FROM: equal, or both null. */
export function bothNullOrEqual(descriptor: TypeDescriptor, a: Column, aRow: number, b: Column, bRow: number): boolean {
  const aNull = a.isNull(aRow);
  if (aNull || b.isNull(bRow)) return aNull && b.isNull(bRow);
  return descriptor.equals(a, aRow, b, bRow);
}

/** Order with nulls first, as ORDER BY ... ASC has it in Flink. */
export function compareNullsFirst(descriptor: TypeDescriptor, a: Column, aRow: number, b: Column, bRow: number): number {
  const aNull = a.isNull(aRow);
  const bNull = b.isNull(bRow);
  if (aNull || bNull) return Number(bNull) - Number(aNull);
  return descriptor.compare(a, aRow, b, bRow);
}
