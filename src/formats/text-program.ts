import { UnsupportedError } from '../common/errors.ts';
import type { Column } from '../data/column.ts';
import type { LinearMemory } from '../data/memory.ts';
import type { SqlType } from '../data/types/sql-type.ts';

/** Codes of types in the kernels: Type of src/kernels/assembly/text-field.ts. */
const TYPE_CODES: Partial<Record<SqlType['root'], number>> = {
  BOOLEAN: 1,
  TINYINT: 2,
  SMALLINT: 3,
  INT: 4,
  INTERVAL_YEAR_MONTH: 4,
  BIGINT: 5,
  INTERVAL_DAY_TIME: 5,
  FLOAT: 6,
  DOUBLE: 7,
  CHAR: 10,
  VARCHAR: 10,
  BINARY: 11,
  VARBINARY: 11,
  DATE: 12,
  TIME: 13,
  TIMESTAMP: 14,
  TIMESTAMP_LTZ: 15,
  ROW: 16,
  ARRAY: 17,
  MAP: 18,
};

/** The code of a type. Throws MS2103 for a type no text format carries. */
export function typeCode(type: SqlType): number {
  if (type.root === 'DECIMAL') return type.precision <= 18 ? 8 : 9;
  const code = TYPE_CODES[type.root];
  if (code === undefined) throw new UnsupportedError('MS2103', `a column of type ${type.root} cannot be read or written as text`);
  return code;
}

export const FIELD_BYTES = 64;
/** Word offsets in a Field of src/kernels/assembly/text-field.ts. */
const WORD = {
  name: 0,
  nameLength: 1,
  type: 2,
  precision: 3,
  scale: 4,
  values: 5,
  aux: 6,
  nulls: 7,
  hasNulls: 8,
  child: 10,
  child2: 11,
  used: 12,
  capacity: 13,
} as const;

/** A Field in linear memory, and the fields below it. */
export class TextField {
  readonly memory: LinearMemory;
  readonly address: number;
  readonly path: string;
  readonly type: SqlType;
  readonly children: readonly TextField[];

  constructor(memory: LinearMemory, address: number, path: string, type: SqlType, children: readonly TextField[]) {
    this.memory = memory;
    this.address = address;
    this.path = path;
    this.type = type;
    this.children = children;
  }

  get #words(): Uint32Array {
    return this.memory.u32.subarray(this.address >>> 2, (this.address + FIELD_BYTES) >>> 2);
  }

  /** Points the kernel at the arrays of a column and of its children. */
  bind(column: Column): void {
    const words = this.#words;
    words[WORD.values] = column.valuesAddress;
    words[WORD.aux] = column.auxAddress;
    words[WORD.nulls] = column.nullsAddress;
    words[WORD.capacity] = column.children[0]?.capacity ?? 0;
    this.children.forEach((child, i) => {
      child.bind(column.children[i]!);
    });
  }

  /** Points the kernel at a column that it is to write as text. */
  bindFilled(column: Column): void {
    const words = this.#words;
    words[WORD.values] = column.valuesAddress;
    words[WORD.aux] = column.auxAddress;
    words[WORD.nulls] = column.nullsAddress;
    words[WORD.hasNulls] = column.hasNulls ? 1 : 0;
    this.children.forEach((child, i) => {
      child.bindFilled(column.children[i]!);
    });
  }

  /** Makes room for twice the elements where the arrays or maps of a column may have run out of it, and binds the column anew. */
  reserve(column: Column): void {
    for (const child of column.children) {
      if (column.storage !== 'row' && this.memory.u32[(this.address >>> 2) + WORD.used]! >= child.capacity)
        child.reserve(child.capacity * 2);
    }
    this.children.forEach((child, i) => {
      child.reserve(column.children[i]!);
    });
  }

  /** No value is null and no element is taken. */
  reset(column: Column): void {
    const words = this.#words;
    words[WORD.hasNulls] = 0;
    words[WORD.used] = 0;
    column.hasNulls = false;
    this.memory.u8.fill(0, column.nullsAddress, column.nullsAddress + column.capacity);
    this.children.forEach((child, i) => {
      child.reset(column.children[i]!);
    });
  }

  /** Tells the column what the kernel found. */
  publish(column: Column): void {
    if (this.memory.u32[(this.address >>> 2) + WORD.hasNulls] !== 0) column.hasNulls = true;
    for (let i = 0; i < this.children.length; i++) this.children[i]!.publish(column.children[i]!);
  }

  /** The field at `address` among this and those below. */
  find(address: number): TextField | undefined {
    if (address === this.address) return this;
    for (const child of this.children) {
      const found = child.find(address);
      if (found) return found;
    }
    return undefined;
  }
}

export interface FieldSpec {
  readonly type: SqlType;
  /** How errors name it. */
  readonly path: string;
  /** The bytes the kernel compares or writes. */
  readonly name: string | Uint8Array;
}

/** Makes the fields of a ROW (or of a record); `linkRow` makes what a nested ROW needs and returns its address. */
export function makeFields(
  memory: LinearMemory,
  specs: readonly FieldSpec[],
  nameOf: (path: string, name: string, index: number) => string | Uint8Array,
  linkRow: (fieldsAddress: number, count: number) => number,
): { address: number; fields: TextField[] } {
  const address = memory.alloc(Math.max(1, specs.length) * FIELD_BYTES);
  const fields = specs.map((spec, i) => makeField(memory, address + i * FIELD_BYTES, spec, nameOf, linkRow));
  return { address, fields };
}

function makeField(
  memory: LinearMemory,
  address: number,
  spec: FieldSpec,
  nameOf: (path: string, name: string, index: number) => string | Uint8Array,
  linkRow: (fieldsAddress: number, count: number) => number,
): TextField {
  const { type, path } = spec;
  const childSpecs = childrenOf(type).map(({ name, type }, i) => ({
    type,
    path: `${path}.${name}`,
    name: nameOf(path, name, i),
  }));
  const below = childSpecs.length === 0 ? { address: 0, fields: [] } : makeFields(memory, childSpecs, nameOf, linkRow);
  const child = type.root === 'ROW' ? linkRow(below.address, below.fields.length) : below.address;
  const name = memory.store(spec.name);
  const words = memory.u32.subarray(address >>> 2, (address + FIELD_BYTES) >>> 2);
  words.fill(0);
  words[WORD.name] = name.address;
  words[WORD.nameLength] = name.byteLength;
  words[WORD.type] = typeCode(type);
  words[WORD.precision] = 'precision' in type ? type.precision : 0;
  words[WORD.scale] = 'scale' in type ? type.scale : 0;
  words[WORD.child] = child;
  words[WORD.child2] = type.root === 'MAP' ? below.address + FIELD_BYTES : 0;
  return new TextField(memory, address, path, type, below.fields);
}

function childrenOf(type: SqlType): readonly { name: string; type: SqlType }[] {
  if (type.root === 'ROW') return type.fields;
  if (type.root === 'ARRAY') return [{ name: 'element', type: type.element }];
  if (type.root === 'MAP') {
    return [
      { name: 'key', type: type.key },
      { name: 'value', type: type.value },
    ];
  }
  return [];
}
