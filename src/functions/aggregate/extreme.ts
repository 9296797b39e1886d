import { withNullable, withoutTimeAttribute } from '../../data/types/sql-type.ts';
import type { AggregateFunction, Slot } from '../aggregate-function.ts';
import type { Code, Emitter } from '../code.ts';
import { compareCode } from '../scalar/comparison/compare.ts';
import { fitsSlot, slotCode, storeInSlot, valueSlot } from './value-slot.ts';

/** MIN (sign '<') or MAX (sign '>'): a value, and whether there is one. Where rows are taken back, it is the first or last of all values. */
export function extreme(name: 'MIN' | 'MAX', sign: '<' | '>', doc: string, examples: AggregateFunction['examples']): AggregateFunction {
  const accumulate = (e: Emitter, slot: Slot, seen: Slot, value: Code): void => {
    e.block(`if (${seen.value} === 0 || ${compareCode(e, sign, value, slotCode(slot, value.type))})`, () => {
      storeInSlot(e, slot, value);
      e.line(`${seen.value} = 1;`);
    });
  };
  return {
    name,
    result: (argument) => (argument !== undefined && fitsSlot(argument) ? withoutTimeAttribute(withNullable(argument, true)) : undefined),
    slots: (argument) => [valueSlot(argument!), 'i8'],
    accumulate: (e, [slot, seen], argument) => accumulate(e, slot!, seen!, argument!),
    ordered: {
      end: sign === '<' ? 'first' : 'last',
      assign: (e, [slot, seen], argument) => {
        e.line(`${seen!.value} = ${argument.isNull ?? 'false'} ? 0 : 1;`);
        e.block(`if (${seen!.value} === 1)`, () => storeInSlot(e, slot!, argument));
      },
    },
    merge: (e, [slot, seen], [other, otherSeen], argument) =>
      e.block(`if (${otherSeen!.value} === 1)`, () => accumulate(e, slot!, seen!, slotCode(other!, argument!))),
    value: (_e, [slot, seen], returns) => ({ ...slotCode(slot!, returns), isNull: `(${seen!.value} === 0)` }),
    flink: name,
    doc,
    examples,
  };
}
