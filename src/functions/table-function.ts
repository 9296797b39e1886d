import type { Column } from '../data/column.ts';
import type { Field } from '../data/schema.ts';
import type { Kernels } from '../kernels/kernels.ts';

/** What a table function's rows are made with. */
export interface TableFunctionContext {
  readonly kernels: Kernels;
  /** The operator's name, for errors. */
  readonly name: string;
  /** The session's time zone, an IANA name. */
  readonly timeZone: string;
}

/** A table function of arguments of known types: one row in, any number of rows out. */
export interface TableFunction {
  /** As SQL names it. */
  readonly name: string;
  /** Tells its state and results apart from those of other functions: the name, and what else changes the rows that it makes. */
  readonly identity: string;
  /** The columns of the rows that it makes. */
  readonly fields: readonly Field[];
  /** Whether it is code of the program in this thread, which other threads do not have. */
  readonly program?: boolean;
  open(context: TableFunctionContext): TableRows;
}

/**
 * Makes the rows of one operator, input row by input row:
 *
 * 1. `begin` gets the argument columns of a batch, and forgets the rows made before. It may come again in the middle of a batch, when all
 *    rows that were made have been handed on, so that what holds them need not grow.
 * 2. `make(row)` makes the rows of one row of the batch, returns how many there are, and says in `first` where they begin: they lie in
 *    `columns` at `first`, `first + 1`, ..., and stay there until the next `begin`. What cannot be made is thrown, as a DataError.
 *
 * `columns` has one column for each field of the function. They may be other ones after each `begin`, and may grow with each `make`. Texts that
 * they refer to are valid as long as they are.
 */
export interface TableRows {
  readonly columns: readonly Column[];
  readonly first: number;
  /** Where this column is NULL there is no row, though `make` has counted it. */
  readonly present?: Column | undefined;
  begin(args: readonly Column[]): void;
  make(row: number): number;
  close(): void;
}
