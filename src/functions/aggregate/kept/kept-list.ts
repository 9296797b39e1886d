import type { LinearMemory } from '../../../data/memory.ts';

/** Bytes that an entry takes in a list: its length, then itself, filled up to a multiple of four. */
export const entrySize = (byteLength: number): number => 4 + ((byteLength + 3) >>> 2) * 4;

/** Bytes of the number before a counted entry's value. */
export const COUNT_BYTES = 4;

/**
 * Reads what an aggregate has kept: entries one behind the other, each a u32 length and bytes, at multiples of four. Where the slot holds few bytes
 * they lie in the state row, else in a block; both are aligned.
 */
export class KeptList {
  readonly memory: LinearMemory;
  /** The entry that next() came to. */
  address = 0;
  byteLength = 0;
  #start = 0;
  #at = 0;
  #end = 0;

  constructor(memory: LinearMemory) {
    this.memory = memory;
  }

  open(address: number, byteLength: number): this {
    this.#start = this.#at = address >>> 0;
    this.#end = this.#start + byteLength;
    return this;
  }

  /** Back to before the first entry. */
  rewind(): void {
    this.#at = this.#start;
  }

  get isEmpty(): boolean {
    return this.#start === this.#end;
  }

  /** How many entries there are; goes through all of them. */
  count(): number {
    const { i32 } = this.memory;
    let count = 0;
    for (let at = this.#start; at < this.#end; at += entrySize(i32[at >>> 2]!)) count++;
    return count;
  }

  next(): boolean {
    if (this.#at >= this.#end) return false;
    this.byteLength = this.memory.i32[this.#at >>> 2]!;
    this.address = this.#at + 4;
    this.#at += entrySize(this.byteLength);
    return true;
  }

  /** Of counted entries: how often the one at hand is there, and its value. */
  get times(): number {
    return this.memory.i32[this.address >>> 2]!;
  }

  get valueAddress(): number {
    return this.address + COUNT_BYTES;
  }

  get valueLength(): number {
    return this.byteLength - COUNT_BYTES;
  }

  /** Goes to the last entry. */
  last(): boolean {
    let isThere = false;
    while (this.next()) isThere = true;
    return isThere;
  }
}

/** Whether the bytes at two places are the same. */
export function sameBytes(u8: Uint8Array, one: number, other: number, byteLength: number): boolean {
  for (let i = 0; i < byteLength; i++) if (u8[one + i] !== u8[other + i]) return false;
  return true;
}

/** FNV-1a. */
export function hashBytes(u8: Uint8Array, address: number, byteLength: number): number {
  let hash = 0x811c9dc5;
  for (let at = address; at < address + byteLength; at++) hash = Math.imul(hash ^ u8[at]!, 0x01000193);
  return hash;
}
