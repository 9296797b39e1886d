import type { Column } from '../column.ts';
import type { TypeDescriptor } from './descriptor.ts';

/** IS NOT DISTINCT FROM: equal, or both null. */
export function bothNullOrEqual(descriptor: TypeDescriptor, a: Column, aRow: number, b: Column, bRow: number): boolean {
  const aNull = a.isNull(aRow);
  if (aNull || b.isNull(bRow)) return aNull && b.isNull(bRow);
  return descriptor.equals(a, aRow, b, bRow);
}
