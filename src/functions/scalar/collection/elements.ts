import type { Cell } from '../../../data/cell.ts';
import type { CellWriter } from '../../../data/cell-writer.ts';
import type { Column } from '../../../data/column.ts';
import { descriptorOf } from '../../../data/types/descriptors.ts';
import { bothNullOrEqual } from '../../../data/types/null-equality.ts';
import { isText, type SqlType, withNullable } from '../../../data/types/sql-type.ts';
import type { Signature } from '../../scalar-function.ts';
import { elementType } from './array.ts';

/** Whether two elements of columns of the same form are equal, NULLs being equal. */
export type SameElement = (a: Column, aAt: number, b: Column, bAt: number) => boolean;

export function sameElement(type: SqlType): SameElement {
  const descriptor = descriptorOf(type);
  return (a, aAt, b, bAt) => bothNullOrEqual(descriptor, a, aAt, b, bAt);
}

/** The column of an array's elements. */
export const elementsOf = (array: Cell): Column => array.column.children[0]!;

/** Where the first element that equals a value stands, from 0; -1 where none does. */
export function indexIn(same: SameElement, array: Cell, column: Column, at: number): number {
  const elements = elementsOf(array);
  const { start, count } = array;
  for (let i = 0; i < count; i++) if (same(elements, start + i, column, at)) return i;
  return -1;
}

/** Writes the elements of row 0 of an array of at most `most` elements; `done` says how many they are. */
export class ElementList {
  readonly #writer: CellWriter;
  count = 0;

  constructor(writer: CellWriter) {
    this.#writer = writer;
  }

  begin(most: number): void {
    this.count = 0;
    this.#writer.open(0, most);
  }

  add(from: Column, at: number): void {
    this.#writer.children[0]!.copy(from, at, this.count++);
  }

  /** Whether an element that was added equals another. */
  has(same: SameElement, from: Column, at: number): boolean {
    const { column } = this.#writer.children[0]!;
    for (let i = 0; i < this.count; i++) if (same(column, i, from, at)) return true;
    return false;
  }

  done(): true {
    this.#writer.column.aux[0] = this.count;
    return true;
  }
}

/** `(ARRAY, element)`, the element as the array's; with `widens`, NULL as an element makes the array's nullable. */
export function withElement(returns: (array: SqlType) => SqlType, widens = false): Signature {
  return {
    text: '(ARRAY, ANY)',
    resolve([array, element, ...rest]) {
      if (array?.type.root !== 'ARRAY' || element === undefined || rest.length > 0) return undefined;
      const own = array.type.element;
      const isAlike = element.type.root === 'NULL' || element.type.root === own.root || (isText(own) && isText(element.type));
      if (!isAlike || (own.root !== element.type.root && !isText(own) && element.type.root !== 'NULL')) return undefined;
      const isNullable = element.type.nullable || element.type.root === 'NULL';
      const whole = widens ? { ...array.type, element: withNullable(own, own.nullable || isNullable) } : array.type;
      return { args: [whole, withNullable(own, isNullable)], returns: returns(whole) };
    },
  };
}

/** Arrays of one type that holds the elements of all: `(ARRAY, ARRAY)` or more. */
export function arraysAlike(least: number, most: number): Signature {
  return {
    text: most === least ? '(ARRAY, ARRAY)' : '(ARRAY, ...)',
    resolve(args) {
      if (args.length < least || args.length > most) return undefined;
      const elements = args.map(({ type }) => (type.root === 'ARRAY' ? type.element : undefined));
      if (elements.some((type) => type === undefined)) return undefined;
      const element = elementType(elements as SqlType[]);
      if (element === undefined) return undefined;
      const array: SqlType = { root: 'ARRAY', element, nullable: false };
      return { args: args.map(({ type }) => withNullable(array, type.nullable)), returns: array };
    },
  };
}
