import type { CellWriter } from './cell-writer.ts';
import type { Column } from './column.ts';
import type { LinearMemory } from './memory.ts';
import type { Storage } from './types/sql-type.ts';
import { ELEMENT_BYTES } from './types/storage.ts';

/**
 * Values of any type as bytes that mean the same anywhere: a byte that is 1 for NULL, else 0 and the value. Numbers are little-endian, texts and bytes follow their
 * length, the fields of a ROW follow one another, the elements of an ARRAY and the keys and values of a MAP follow their number. Equal values have
 * equal bytes (maps that were made in the same order); all NaNs are one, -0.0 differs from 0.0.
 */
export class CellPacker {
  readonly #memory: LinearMemory;
  #view!: DataView;
  #epoch = -1;

  constructor(memory: LinearMemory) {
    this.#memory = memory;
  }

  /** A view of the whole memory: of any alignment, as packed values need it. */
  get view(): DataView {
    if (this.#epoch !== this.#memory.epoch) {
      this.#view = new DataView(this.#memory.wasm.buffer);
      this.#epoch = this.#memory.epoch;
    }
    return this.#view;
  }

  /** How many bytes a value takes. */
  size(column: Column, row: number, isNull = column.isNull(row)): number {
    if (isNull) return 1;
    switch (column.storage) {
      case 'row':
        return column.children.reduce((sum, child) => sum + this.size(child, row), 1);
      case 'array':
      case 'map':
        return this.#elementsSize(column, row);
      case 'bytes':
        return 5 + (column.aux[row] as number);
      default:
        return 1 + widthOf(column.storage);
    }
  }

  #elementsSize({ children, values, aux }: Column, row: number): number {
    const [start, count] = [values[row] as number, aux[row] as number];
    let sum = 5;
    for (let k = start; k < start + count; k++) for (const child of children) sum += this.size(child, k);
    return sum;
  }

  /** Writes a value at an address; returns where the next goes. The memory must not grow meanwhile. */
  write(at: number, column: Column, row: number, isNull = column.isNull(row)): number {
    this.view.setUint8(at, isNull ? 1 : 0);
    if (isNull) return at + 1;
    switch (column.storage) {
      case 'row':
        return column.children.reduce((next, child) => this.write(next, child, row), at + 1);
      case 'array':
      case 'map':
        return this.#writeElements(at + 1, column, row);
      case 'bytes':
        return this.#writeBytes(at + 1, (column.values[row] as number) >>> 0, column.aux[row] as number);
      default:
        return this.#writeNumber(at + 1, column, row);
    }
  }

  #writeElements(at: number, { children, values, aux }: Column, row: number): number {
    const [start, count] = [values[row] as number, aux[row] as number];
    this.view.setUint32(at, count, true);
    let next = at + 4;
    for (let k = start; k < start + count; k++) for (const child of children) next = this.write(next, child, k);
    return next;
  }

  #writeBytes(at: number, address: number, byteLength: number): number {
    this.view.setUint32(at, byteLength, true);
    this.#memory.u8.copyWithin(at + 4, address, address + byteLength);
    return at + 4 + byteLength;
  }

  #writeNumber(at: number, { storage, values, aux }: Column, row: number): number {
    const { view } = this;
    const value = values[row]!;
    switch (storage) {
      case 'i8':
        view.setInt8(at, value as number);
        break;
      case 'i16':
        view.setInt16(at, value as number, true);
        break;
      case 'i32':
        view.setInt32(at, value as number, true);
        break;
      case 'f32':
        view.setFloat32(at, Number.isNaN(value) ? Number.NaN : (value as number), true);
        break;
      case 'f64':
        view.setFloat64(at, Number.isNaN(value) ? Number.NaN : (value as number), true);
        break;
      default:
        view.setBigInt64(at, value as bigint, true);
        if (storage === 'i128') view.setBigInt64(at + 8, aux[row] as bigint, true);
        if (storage === 'ts96') view.setInt32(at + 8, aux[row] as number, true);
    }
    return at + widthOf(storage);
  }

  /** Makes row `to` of a writer's column the value that lies at an address; returns where the next begins. Texts are not copied. */
  read(at: number, into: CellWriter, to: number): number {
    if (this.view.getUint8(at) === 1) {
      into.setNull(to);
      return at + 1;
    }
    into.setPresent(to);
    const { column, children } = into;
    switch (column.storage) {
      case 'row':
        return children.reduce((next, child) => this.read(next, child, to), at + 1);
      case 'array':
      case 'map':
        return this.#readElements(at + 1, into, to);
      case 'bytes':
        column.values[to] = (at + 5) | 0;
        column.aux[to] = this.view.getUint32(at + 1, true);
        return at + 5 + (column.aux[to] as number);
      default:
        this.#readNumber(at + 1, column, to);
        return at + 1 + widthOf(column.storage);
    }
  }

  #readElements(at: number, into: CellWriter, to: number): number {
    const count = this.view.getUint32(at, true);
    const first = into.open(to, count);
    let next = at + 4;
    for (let k = first; k < first + count; k++) for (const child of into.children) next = this.read(next, child, k);
    return next;
  }

  #readNumber(at: number, { storage, values, aux }: Column, to: number): void {
    const { view } = this;
    switch (storage) {
      case 'i8':
        values[to] = view.getInt8(at);
        break;
      case 'i16':
        values[to] = view.getInt16(at, true);
        break;
      case 'i32':
        values[to] = view.getInt32(at, true);
        break;
      case 'f32':
        values[to] = view.getFloat32(at, true);
        break;
      case 'f64':
        values[to] = view.getFloat64(at, true);
        break;
      default:
        values[to] = view.getBigInt64(at, true);
        if (storage === 'i128') aux[to] = view.getBigInt64(at + 8, true);
        if (storage === 'ts96') aux[to] = view.getInt32(at + 8, true);
    }
  }
}

function widthOf(storage: Storage): number {
  const [values, aux] = ELEMENT_BYTES[storage];
  return values + aux;
}
