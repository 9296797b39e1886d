import { Column } from '../../data/column.ts';
import { clearNulls } from '../../data/nulls.ts';
import { StringArena } from '../../data/string-arena.ts';
import { descriptorOf } from '../../data/types/descriptors.ts';
import { printType } from '../../data/types/print-type.ts';
import { types } from '../../data/types/sql-type.ts';
import type { TableFunction, TableFunctionContext, TableRows } from '../table-function.ts';
import { ownValue } from './own-value.ts';
import { type UserCall, userFailure, wrongResult } from './user-errors.ts';
import type { UserTable } from './user-function.ts';

/** Rows that there is room for at first. */
const FIRST_ROWS = 64;

/** A table function of the program. `program` is whether no other thread has it. */
export function userTable(name: string, declared: UserTable, program: boolean): TableFunction {
  const columns = declared.fields.map((field) => `${field.name} ${printType(field.type)}`).join(', ');
  return {
    name,
    identity: `user ${name} ${columns}`,
    fields: declared.fields,
    program,
    open: (context) => new UserRows(context, name, declared),
  };
}

/** Calls the program's code for each row and keeps what it yields, column by column. */
class UserRows implements TableRows {
  readonly columns: readonly Column[];
  first = 0;
  readonly #declared: UserTable;
  readonly #place: UserCall;
  readonly #arena: StringArena;
  #args: readonly Column[] = [];
  #used = 0;

  constructor({ kernels, name: operator }: TableFunctionContext, name: string, declared: UserTable) {
    this.#declared = declared;
    this.#place = { name, operator };
    this.#arena = new StringArena(kernels.memory);
    this.columns = declared.fields.map(({ type }) => new Column(kernels.memory, type, FIRST_ROWS));
  }

  begin(args: readonly Column[]): void {
    this.#args = args;
    this.#used = 0;
    this.#arena.reset();
    for (const column of this.columns) clearNulls(column);
  }

  make(row: number): number {
    this.first = this.#used;
    const { nulls } = this.#declared;
    if (nulls === 'skip' && this.#args.some((column) => column.isNull(row))) return 0;
    const args = this.#args.map((column) => descriptorOf(column.type).read(column, row));
    const rows = this.#call(args)[Symbol.iterator]();
    for (;;) {
      const step = this.#next(rows, args);
      if (step.done === true) return this.#used - this.first;
      this.#keep(step.value, args);
    }
  }

  #call(args: readonly unknown[]): Iterable<unknown> {
    let made: unknown;
    try {
      made = this.#declared.call(...(args as never[]));
    } catch (error) {
      throw userFailure(this.#place, error, args);
    }
    if (typeof (made as Partial<Iterable<unknown>> | null)?.[Symbol.iterator] === 'function') return made as Iterable<unknown>;
    throw wrongResult(this.#place, made, ROWS, args, 'it is not iterable');
  }

  #next(rows: Iterator<unknown>, args: readonly unknown[]): IteratorResult<unknown> {
    try {
      return rows.next();
    } catch (error) {
      throw userFailure(this.#place, error, args);
    }
  }

  #keep(row: unknown, args: readonly unknown[]): void {
    if (typeof row !== 'object' || row === null)
      throw wrongResult(this.#place, row, ROWS, args, `${String(row)} is not an object of columns`);
    const at = this.#used++;
    const { fields } = this.#declared;
    for (const [i, column] of this.columns.entries()) {
      const { name, type } = fields[i]!;
      column.reserve(this.#used);
      const value = ownValue(type, (row as Record<string, unknown>)[name]);
      try {
        descriptorOf(type).write(column, at, value, this.#arena);
      } catch (cause) {
        throw wrongResult(this.#place, value, type, args, cause);
      }
    }
  }

  close(): void {
    for (const column of this.columns) column.free();
    this.#arena.free();
  }
}

/** What a table function returns, for messages. */
const ROWS = types.array(types.row([]));
