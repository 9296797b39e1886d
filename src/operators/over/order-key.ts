import type { CodegenContext } from '../../codegen/environment.ts';
import { type FieldTest, fieldIsNull, integerField } from '../../codegen/row-order.ts';
import type { StoredField } from '../../data/stored-field.ts';

/** The one key of an order, for frames that are distances. Its values ascend along the order. */
export interface OrderKey {
  readonly isNull: FieldTest;
  /** Sets the bound that is `distance` behind a row, which is not NULL. */
  bound(row: number, distance: number): void;
  /** Whether a row, which is not NULL, is before the bound (less than 0), at it or behind it. */
  compare(row: number): number;
}

/** A key of integers, decimals or times reckons in units of its column, exactly; one of floating numbers as they are. */
export function orderKey(context: CodegenContext, field: StoredField, descending: boolean): OrderKey {
  const isNull = fieldIsNull(context, field);
  return field.storage === 'f64' || field.storage === 'f32'
    ? new FloatKey(isNull, floatField(context, field), descending)
    : new ExactKey(isNull, integerField(context, field), descending);
}

function floatField({ memory }: CodegenContext, { storage, offset }: StoredField): (row: number) => number {
  return storage === 'f64' ? (row) => memory.f64[(row + offset) >>> 3]! : (row) => memory.f32[(row + offset) >>> 2]!;
}

class ExactKey implements OrderKey {
  readonly isNull: FieldTest;
  readonly #value: (row: number) => bigint;
  readonly #descending: boolean;
  #bound = 0n;

  constructor(isNull: FieldTest, value: (row: number) => bigint, descending: boolean) {
    this.isNull = isNull;
    this.#value = value;
    this.#descending = descending;
  }

  bound(row: number, distance: number): void {
    const far = BigInt(distance);
    this.#bound = this.#value(row) + (this.#descending ? -far : far);
  }

  compare(row: number): number {
    const value = this.#value(row);
    if (value === this.#bound) return 0;
    return value < this.#bound === this.#descending ? 1 : -1;
  }
}

/** NaN is the largest number, and at no distance from itself. */
class FloatKey implements OrderKey {
  readonly isNull: FieldTest;
  readonly #value: (row: number) => number;
  readonly #descending: boolean;
  #bound = 0;

  constructor(isNull: FieldTest, value: (row: number) => number, descending: boolean) {
    this.isNull = isNull;
    this.#value = value;
    this.#descending = descending;
  }

  bound(row: number, distance: number): void {
    this.#bound = this.#value(row) + (this.#descending ? -distance : distance);
  }

  compare(row: number): number {
    const value = this.#value(row);
    const isNone = Number.isNaN(value);
    if (value === this.#bound || (isNone && Number.isNaN(this.#bound))) return 0;
    const isLess = !isNone && (value < this.#bound || Number.isNaN(this.#bound));
    return isLess === this.#descending ? 1 : -1;
  }
}
