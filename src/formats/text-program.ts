import { UnsupportedError } from '../common/errors.ts';
import type { Batch } from '../data/batch.ts';
import type { Column } from '../data/column.ts';
import type { LinearMemory } from '../data/memory.ts';
import type { Schema } from '../data/schema.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import type { OwnedMemory } from './owned-memory.ts';

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

const FIELD_BYTES = 64;
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
  childCount: 14,
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
    if (column.storage === 'row' && column.hasNulls) this.#publishNullRows(column);
    for (let i = 0; i < this.children.length; i++) this.children[i]!.publish(column.children[i]!);
  }

  /** The kernel marks a ROW alone: a field of a null ROW is null too. */
  #publishNullRows(column: Column): void {
    const { nulls } = column;
    this.children.forEach(({ address }, i) => {
      const below = column.children[i]!.nulls;
      for (let row = 0; row < nulls.length; row++) if (nulls[row] === 1) below[row] = 1;
      this.memory.u32[(address >>> 2) + WORD.hasNulls] = 1;
    });
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
  readonly name: string;
}

export interface ProgramSettings {
  /** What the kernel compares or writes for a column or ROW field of this name. */
  readonly nameOf: (name: string) => string;
  /** Makes what a ROW needs beside its fields, and returns its address; without it a ROW refers to its first field. */
  readonly linkRow?: (fieldsAddress: number, count: number) => number;
}

/** The fields of a schema in linear memory, and the columns they stand for. */
export class TextProgram {
  /** Address of the first field; the others follow. */
  readonly address: number;
  readonly fields: readonly TextField[];

  constructor(owned: OwnedMemory, schema: Schema, settings: ProgramSettings) {
    const specs = schema.fields.map(({ name, type }) => ({ name: settings.nameOf(name), type, path: name }));
    const { address, fields } = makeFields(owned, specs, settings);
    this.address = address;
    this.fields = fields;
  }

  /** Points the kernel at a batch's columns, which it is to fill. */
  bind(batch: Batch): void {
    for (let i = 0; i < this.fields.length; i++) this.fields[i]!.bind(batch.columns[i]!);
  }

  /** Points the kernel at a batch's columns, which it is to write as text. */
  bindFilled(batch: Batch): void {
    for (let i = 0; i < this.fields.length; i++) this.fields[i]!.bindFilled(batch.columns[i]!);
  }

  /** Before a batch is filled anew. */
  reset(batch: Batch): void {
    for (let i = 0; i < this.fields.length; i++) this.fields[i]!.reset(batch.columns[i]!);
  }

  /** After a call of the kernel: tells the columns about nulls. */
  publish(batch: Batch): void {
    for (let i = 0; i < this.fields.length; i++) this.fields[i]!.publish(batch.columns[i]!);
  }

  /** More room for elements, after Fault.elements. */
  reserve(batch: Batch): void {
    for (let i = 0; i < this.fields.length; i++) this.fields[i]!.reserve(batch.columns[i]!);
    this.bind(batch);
  }

  /** The field at an address, however deep; undefined for 0. */
  find(address: number): TextField | undefined {
    for (const field of this.fields) {
      const found = field.find(address);
      if (found) return found;
    }
    return undefined;
  }
}

function makeFields(owned: OwnedMemory, specs: readonly FieldSpec[], settings: ProgramSettings): { address: number; fields: TextField[] } {
  const address = owned.alloc(Math.max(1, specs.length) * FIELD_BYTES);
  const fields = specs.map((spec, i) => makeField(owned, address + i * FIELD_BYTES, spec, settings));
  return { address, fields };
}

function makeField(owned: OwnedMemory, address: number, { type, path, name }: FieldSpec, settings: ProgramSettings): TextField {
  const specs = childrenOf(type).map((child) => ({ type: child.type, path: `${path}.${child.name}`, name: settings.nameOf(child.name) }));
  const below = specs.length === 0 ? { address: 0, fields: [] } : makeFields(owned, specs, settings);
  const child = type.root === 'ROW' && settings.linkRow ? settings.linkRow(below.address, below.fields.length) : below.address;
  const text = owned.store(name);
  const { memory } = owned;
  const words = memory.u32.subarray(address >>> 2, (address + FIELD_BYTES) >>> 2);
  words.fill(0);
  words[WORD.name] = text.address;
  words[WORD.nameLength] = text.byteLength;
  words[WORD.type] = typeCode(type);
  words[WORD.precision] = 'precision' in type ? type.precision : 0;
  words[WORD.scale] = 'scale' in type ? type.scale : 0;
  words[WORD.child] = child;
  words[WORD.child2] = type.root === 'MAP' ? below.address + FIELD_BYTES : 0;
  words[WORD.childCount] = below.fields.length;
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
