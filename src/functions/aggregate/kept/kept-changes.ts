import type { LinearMemory } from '../../../data/memory.ts';
import type { ListBuilder } from './list-builder.ts';

/** Writes bytes that lie at an address into the slot of a state row. */
type Store = (row: number, address: number, byteLength: number) => void;

/** What a change does with its bytes. */
const ADD = 0;
const TAKE = 1;
const APPEND = 2;

/**
 * The changes that one generated loop makes to lists of kept entries. The loop only notes them, where entries lie being known until it ends; behind it
 * each changed list is written anew once, so that a list does not move with every row.
 */
export class KeptChanges {
  readonly #memory: LinearMemory;
  readonly #builder: ListBuilder;
  /** Place of a list among those below, by its state row. */
  readonly #places = new Map<number, number>();
  readonly #rows: number[] = [];
  readonly #olds: number[] = [];
  readonly #oldLengths: number[] = [];
  readonly #added: number[] = [];
  readonly #firsts: number[] = [];
  readonly #lasts: number[] = [];
  /** The changes, those of one list linked. */
  readonly #kinds: number[] = [];
  readonly #addresses: number[] = [];
  readonly #lengths: number[] = [];
  readonly #nexts: number[] = [];
  #lastRow = 0;
  #lastPlace = 0;

  constructor(memory: LinearMemory, builder: ListBuilder) {
    this.#memory = memory;
    this.#builder = builder;
  }

  /** Adds an entry to the list of a state row, which lies at `old`. */
  add(row: number, old: number, oldLength: number, address: number, byteLength: number): void {
    this.#note(ADD, this.#placeOf(row, old, oldLength), address, byteLength, this.#builder.sizeOf(byteLength));
  }

  take(row: number, old: number, oldLength: number, address: number, byteLength: number): void {
    this.#note(TAKE, this.#placeOf(row, old, oldLength), address, byteLength, 0);
  }

  /** Adds the entries of another list, which is not changed in the same loop. */
  merge(row: number, old: number, oldLength: number, other: number, otherLength: number): void {
    if (otherLength > 0) this.#note(APPEND, this.#placeOf(row, old, oldLength), other, otherLength, otherLength);
  }

  #placeOf(row: number, old: number, oldLength: number): number {
    if (row === this.#lastRow) return this.#lastPlace;
    let place = this.#places.get(row);
    if (place === undefined) {
      place = this.#rows.push(row) - 1;
      this.#places.set(row, place);
      this.#olds.push(old >>> 0);
      this.#oldLengths.push(oldLength);
      this.#added.push(0);
      this.#firsts.push(-1);
      this.#lasts.push(-1);
    }
    this.#lastRow = row;
    this.#lastPlace = place;
    return place;
  }

  #note(kind: number, place: number, address: number, byteLength: number, added: number): void {
    const change = this.#kinds.push(kind) - 1;
    this.#addresses.push(address >>> 0);
    this.#lengths.push(byteLength);
    this.#nexts.push(-1);
    const before = this.#lasts[place]!;
    if (before === -1) this.#firsts[place] = change;
    else this.#nexts[before] = change;
    this.#lasts[place] = change;
    this.#added[place] = this.#added[place]! + added;
  }

  /** Called behind the loop, where the memory may grow. */
  flush(store: Store): void {
    const count = this.#rows.length;
    if (count === 0) return;
    // The store takes regions of up to 64 KB.
    let [most, total] = [0, 65_536];
    for (let place = 0; place < count; place++) {
      const size = this.#oldLengths[place]! + this.#added[place]!;
      most = Math.max(most, size);
      total += (size + 16) * 2;
    }
    const scratch = this.#memory.alloc(most + 16);
    this.#memory.ensureHeadroom(total);
    for (let place = 0; place < count; place++) store(this.#rows[place]!, scratch, this.#build(place, scratch));
    this.#memory.free(scratch, most + 16);
    this.#forget();
  }

  /** Writes a list as it is now; returns its length. */
  #build(place: number, to: number): number {
    const builder = this.#builder;
    const first = this.#firsts[place]!;
    for (let change = first; change !== -1; change = this.#nexts[change]!)
      if (this.#kinds[change] === TAKE) builder.take(this.#addresses[change]!, this.#lengths[change]!);
    builder.begin(to, this.#olds[place]!, this.#oldLengths[place]!);
    for (let change = first; change !== -1; change = this.#nexts[change]!) {
      const kind = this.#kinds[change];
      if (kind === ADD) builder.add(this.#addresses[change]!, this.#lengths[change]!);
      else if (kind === APPEND) builder.append(this.#addresses[change]!, this.#lengths[change]!);
    }
    return builder.end();
  }

  #forget(): void {
    this.#places.clear();
    this.#lastRow = 0;
    for (const list of [this.#rows, this.#olds, this.#oldLengths, this.#added, this.#firsts, this.#lasts]) list.length = 0;
    for (const list of [this.#kinds, this.#addresses, this.#lengths, this.#nexts]) list.length = 0;
  }
}
