import { InternalError } from '../../../common/errors.ts';
import type { SqlType } from '../../../data/types/sql-type.ts';
import type { AggregateFunction, KeptResults, Slot } from '../../aggregate-function.ts';
import type { Code, Emitter } from '../../code.ts';
import { KeptChanges } from './kept-changes.ts';
import { CountingBuilder, SequenceBuilder } from './list-builder.ts';

/** One for each slot of a generated function. */
const known = new WeakMap<Emitter, Map<string, KeptChanges>>();

/** The changes of a slot's list, whose flush is written behind the loop once. */
function changesOf(e: Emitter, slot: Slot, isCounted: boolean): string {
  const ofEmitter = known.get(e) ?? new Map<string, KeptChanges>();
  known.set(e, ofEmitter);
  const key = slot.store('a', 'n');
  const made = ofEmitter.get(key);
  const changes = made ?? new KeptChanges(e.linear, isCounted ? new CountingBuilder(e.linear) : new SequenceBuilder(e.linear));
  ofEmitter.set(key, changes);
  const name = e.helper('kept_changes', changes);
  if (made === undefined) e.epilogue(`${name}.flush((${slot.row}, address, byteLength) => { ${slot.store('address', 'byteLength')} });`);
  return name;
}

function note(e: Emitter, slot: Slot, isCounted: boolean, how: 'add' | 'take', entry: Code): void {
  e.line(`${changesOf(e, slot, isCounted)}.${how}(${slot.row}, ${slot.value}, ${slot.aux}, ${entry.value}, ${entry.aux});`);
}

function unused(): never {
  throw new InternalError('MS9001', 'the results of kept values are made apart from generated loops');
}

/** What a function of kept values says of itself. */
export interface KeptDefinition {
  readonly name: string;
  readonly parameters?: string;
  readonly returns: SqlType;
  /** Whether it may be NULL although it has entries. */
  readonly nullable?: boolean;
  readonly results: KeptResults;
  /** Whether order does not count: different entries are kept, each with its number. */
  readonly counted?: boolean;
}

/** An aggregate function that keeps its argument, text or bytes, of every row that it has: one slot, a list of entries (kept-list.ts). */
export function keptFunction({ returns, results, counted = false, ...definition }: KeptDefinition): AggregateFunction {
  return {
    ...definition,
    result: () => returns,
    slots: () => ['bytes16'],
    accumulate: (e, [slot], argument) => note(e, slot!, counted, 'add', argument!),
    retract: (e, [slot], argument) => note(e, slot!, counted, 'take', argument!),
    merge: (e, [slot], [other]) =>
      e.line(`${changesOf(e, slot!, counted)}.merge(${slot!.row}, ${slot!.value}, ${slot!.aux}, ${other!.value}, ${other!.aux});`),
    value: unused,
    kept: results,
    flink: definition.name,
    doc: '',
    examples: [],
  };
}
