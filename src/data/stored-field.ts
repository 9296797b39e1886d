import type { Storage } from './types/sql-type.ts';

/** Where a column lies in a row, from its address: aligned as a keyed table's slots are; NULL where a bit of the mask is set in the byte at `nullOffset`. */
export interface StoredField {
  readonly storage: Storage;
  readonly offset: number;
  readonly nullOffset: number;
  readonly nullMask: number;
}
