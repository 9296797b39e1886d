import type { Storage } from '../data/types/sql-type.ts';

/** Numbers of the storages a key or a slot can have, as src/kernels/assembly/table-layout.ts has them. */
export const STORAGE_CODES: Partial<Record<Storage, number>> = {
  i8: 0,
  i16: 1,
  i32: 2,
  i64: 3,
  f32: 4,
  f64: 5,
  bytes: 6,
  i128: 7,
  ts96: 8,
};
