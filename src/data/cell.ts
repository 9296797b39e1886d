import type { Column } from './column.ts';

/** A value that lies in a column: what generated code hands to functions over nested values. One object is used for many rows. */
export class Cell {
  column: Column;
  row = 0;
  isNull = false;

  constructor(column: Column) {
    this.column = column;
  }

  /** Where the elements of an array or a map begin in the column's children. */
  get start(): number {
    return this.column.values[this.row] as number;
  }

  /** How many elements an array or a map has. */
  get count(): number {
    return this.column.aux[this.row] as number;
  }
}
