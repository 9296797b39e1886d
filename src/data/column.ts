import type { LinearMemory } from './memory.ts';
import type { SqlType, Storage } from './types/sql-type.ts';
import { ELEMENT_BYTES, storageOf } from './types/storage.ts';

/** Rows a batch can hold. */
export const BATCH_ROWS = 4096;

export type ValueArray = Int8Array | Int16Array | Int32Array | Float32Array | Float64Array | BigInt64Array;

/**
 * A column of up to `capacity` values in linear memory.
 *
 * | storage | values | aux |
 * |---|---|---|
 * | i8 i16 i32 i64 f32 f64 | the value | |
 * | bytes | address of the first byte (i32, unsigned) | byte length (i32) |
 * | i128 | low 64 bits (i64) | high 64 bits, signed (i64) |
 * | ts96 | milliseconds (i64) | nanoseconds of the millisecond, 0 to 999,999 (i32) |
 * | row | | (one child per field) |
 * | array, map | index of the first element in the child (i32) | number of elements (i32); children: element, or key and value |
 *
 * `nulls[i]` is 1 where the value is null, and is meaningful only while `hasNulls` is true; the value under a null is undefined.
 * A null ROW has null children at that index, all the way down, so that reading a field is handing on the child column.
 */
export class Column {
  readonly memory: LinearMemory;
  readonly type: SqlType;
  readonly storage: Storage;
  /** Values there is room for. Only `reserve` changes this and the addresses. */
  capacity: number;
  valuesAddress: number;
  auxAddress: number;
  nullsAddress: number;
  readonly children: readonly Column[];
  hasNulls = false;
  /** The memory it was given at first, when it shows other. */
  #own: readonly [values: number, aux: number, nulls: number, capacity: number] | undefined;
  #epoch = -1;
  #values!: ValueArray;
  #aux!: Int32Array | BigInt64Array;
  #nulls!: Uint8Array;

  constructor(memory: LinearMemory, type: SqlType, capacity = BATCH_ROWS) {
    this.memory = memory;
    this.type = type;
    this.storage = storageOf(type);
    this.capacity = capacity;
    this.valuesAddress = memory.alloc(byteSizeOf(this.storage, 0, capacity));
    this.auxAddress = memory.alloc(byteSizeOf(this.storage, 1, capacity));
    this.nullsAddress = memory.alloc(capacity);
    this.children = childTypes(type).map((child) => new Column(memory, child, capacity));
  }

  get values(): ValueArray {
    if (this.#epoch !== this.memory.epoch) this.#takeViews();
    return this.#values;
  }

  get aux(): Int32Array | BigInt64Array {
    if (this.#epoch !== this.memory.epoch) this.#takeViews();
    return this.#aux;
  }

  get nulls(): Uint8Array {
    if (this.#epoch !== this.memory.epoch) this.#takeViews();
    return this.#nulls;
  }

  isNull(index: number): boolean {
    return this.hasNulls && this.nulls[index] === 1;
  }

  /**
   * Makes room for at least `capacity` values, keeping those there are: for the elements of arrays and maps, which may be more
   * than the rows of a batch. Moves the column, so that views and addresses taken before are stale.
   */
  reserve(capacity: number): void {
    if (capacity > this.capacity) this.#move(Math.max(capacity, this.capacity * 2));
    if (this.storage === 'row') for (const child of this.children) child.reserve(capacity);
  }

  /**
   * Lets the column show `capacity` values that lie elsewhere, until the next call. It keeps its own memory for free(), and must not be
   * written to or grow meanwhile.
   */
  show(valuesAddress: number, auxAddress: number, nullsAddress: number, capacity: number): void {
    this.#own ??= [this.valuesAddress, this.auxAddress, this.nullsAddress, this.capacity];
    this.capacity = capacity;
    this.valuesAddress = valuesAddress;
    this.auxAddress = auxAddress;
    this.nullsAddress = nullsAddress;
    this.#epoch = -1;
  }

  #move(capacity: number): void {
    const { memory, storage, capacity: before } = this;
    const move = (address: number, from: number, to: number): number => {
      const target = memory.alloc(to);
      memory.u8.copyWithin(target, address, address + from);
      memory.free(address, from);
      return target;
    };
    this.valuesAddress = move(this.valuesAddress, byteSizeOf(storage, 0, before), byteSizeOf(storage, 0, capacity));
    this.auxAddress = move(this.auxAddress, byteSizeOf(storage, 1, before), byteSizeOf(storage, 1, capacity));
    this.nullsAddress = move(this.nullsAddress, before, capacity);
    this.capacity = capacity;
    this.#epoch = -1;
  }

  /** Gives the memory back; the column must not be used again. */
  free(): void {
    const [values, aux, nulls, capacity] = this.#own ?? [this.valuesAddress, this.auxAddress, this.nullsAddress, this.capacity];
    this.memory.free(values, byteSizeOf(this.storage, 0, capacity));
    this.memory.free(aux, byteSizeOf(this.storage, 1, capacity));
    this.memory.free(nulls, capacity);
    for (const child of this.children) child.free();
  }

  #takeViews(): void {
    const { buffer } = this.memory.wasm;
    const { valuesAddress: at, auxAddress, capacity: n } = this;
    this.#values = viewOf(this.storage, buffer, at, n);
    this.#aux = this.storage === 'i128' ? new BigInt64Array(buffer, auxAddress, n) : new Int32Array(buffer, auxAddress, this.#auxLength(n));
    this.#nulls = new Uint8Array(buffer, this.nullsAddress, n);
    this.#epoch = this.memory.epoch;
  }

  #auxLength(capacity: number): number {
    return ELEMENT_BYTES[this.storage][1] === 0 ? 0 : capacity;
  }
}

function byteSizeOf(storage: Storage, part: 0 | 1, capacity: number): number {
  return Math.max(16, ELEMENT_BYTES[storage][part] * capacity);
}

function viewOf(storage: Storage, buffer: ArrayBufferLike, at: number, n: number): ValueArray {
  switch (storage) {
    case 'i8':
      return new Int8Array(buffer, at, n);
    case 'i16':
      return new Int16Array(buffer, at, n);
    case 'f32':
      return new Float32Array(buffer, at, n);
    case 'f64':
      return new Float64Array(buffer, at, n);
    case 'i64':
    case 'i128':
    case 'ts96':
      return new BigInt64Array(buffer, at, n);
    case 'row':
      return new Int32Array(buffer, at, 0);
    default:
      return new Int32Array(buffer, at, n);
  }
}

function childTypes(type: SqlType): readonly SqlType[] {
  if (type.root === 'ROW') return type.fields.map((field) => field.type);
  if (type.root === 'ARRAY') return [type.element];
  if (type.root === 'MAP') return [type.key, type.value];
  return [];
}
