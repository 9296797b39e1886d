// The one place where a text kernel says what it could not read and where. A function that reads returns the address after what
// it read, or 0 after calling fail().

/** Mirrored by src/formats/bad-text.ts, which has the words. */
export namespace Fault {
  export const UNEXPECTED: u32 = 1;
  export const UNTERMINATED: u32 = 2;
  export const ESCAPE: u32 = 3;
  export const UTF8: u32 = 4;
  export const DEPTH: u32 = 5;
  export const NUMBER: u32 = 6;
  export const VALUE: u32 = 7;
  export const MISSING: u32 = 8;
  export const NOT_OBJECT: u32 = 9;
  export const QUOTES: u32 = 10;
  export const COLUMNS: u32 = 11;
  /** Text behind the record on its line. */
  export const TRAILING: u32 = 12;
  /** Not faults of the text: the arena, or an array's child column, has no room for this record. */
  export const ARENA: u32 = 30;
  export const ELEMENTS: u32 = 31;
  /** An array of records has more of them than the batch has rows left. */
  export const ROWS: u32 = 32;
  /** The bytes end before the record does, and more may come. */
  export const INCOMPLETE: u32 = 33;
}

export let faultCode: u32 = 0;
export let faultAt: usize = 0;
/** Address of the Field concerned, if any. */
export let faultField: usize = 0;

export function fail(code: u32, at: usize): usize {
  faultCode = code;
  faultAt = at;
  faultField = 0;
  return 0;
}

export function failField(code: u32, at: usize, field: usize): usize {
  faultCode = code;
  faultAt = at;
  faultField = field;
  return 0;
}
