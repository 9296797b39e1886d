/** Kernels that read and write text formats: src/kernels/assembly/{json,csv,text,number,time}-*.ts. */
export interface TextKernels {
  /** Decodes the lines of [address, end), whose last byte is a line feed, into rows [row, maxRow); results lie in the state. */
  jsonDecode(state: number, address: number, end: number, row: number, maxRow: number): void;
  /** Writes rows [start, rowCount), by their place in the selection if there is one (else 0), into [to, to + capacity) as far as they fit. */
  jsonEncode(state: number, selection: number, start: number, rowCount: number, to: number, capacity: number): void;
  /** As jsonDecode, for any bytes: what follows the last whole record is left, unless `last`. */
  csvDecode(state: number, address: number, end: number, last: number, row: number, maxRow: number): void;
  csvEncode(state: number, selection: number, start: number, rowCount: number, to: number, capacity: number): void;
  rawDecode(state: number, address: number, end: number, row: number, maxRow: number): void;
  rawEncode(state: number, selection: number, start: number, rowCount: number, to: number, capacity: number): void;
  /** Which tables have been set: 1 powers of five, 2 powers of ten. */
  powerTables(): number;
  setPowersOfFive(address: number): void;
  setPowersOfTen(address: number): void;
}
