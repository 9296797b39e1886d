import { DataError } from '../../common/errors.ts';
import { types, withNullable, withoutTimeAttribute } from '../../data/types/sql-type.ts';
import type { AggregateFunction, Slot } from '../aggregate-function.ts';
import { code, type Emitter } from '../code.ts';
import { slotCode, storeInSlot, valueSlot } from './value-slot.ts';

function severalRows(): never {
  throw new DataError('MS1225', 'a query that stands for one value has several rows', {
    hint: 'aggregate it: (SELECT MAX(x) ...), or add LIMIT 1',
  });
}

function countOne(e: Emitter, count: Slot, rows: string): void {
  e.line(`if ((${count.value} += ${rows}) > 1) ${e.helper('severalRows', severalRows)}();`);
}

/**
 * The value of the only row: what a query is that stands for a value. Without an argument the number of rows, which is 1. Throws
 * MS1225 when a second one comes, as Flink's SINGLE_VALUE. No query can name it.
 */
export const singleValue: AggregateFunction = {
  name: 'SINGLE_VALUE',
  result: (argument) => (argument === undefined ? types.int(false) : withoutTimeAttribute(withNullable(argument, true))),
  slots: (argument) => (argument === undefined ? ['i32'] : ['i32', valueSlot(argument)]),
  accumulate(e, [count, slot], argument) {
    countOne(e, count!, '1');
    if (argument !== undefined) storeInSlot(e, slot!, argument);
  },
  retract: (e, [count]) => e.line(`${count!.value} -= 1;`),
  merge(e, [count, slot], [other, otherSlot], argument) {
    e.block(`if (${other!.value} > 0)`, () => {
      countOne(e, count!, other!.value);
      if (argument !== undefined) storeInSlot(e, slot!, slotCode(otherSlot!, argument));
    });
  },
  value: (_e, [count, slot], returns) =>
    slot === undefined ? code(returns, count!.value) : { ...slotCode(slot, returns), isNull: `(${count!.value} === 0)` },
  flink: 'SINGLE_VALUE',
  doc: 'The value of the only row.',
  examples: [],
};
