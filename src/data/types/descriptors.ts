import { createArrayDescriptor, createMapDescriptor } from './collection-descriptors.ts';
import { decimalDescriptor } from './decimal-descriptor.ts';
import type { TypeDescriptor } from './descriptor.ts';
import { dayTimeDescriptor, nullDescriptor, yearMonthDescriptor } from './interval-descriptors.ts';
import {
  bigintDescriptor,
  booleanDescriptor,
  doubleDescriptor,
  floatDescriptor,
  intDescriptor,
  smallintDescriptor,
  tinyintDescriptor,
} from './number-descriptors.ts';
import { createRowDescriptor } from './row-descriptor.ts';
import type { SqlType, TypeRoot } from './sql-type.ts';
import { bytesDescriptor, textDescriptor } from './text-descriptors.ts';
import { dateDescriptor, timeDescriptor, timestampDescriptor, timestampLtzDescriptor } from './time-descriptors.ts';

/** Every SQL type's descriptor. A new type: one file, and one line here. */
const descriptors: readonly TypeDescriptor[] = [
  booleanDescriptor,
  tinyintDescriptor,
  smallintDescriptor,
  intDescriptor,
  bigintDescriptor,
  floatDescriptor,
  doubleDescriptor,
  decimalDescriptor,
  textDescriptor,
  bytesDescriptor,
  dateDescriptor,
  timeDescriptor,
  timestampDescriptor,
  timestampLtzDescriptor,
  dayTimeDescriptor,
  yearMonthDescriptor,
  nullDescriptor,
  createRowDescriptor(descriptorOf),
  createArrayDescriptor(descriptorOf),
  createMapDescriptor(descriptorOf),
];

const byRoot = new Map<TypeRoot, TypeDescriptor>(
  descriptors.flatMap((descriptor) => descriptor.roots.map((root) => [root, descriptor] as const)),
);

export function descriptorOf(type: SqlType): TypeDescriptor {
  return byRoot.get(type.root)!;
}
