import { type SqlType, withNullable, withoutTimeAttribute } from '../../data/types/sql-type.ts';
import { storageOf } from '../../data/types/storage.ts';
import type { AggregateFunction, Slot, SlotKind } from '../aggregate-function.ts';
import { type Code, code, type Emitter } from '../code.ts';
import { compareCode } from '../scalar/comparison/compare.ts';

/** The slot that holds a value of the type. */
export function valueSlot(type: SqlType): SlotKind {
  switch (storageOf(type)) {
    case 'i8':
    case 'i16':
    case 'i32':
      return 'i32';
    case 'f32':
    case 'f64':
      return 'f64';
    case 'i128':
      return 'i128';
    case 'ts96':
      return 'ts96';
    case 'bytes':
      return 'bytes16';
    default:
      return 'i64';
  }
}

/** A slot's content as a code of the argument's type. */
export function slotCode(slot: Slot, type: SqlType): Code {
  if (type.root === 'BOOLEAN') return code(type, `(${slot.value} === 1)`);
  return { type, value: slot.value, aux: slot.aux, isNull: null };
}

/** Writes what stores a value, which is not null. */
export function storeSlot(e: Emitter, slot: Slot, value: Code): void {
  if (slot.kind === 'bytes16') return e.line(slot.store(value.value, value.aux));
  e.line(`${slot.value} = ${value.type.root === 'BOOLEAN' ? `${value.value} ? 1 : 0` : value.value};`);
  if (slot.aux !== '') e.line(`${slot.aux} = ${value.aux};`);
}

/** MIN (sign '<') or MAX (sign '>'): a value, and whether there is one. Where rows are taken back, it is the first or last of all values. */
export function extreme(name: 'MIN' | 'MAX', sign: '<' | '>', doc: string, examples: AggregateFunction['examples']): AggregateFunction {
  const accumulate = (e: Emitter, slot: Slot, seen: Slot, value: Code): void => {
    e.block(`if (${seen.value} === 0 || ${compareCode(e, sign, value, slotCode(slot, value.type))})`, () => {
      storeSlot(e, slot, value);
      e.line(`${seen.value} = 1;`);
    });
  };
  return {
    name,
    result: (argument) =>
      argument === undefined || argument.root === 'ROW' || argument.root === 'ARRAY' || argument.root === 'MAP'
        ? undefined
        : withoutTimeAttribute(withNullable(argument, true)),
    slots: (argument) => [valueSlot(argument!), 'i8'],
    accumulate: (e, [slot, seen], argument) => accumulate(e, slot!, seen!, argument!),
    ordered: {
      end: sign === '<' ? 'first' : 'last',
      assign: (e, [slot, seen], argument) => {
        e.line(`${seen!.value} = ${argument.isNull ?? 'false'} ? 0 : 1;`);
        e.block(`if (${seen!.value} === 1)`, () => storeSlot(e, slot!, argument));
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
