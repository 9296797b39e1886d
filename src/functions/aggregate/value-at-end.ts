import { withNullable, withoutTimeAttribute } from '../../data/types/sql-type.ts';
import type { AggregateFunction } from '../aggregate-function.ts';
import { edgeOfKept } from './kept/kept-values.ts';
import { fitsSlot, slotCode, storeInSlot, valueSlot } from './value-slot.ts';

/** FIRST_VALUE or LAST_VALUE by arrival: a value, and whether there is one. */
export function valueAtEnd(
  name: 'FIRST_VALUE' | 'LAST_VALUE',
  end: 'first' | 'last',
  doc: string,
  examples: AggregateFunction['examples'],
): AggregateFunction {
  const unless = (seen: string): string => (end === 'first' ? `if (${seen} === 0)` : '');
  return {
    name,
    result: (argument) => (argument !== undefined && fitsSlot(argument) ? withoutTimeAttribute(withNullable(argument, true)) : undefined),
    slots: (argument) => [valueSlot(argument!), 'i8'],
    accumulate: (e, [slot, seen], argument) =>
      e.block(unless(seen!.value), () => {
        storeInSlot(e, slot!, argument!);
        e.line(`${seen!.value} = 1;`);
      }),
    merge: (e, [slot, seen], [other, otherSeen], argument) =>
      e.block(`if (${otherSeen!.value} === 1${end === 'first' ? ` && ${seen!.value} === 0` : ''})`, () => {
        storeInSlot(e, slot!, slotCode(other!, argument!));
        e.line(`${seen!.value} = 1;`);
      }),
    overUpdates: (argument) => edgeOfKept(name, argument),
    value: (_e, [slot, seen], returns) => ({ ...slotCode(slot!, returns), isNull: `(${seen!.value} === 0)` }),
    flink: name,
    doc,
    examples,
  };
}
