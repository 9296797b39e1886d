import type { RowTable } from '../../codegen/aggregate.ts';
import type { CodegenContext } from '../../codegen/environment.ts';
import type { Column } from '../../data/column.ts';
import { KeptList } from '../../functions/aggregate/kept/kept-list.ts';
import type { KeptResults, KeptWriter } from '../../functions/aggregate-function.ts';

/** A call that keeps entries: which of its group's columns it has, and where the slot of its list lies. */
interface KeptFrameCall {
  readonly position: number;
  readonly offset: number;
  readonly results: KeptResults;
}

/** Writes what calls that keep an entry for each row of a frame come to, one row at a time. The lists are changed by the next step. */
export class KeptFrames {
  readonly #codegen: CodegenContext;
  readonly #table: RowTable;
  readonly #calls: readonly KeptFrameCall[];
  readonly #writers: (KeptWriter | undefined)[];
  readonly #columns: (Column | undefined)[];
  readonly #list: KeptList;

  constructor(codegen: CodegenContext, table: RowTable, calls: readonly KeptFrameCall[]) {
    this.#codegen = codegen;
    this.#table = table;
    this.#calls = calls;
    this.#writers = calls.map(() => undefined);
    this.#columns = calls.map(() => undefined);
    this.#list = new KeptList(codegen.memory);
  }

  get isEmpty(): boolean {
    return this.#calls.length === 0;
  }

  /** Columns of the group's calls, to be written from now on. */
  begin(columns: readonly Column[]): void {
    for (const [n, { position, results }] of this.#calls.entries()) {
      const column = columns[position]!;
      if (this.#columns[n] !== column) {
        this.#columns[n] = column;
        this.#writers[n] = results.writer(column, this.#codegen.arena);
      }
      this.#writers[n]!.begin();
    }
  }

  /** Makes row `at` of the columns what the lists of a state row come to. May grow the memory. */
  write(row: number, at: number): void {
    for (const [n, { offset }] of this.#calls.entries()) this.#writers[n]!.write(this.#open(row, offset), at);
  }

  /** A copy of a list: results refer to its texts. */
  #open(row: number, offset: number): KeptList {
    const { arena, memory } = this.#codegen;
    const byteLength = memory.i32[(row + offset) >>> 2]!;
    const room = arena.ensure(byteLength + 8);
    arena.take(byteLength + 8);
    const copy = Math.ceil(room / 8) * 8;
    const from = this.#table.bytesAddress(row, offset) >>> 0;
    memory.u8.copyWithin(copy, from, from + byteLength);
    return this.#list.open(copy, byteLength);
  }
}
