import { CellWriter } from '../../../data/cell-writer.ts';
import type { Column } from '../../../data/column.ts';
import type { LinearMemory } from '../../../data/memory.ts';
import type { StringArena } from '../../../data/string-arena.ts';
import type { KeptResults, KeptWriter } from '../../aggregate-function.ts';
import type { KeptList } from './kept-list.ts';

const encoder = new TextEncoder();

/** What stands around and between the entries of a list, and what a list without entries comes to. */
export interface JoinedTexts {
  readonly before: string;
  readonly between: string;
  readonly after: string;
  readonly isNullOfNone: boolean;
}

/** All entries, which are texts, one behind the other. */
export function joinedResults({ before, between, after, isNullOfNone }: JoinedTexts): KeptResults {
  const [head, glue, tail] = [before, between, after].map((text) => encoder.encode(text)) as [Uint8Array, Uint8Array, Uint8Array];
  return {
    writer: (column, arena) => new JoinedWriter(column, arena, head, glue, tail, isNullOfNone),
    isSame: (memory) => (one, other) => {
      if (byteSize(one, glue) !== byteSize(other, glue) || one.isEmpty !== other.isEmpty) return false;
      return textOf(memory, one, between) === textOf(memory, other, between);
    },
  };
}

/** Bytes of the entries and of what stands between them; goes through the list. */
function byteSize(list: KeptList, glue: Uint8Array): number {
  let [size, count] = [0, 0];
  while (list.next()) {
    size += list.byteLength;
    count++;
  }
  list.rewind();
  return count === 0 ? 0 : size + glue.length * (count - 1);
}

function textOf(memory: LinearMemory, list: KeptList, between: string): string {
  const texts: string[] = [];
  while (list.next()) texts.push(memory.text(list.address, list.byteLength));
  return texts.join(between);
}

class JoinedWriter implements KeptWriter {
  readonly #into: CellWriter;
  readonly #arena: StringArena;
  readonly #head: Uint8Array;
  readonly #glue: Uint8Array;
  readonly #tail: Uint8Array;
  readonly #isNullOfNone: boolean;

  constructor(column: Column, arena: StringArena, head: Uint8Array, glue: Uint8Array, tail: Uint8Array, isNullOfNone: boolean) {
    this.#into = new CellWriter(column);
    this.#arena = arena;
    this.#head = head;
    this.#glue = glue;
    this.#tail = tail;
    this.#isNullOfNone = isNullOfNone;
  }

  begin(): void {
    this.#into.begin();
  }

  write(list: KeptList, to: number): void {
    if (list.isEmpty && this.#isNullOfNone) return this.#into.setNull(to);
    const size = this.#head.length + byteSize(list, this.#glue) + this.#tail.length;
    const address = this.#arena.ensure(size);
    this.#join(list, address);
    this.#into.setPresent(to);
    const { column } = this.#into;
    column.values[to] = this.#arena.take(size) | 0;
    column.aux[to] = size;
  }

  #join(list: KeptList, address: number): void {
    const { u8 } = this.#arena.memory;
    let at = address;
    u8.set(this.#head, at);
    at += this.#head.length;
    for (let isFirst = true; list.next(); isFirst = false) {
      if (!isFirst) {
        u8.set(this.#glue, at);
        at += this.#glue.length;
      }
      u8.copyWithin(at, list.address, list.address + list.byteLength);
      at += list.byteLength;
    }
    u8.set(this.#tail, at);
  }
}
