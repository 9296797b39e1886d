/** Kernels that read and write text formats: src/kernels/assembly/{json,csv,text,number,time}-*.ts. */
export interface TextKernels {
  /** Decodes the lines of [address, end), whose last byte is a line feed, into rows [row, maxRow); results lie in the state. */
  jsonDecode(state: number, address: number, end: number, row: number, maxRow: number): void;
  /**
   * Decodes messages [first, count), pairs of address and byte size every `stride` bytes, into rows [row, maxRow); a line feed stands behind
   * each, and a size of 2^32 - 1 makes a row of nulls. Stores the index of each row's message in the u32 at `rows`, by row.
   */
  jsonDecodeMessages: MessagesKernel;
  /** Writes rows [start, rowCount), by their place in the selection if there is one (else 0), into [to, to + capacity) as far as they fit. */
  jsonEncode(state: number, selection: number, start: number, rowCount: number, to: number, capacity: number): void;
  /** As jsonDecode, for any bytes: what follows the last whole record is left, unless `last`. */
  csvDecode(state: number, address: number, end: number, last: number, row: number, maxRow: number): void;
  csvEncode(state: number, selection: number, start: number, rowCount: number, to: number, capacity: number): void;
  rawDecodeMessages: MessagesKernel;
  rawDecode(state: number, address: number, end: number, row: number, maxRow: number): void;
  rawEncode(state: number, selection: number, start: number, rowCount: number, to: number, capacity: number): void;
  /** Which tables have been set: 1 powers of five, 2 powers of ten. */
  powerTables(): number;
  setPowersOfFive(address: number): void;
  setPowersOfTen(address: number): void;
}

type MessagesKernel = (
  state: number,
  messages: number,
  stride: number,
  first: number,
  count: number,
  row: number,
  maxRow: number,
  rows: number,
) => void;
