// What the decoders and encoders of text formats share: the descriptor of one column and the codes of types. The layouts here
// are mirrored by src/formats/text-program.ts, which writes them.

/** How a column's values are read from text and written to it. */
export namespace Type {
  export const BOOLEAN: u32 = 1;
  export const TINYINT: u32 = 2;
  export const SMALLINT: u32 = 3;
  export const INT: u32 = 4;
  export const BIGINT: u32 = 5;
  export const FLOAT: u32 = 6;
  export const DOUBLE: u32 = 7;
  export const DECIMAL64: u32 = 8;
  export const DECIMAL128: u32 = 9;
  export const STRING: u32 = 10;
  export const BYTES: u32 = 11;
  export const DATE: u32 = 12;
  export const TIME: u32 = 13;
  export const TIMESTAMP: u32 = 14;
  export const TIMESTAMP_LTZ: u32 = 15;
  export const ROW: u32 = 16;
  export const ARRAY: u32 = 17;
  export const MAP: u32 = 18;
}

/** One column (or ROW field, or array element): 64 bytes. */
@unmanaged
export class Field {
  /** UTF-8 of the name; for encoders the bytes to write before a value. */
  name: usize;
  nameLength: u32;
  type: u32;
  precision: u32;
  scale: u32;
  values: usize;
  aux: usize;
  nulls: usize;
  /** Set to 1 when a null was stored. */
  hasNulls: u32;
  /** Number of the object in which the field was last seen. */
  stamp: u32;
  /** ROW: its object; ARRAY: the element's field; MAP: the key's field. */
  child: usize;
  /** MAP: the value's field. */
  child2: usize;
  /** ARRAY and MAP: elements used in the children, and how many they hold. */
  used: u32;
  capacity: u32;
  /** ROW in csv: number of fields, which lie at `child` one after the other. */
  childCount: u32;
  reserved2: u32;
}

export const FIELD_BYTES: u32 = 64;

// @ts-ignore: decorator
@inline
export function setNull(field: Field, row: u32): void {
  store<u8>(field.nulls + row, 1);
  field.hasNulls = 1;
}
