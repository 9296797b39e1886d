import type { LinearMemory } from '../../../data/memory.ts';
import { EntryCounts } from './entry-counts.ts';
import { COUNT_BYTES, entrySize, KeptList } from './kept-list.ts';

/** Writes a list anew with its changes: first what is taken out of it, then begin(), then what comes to it in order, then end(). */
export interface ListBuilder {
  /** Bytes by which one entry makes a list longer at most. */
  sizeOf(byteLength: number): number;
  take(address: number, byteLength: number): void;
  /** The list lies at `old` and is to be written to `to`, where the room is for all changes. */
  begin(to: number, old: number, oldLength: number): void;
  add(address: number, byteLength: number): void;
  /** Adds all entries of another list. */
  append(list: number, byteLength: number): void;
  /** The length of the list. */
  end(): number;
}

/** Writes an entry; what fills it up is zero, so that equal lists have equal bytes. Returns where the next goes. */
function writeEntry({ i32, u8 }: LinearMemory, to: number, address: number, byteLength: number): number {
  const size = entrySize(byteLength);
  i32[to >>> 2] = byteLength;
  if (size > 4) i32[(to + size - 4) >>> 2] = 0;
  u8.copyWithin(to + 4, address, address + byteLength);
  return to + size;
}

/** Entries in the order in which they came. What is taken out is the first that is equal. */
export class SequenceBuilder implements ListBuilder {
  readonly #memory: LinearMemory;
  readonly #list: KeptList;
  readonly #taken: EntryCounts;
  /** Entries that are still to be taken out. */
  #left = 0;
  #start = 0;
  #end = 0;

  constructor(memory: LinearMemory) {
    this.#memory = memory;
    this.#list = new KeptList(memory);
    this.#taken = new EntryCounts(memory);
  }

  sizeOf(byteLength: number): number {
    return entrySize(byteLength);
  }

  take(address: number, byteLength: number): void {
    this.#taken.change(address, byteLength, 1);
    this.#left++;
  }

  begin(to: number, old: number, oldLength: number): void {
    this.#start = this.#end = to;
    this.append(old, oldLength);
  }

  add(address: number, byteLength: number): void {
    if (this.#left > 0 && this.#isTaken(address, byteLength)) return;
    this.#end = writeEntry(this.#memory, this.#end, address, byteLength);
  }

  append(list: number, byteLength: number): void {
    if (this.#left > 0) {
      this.#list.open(list, byteLength);
      while (this.#list.next()) this.add(this.#list.address, this.#list.byteLength);
      return;
    }
    this.#memory.u8.copyWithin(this.#end, list, list + byteLength);
    this.#end += byteLength;
  }

  #isTaken(address: number, byteLength: number): boolean {
    const place = this.#taken.find(address, byteLength);
    if (place === undefined || this.#taken.counts[place] === 0) return false;
    this.#taken.counts[place] = this.#taken.counts[place]! - 1;
    this.#left--;
    return true;
  }

  end(): number {
    this.#taken.clear();
    this.#left = 0;
    return this.#end - this.#start;
  }
}

/** Different entries, each with a u32 before it that says how often it is there. */
export class CountingBuilder implements ListBuilder {
  readonly #memory: LinearMemory;
  readonly #list: KeptList;
  readonly #changes: EntryCounts;
  #start = 0;
  #end = 0;
  #old = 0;
  #oldLength = 0;

  constructor(memory: LinearMemory) {
    this.#memory = memory;
    this.#list = new KeptList(memory);
    this.#changes = new EntryCounts(memory);
  }

  sizeOf(byteLength: number): number {
    return entrySize(byteLength + COUNT_BYTES);
  }

  take(address: number, byteLength: number): void {
    this.#changes.change(address, byteLength, -1);
  }

  begin(to: number, old: number, oldLength: number): void {
    this.#start = this.#end = to;
    this.#old = old;
    this.#oldLength = oldLength;
  }

  add(address: number, byteLength: number): void {
    this.#changes.change(address, byteLength, 1);
  }

  append(list: number, byteLength: number): void {
    this.#list.open(list, byteLength);
    while (this.#list.next()) this.#changes.change(this.#list.valueAddress, this.#list.valueLength, this.#list.times);
  }

  end(): number {
    const { counts, addresses, lengths } = this.#changes;
    this.#list.open(this.#old, this.#oldLength);
    while (this.#list.next()) {
      const { valueAddress, valueLength, times } = this.#list;
      const place = this.#changes.find(valueAddress, valueLength);
      this.#write(valueAddress, valueLength, times + (place === undefined ? 0 : counts[place]!));
      if (place !== undefined) counts[place] = 0;
    }
    for (const [place, count] of counts.entries()) this.#write(addresses[place]!, lengths[place]!, count);
    this.#changes.clear();
    return this.#end - this.#start;
  }

  #write(address: number, byteLength: number, count: number): void {
    if (count <= 0) return;
    const { i32, u8 } = this.#memory;
    const size = this.sizeOf(byteLength);
    i32[this.#end >>> 2] = byteLength + COUNT_BYTES;
    i32[(this.#end + size - 4) >>> 2] = 0;
    i32[(this.#end + 4) >>> 2] = count;
    u8.copyWithin(this.#end + 8, address, address + byteLength);
    this.#end += size;
  }
}
