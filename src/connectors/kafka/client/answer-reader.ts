import type { LinearMemory } from '../../../data/memory.ts';
import { WireError } from './protocol-errors.ts';

/** Reads numbers and arrays of the protocol's compact encoding in linear memory. Throws WireError where the bytes end too early. */
export class AnswerReader {
  /** Address of what is read next. */
  at: number;
  readonly #view: DataView;
  readonly #end: number;

  /** Nothing may be allocated while it is in use: the memory must not grow. */
  constructor(memory: LinearMemory, address: number, byteSize: number) {
    this.#view = new DataView(memory.wasm.buffer);
    this.at = address;
    this.#end = address + byteSize;
  }

  /** Passes over bytes; where they begin. */
  skip(byteSize: number): number {
    const { at } = this;
    if (byteSize > this.#end - at) throw new WireError('an answer of the broker ends too early');
    this.at = at + byteSize;
    return at;
  }

  readUint8(): number {
    return this.#view.getUint8(this.skip(1));
  }

  readInt16(): number {
    return this.#view.getInt16(this.skip(2));
  }

  readInt32(): number {
    return this.#view.getInt32(this.skip(4));
  }

  readInt64(): bigint {
    return this.#view.getBigInt64(this.skip(8));
  }

  readUnsignedVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.readUint8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new WireError('an answer of the broker has a number that does not end');
  }

  /** The size of compact bytes, or the length of a compact array: 0 where there are none. */
  readCompactSize(): number {
    return Math.max(0, this.readUnsignedVarint() - 1);
  }

  /** As texts of 36 characters. */
  readUuid(): string {
    const at = this.skip(16);
    const hex = Array.from({ length: 16 }, (_, i) =>
      this.#view
        .getUint8(at + i)
        .toString(16)
        .padStart(2, '0'),
    ).join('');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  readArray<T>(read: () => T): T[] {
    const length = this.readCompactSize();
    const found: T[] = [];
    for (let i = 0; i < length; i++) found.push(read());
    return found;
  }

  /** Reads tagged fields: `onField` is given each one's tag, and what it does not read is passed over. */
  readTags(onField?: (tag: number) => void): void {
    for (let count = this.readUnsignedVarint(); count > 0; count--) {
      const tag = this.readUnsignedVarint();
      const byteSize = this.readUnsignedVarint();
      const end = this.skip(byteSize) + byteSize;
      this.at = end - byteSize;
      onField?.(tag);
      this.at = end;
    }
  }
}
