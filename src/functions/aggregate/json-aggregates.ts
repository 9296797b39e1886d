import { CellWriter } from '../../data/cell-writer.ts';
import type { Column } from '../../data/column.ts';
import { CellPacker } from '../../data/packed-cell.ts';
import type { StringArena } from '../../data/string-arena.ts';
import { types } from '../../data/types/sql-type.ts';
import type { AggregateFunction, KeptWriter } from '../aggregate-function.ts';
import { keptFunction } from './kept/kept-function.ts';
import type { KeptList } from './kept/kept-list.ts';
import { joinedResults } from './kept/kept-texts.ts';

/** JSON_ARRAYAGG of texts that are JSON. */
export const jsonArrayAgg: AggregateFunction = keptFunction({
  name: 'JSON_ARRAYAGG',
  returns: types.varchar(2000, false),
  results: joinedResults({ before: '[', between: ',', after: ']', isNullOfNone: false }),
});

/** JSON_OBJECTAGG of packed names and texts that are JSON, or NULL. Of equal names the last counts; members come in order of their names. */
export const jsonObjectAgg: AggregateFunction = keptFunction({
  name: 'JSON_OBJECTAGG',
  returns: types.varchar(2000, false),
  results: { writer: (column, arena) => new ObjectWriter(column, arena) },
});

class ObjectWriter implements KeptWriter {
  readonly #into: CellWriter;
  readonly #arena: StringArena;
  readonly #packer: CellPacker;

  constructor(column: Column, arena: StringArena) {
    this.#into = new CellWriter(column);
    this.#arena = arena;
    this.#packer = new CellPacker(column.memory);
  }

  begin(): void {
    this.#into.begin();
  }

  write(list: KeptList, to: number): void {
    const members = new Map<string, string>();
    while (list.next()) {
      const [name, next] = this.#text(list.address);
      members.set(name ?? '', this.#text(next)[0] ?? 'null');
    }
    const ordered = [...members].sort(([one], [other]) => (one < other ? -1 : 1));
    const text = `{${ordered.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
    this.#into.setPresent(to);
    const { column } = this.#into;
    const address = this.#arena.put(text);
    column.values[to] = address | 0;
    column.aux[to] = this.#arena.byteLength;
  }

  /** A packed text, and where the value behind it begins. */
  #text(at: number): [text: string | undefined, next: number] {
    const { view } = this.#packer;
    if (view.getUint8(at) === 1) return [undefined, at + 1];
    const byteLength = view.getUint32(at + 1, true);
    return [this.#arena.memory.text(at + 5, byteLength), at + 5 + byteLength];
  }
}
