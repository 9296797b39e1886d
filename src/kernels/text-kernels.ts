/** Kernels that read and write text formats: src/kernels/assembly/{json,csv,text,number,time}-*.ts. */
export interface TextKernels {
  /** Decodes the lines of [address, end), whose last byte is a line feed, into rows [row, maxRow); results lie in the state. */
  jsonDecode(state: number, address: number, end: number, row: number, maxRow: number): void;
  /** Which tables have been set: 1 powers of five, 2 powers of ten. */
  powerTables(): number;
  setPowersOfFive(address: number): void;
  setPowersOfTen(address: number): void;
}
