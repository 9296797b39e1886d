import type { LinearMemory } from '../../data/memory.ts';
import { isAssignable } from '../../data/types/assignable.ts';
import { types } from '../../data/types/sql-type.ts';
import type { AggregateFunction, Slot } from '../aggregate-function.ts';
import { type Code, code, type Emitter } from '../code.ts';
import { packAccumulator, unpackAccumulator } from './accumulator.ts';
import { type UserCall, userFailure } from './user-errors.ts';
import type { UserAggregate } from './user-function.ts';

const encoder = new TextEncoder();

/** Writes bytes that lie at an address into the slot of a state row. */
type Store = (row: number, address: number, byteLength: number) => void;

/**
 * The accumulators of one generated loop. The program's code changes them as values; what a batch has changed becomes bytes in state when the loop
 * is done, so that a list does not become bytes again with every row.
 */
class Accumulators {
  readonly #declared: UserAggregate;
  readonly #place: UserCall;
  readonly #memory: LinearMemory;
  readonly #changed = new Map<number, unknown>();

  constructor(declared: UserAggregate, place: UserCall, memory: LinearMemory) {
    this.#declared = declared;
    this.#place = place;
    this.#memory = memory;
  }

  read(address: number, byteLength: number): unknown {
    return byteLength === 0 ? this.#declared.accumulator() : unpackAccumulator(this.#memory.text(address, byteLength));
  }

  /** Adds a row's argument to the accumulator of a state row, or takes it back. */
  change(row: number, address: number, byteLength: number, retracts: boolean, ...args: unknown[]): void {
    try {
      const before = this.#changed.has(row) ? this.#changed.get(row) : this.read(address, byteLength);
      const { accumulate, retract } = this.#declared;
      this.#changed.set(row, (retracts ? retract! : accumulate)(before as never, ...(args as never[])) ?? before);
    } catch (error) {
      this.#changed.clear();
      throw userFailure(this.#place, error, args);
    }
  }

  /** Adds another accumulator to that of a state row. The other one may have been merged into in the same loop. */
  merge(row: number, address: number, byteLength: number, otherRow: number, other: number, otherLength: number): void {
    const isChanged = otherRow !== 0 && this.#changed.has(otherRow);
    if (otherLength === 0 && !isChanged) return;
    try {
      const before = this.#changed.has(row) ? this.#changed.get(row) : this.read(address, byteLength);
      const added = isChanged ? unpackAccumulator(packAccumulator(this.#changed.get(otherRow))) : this.read(other, otherLength);
      this.#changed.set(row, this.#declared.merge!(before as never, added as never) ?? before);
    } catch (error) {
      this.#changed.clear();
      throw userFailure(this.#place, error, []);
    }
  }

  /** Called behind the loop, where the memory may grow. */
  flush(store: Store): void {
    const rows = [...this.#changed.keys()];
    const packed = rows.map((row) => this.#pack(this.#changed.get(row)));
    this.#changed.clear();
    const largest = packed.reduce((most, { length }) => Math.max(most, length), 0);
    if (largest === 0) return;
    const address = this.#memory.alloc(largest);
    this.#memory.ensureHeadroom(packed.reduce((sum, { length }) => sum + length * 2 + 64, 65_536));
    for (const [i, row] of rows.entries()) {
      this.#memory.u8.set(packed[i]!, address);
      store(row, address, packed[i]!.length);
    }
    this.#memory.free(address, largest);
  }

  #pack(accumulator: unknown): Uint8Array {
    try {
      return encoder.encode(packAccumulator(accumulator));
    } catch (error) {
      throw userFailure(this.#place, error, []);
    }
  }
}

/** One for each slot of a generated function. */
const known = new WeakMap<Emitter, Map<string, Accumulators>>();

/** An aggregate function of the program: one slot, whose bytes are the accumulator. `program` is whether no other thread has it. */
export function userAggregate(name: string, declared: UserAggregate, program: boolean): AggregateFunction {
  const [parameter] = declared.args;
  const { returns, result, retract, merge } = declared;

  const accumulators = (e: Emitter, slot: Slot): { name: string; isNew: boolean } => {
    const ofEmitter = known.get(e) ?? new Map<string, Accumulators>();
    known.set(e, ofEmitter);
    const key = slot.store('a', 'n');
    const made = ofEmitter.get(key);
    const use = made ?? new Accumulators(declared, { name, operator: e.operator }, e.linear);
    ofEmitter.set(key, use);
    return { name: e.helper(`${name.toLowerCase()}_accumulators`, use), isNew: made === undefined };
  };
  const storeOf = (slot: Slot): string => `(${slot.row}, address, byteLength) => { ${slot.store('address', 'byteLength')} }`;
  const change = (e: Emitter, slot: Slot, argument: Code | undefined, retracts: boolean): void => {
    const use = accumulators(e, slot);
    const args = argument === undefined ? '' : `, ${e.box(argument)}`;
    e.line(`${use.name}.change(${slot.row}, ${slot.value}, ${slot.aux}, ${retracts}${args});`);
    if (use.isNew) e.epilogue(`${use.name}.flush(${storeOf(slot)});`);
  };

  return {
    name,
    user: { parameter, merges: merge !== undefined },
    program,
    result: (argument) => (parameter === undefined || (argument !== undefined && isAssignable(argument, parameter)) ? returns : undefined),
    slots: () => ['bytes16'],
    accumulate: (e, [slot], argument) => change(e, slot!, argument, false),
    ...(retract && { retract: (e: Emitter, [slot]: readonly Slot[], argument: Code | undefined) => change(e, slot!, argument, true) }),
    merge: (e, [slot], [other]) => {
      const use = accumulators(e, slot!);
      const others = `${other!.row === '' ? '0' : other!.row}, ${other!.value}, ${other!.aux}`;
      e.line(`${use.name}.merge(${slot!.row}, ${slot!.value}, ${slot!.aux}, ${others});`);
      if (use.isNew) e.epilogue(`${use.name}.flush(${storeOf(slot!)});`);
    },
    value: (e, [slot], type) => {
      const use = new Accumulators(declared, { name, operator: e.operator }, e.linear);
      const call = (address: number, byteLength: number): unknown => result(use.read(address, byteLength) as never);
      const int = types.int(false);
      const foreign = {
        kind: 'scalar',
        name,
        args: [int, int],
        returns,
        nulls: 'call',
        deterministic: true,
        vectorized: false,
        call,
      } as const;
      return e.foreign({ ...foreign, isAggregate: true }, [code(int, slot!.value), code(int, slot!.aux)], type);
    },
    flink: name,
    doc: 'A function of the program.',
    examples: [],
  };
}
