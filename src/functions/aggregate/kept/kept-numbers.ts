import { CellWriter } from '../../../data/cell-writer.ts';
import type { LinearMemory } from '../../../data/memory.ts';
import { CellPacker } from '../../../data/packed-cell.ts';
import type { KeptResults } from '../../aggregate-function.ts';
import type { KeptList } from './kept-list.ts';

/** The different numbers of a list in ascending order, and how many numbers there are up to and with each. */
interface Distribution {
  readonly values: Float64Array;
  readonly upTo: Float64Array;
}

/**
 * Reads counted entries of a packed DOUBLE and, where `weighted`, a packed BIGINT that says how often it counts. Those that do not count are left out.
 */
function distributionOf(packer: CellPacker, list: KeptList, weighted: boolean): Distribution {
  const { view } = packer;
  const pairs: [number, number][] = [];
  while (list.next()) {
    const weight = weighted ? Number(view.getBigInt64(list.valueAddress + 10, true)) : 1;
    if (weight > 0) pairs.push([view.getFloat64(list.valueAddress + 1, true), weight * list.times]);
  }
  pairs.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : Number.isNaN(one) ? 1 : -1));
  let total = 0;
  const upTo = Float64Array.from(pairs, ([, weight]) => (total += weight));
  return { values: Float64Array.from(pairs, ([value]) => value), upTo };
}

/** The value at a place between 0 and 1: what lies between two numbers is weighed by how near they are. */
function percentileOf({ values, upTo }: Distribution, share: number): number {
  // Counted from 1, which decides the last digits, as in Flink.
  const position = (upTo.at(-1)! - 1) * share + 1;
  const [lower, higher] = [Math.floor(position), Math.ceil(position)];
  const low = values[placeOf(upTo, lower)]!;
  if (lower === higher) return low;
  const high = values[placeOf(upTo, higher)]!;
  return low === high ? low : (higher - position) * low + (position - lower) * high;
}

/** The first place up to which there are at least `count` numbers. */
function placeOf(upTo: Float64Array, count: number): number {
  let [low, high] = [0, upTo.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (upTo[middle]! < count) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** PERCENTILE at one place or, as an array, at several. */
export function percentileResults(shares: number | readonly number[], weighted: boolean): KeptResults {
  const places = typeof shares === 'number' ? [shares] : shares;
  const compute = (memory: LinearMemory): ((list: KeptList) => readonly number[] | undefined) => {
    const packer = new CellPacker(memory);
    return (list) => {
      const distribution = distributionOf(packer, list, weighted);
      return distribution.values.length === 0 ? undefined : places.map((share) => percentileOf(distribution, share));
    };
  };
  return {
    writer(column) {
      const into = new CellWriter(column);
      const resultOf = compute(column.memory);
      return {
        begin: () => into.begin(),
        write: (list, to) => writeNumbers(into, resultOf(list), typeof shares === 'number', to),
      };
    },
    isSame: (memory) => {
      const resultOf = compute(memory);
      return (one, other) => {
        const [now, was] = [resultOf(one), resultOf(other)];
        return now === was || (now !== undefined && was !== undefined && now.every((value, i) => Object.is(value, was[i])));
      };
    },
  };
}

function writeNumbers(into: CellWriter, numbers: readonly number[] | undefined, isSingle: boolean, to: number): void {
  if (numbers === undefined) return into.setNull(to);
  into.setPresent(to);
  if (isSingle) {
    into.column.values[to] = numbers[0]!;
    return;
  }
  const first = into.open(to, numbers.length);
  const element = into.children[0]!;
  for (const [k, value] of numbers.entries()) setNumber(element, first + k, value);
}

function setNumber(into: CellWriter, at: number, value: number): void {
  into.setPresent(at);
  into.column.values[at] = value;
}
