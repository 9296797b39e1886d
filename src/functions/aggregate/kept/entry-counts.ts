import type { LinearMemory } from '../../../data/memory.ts';
import { hashBytes, sameBytes } from './kept-list.ts';

/** Numbers of different entries, found by their bytes, which must stay where they are. */
export class EntryCounts {
  readonly #memory: LinearMemory;
  readonly #byHash = new Map<number, number[]>();
  /** In order of their first appearance. */
  readonly addresses: number[] = [];
  readonly lengths: number[] = [];
  readonly counts: number[] = [];

  constructor(memory: LinearMemory) {
    this.#memory = memory;
  }

  /** Changes the number of an entry, which is zero at first. */
  change(address: number, byteLength: number, by: number): void {
    const { u8 } = this.#memory;
    const hash = hashBytes(u8, address, byteLength);
    const places = this.#byHash.get(hash);
    const known = places === undefined ? undefined : this.#placeAmong(places, u8, address, byteLength);
    if (known !== undefined) {
      this.counts[known] = this.counts[known]! + by;
      return;
    }
    const place = this.addresses.push(address) - 1;
    this.lengths.push(byteLength);
    this.counts.push(by);
    if (places === undefined) this.#byHash.set(hash, [place]);
    else places.push(place);
  }

  /** The place of an entry in the lists. */
  find(address: number, byteLength: number): number | undefined {
    const { u8 } = this.#memory;
    const places = this.#byHash.get(hashBytes(u8, address, byteLength));
    return places === undefined ? undefined : this.#placeAmong(places, u8, address, byteLength);
  }

  clear(): void {
    this.#byHash.clear();
    this.addresses.length = this.lengths.length = this.counts.length = 0;
  }

  #placeAmong(places: readonly number[], u8: Uint8Array, address: number, byteLength: number): number | undefined {
    return places.find((place) => this.lengths[place] === byteLength && sameBytes(u8, this.addresses[place]!, address, byteLength));
  }
}
