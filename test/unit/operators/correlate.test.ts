import { Column } from '../../../src/data/column.ts';
import { setNull } from '../../../src/data/nulls.ts';
import { types } from '../../../src/data/types/sql-type.ts';
import type { TableFunction, TableFunctionContext, TableRows } from '../../../src/functions/table-function.ts';
import { CorrelateOperator } from '../../../src/operators/correlate.ts';
import { type OperatorModel, operatorConformance } from '../../conformance/operator.ts';
import type { Row } from '../../conformance/operator-run.ts';
import { EVENTS, eventInputs } from './support.ts';

const SMALL = 1;
const WIDTH = EVENTS.fields.length;

/** How many rows are made of a number, and what they are: a count downwards, every fifth of them NULL. */
const countOf = (value: number | null, times: number): number => (value === null ? 0 : (Math.abs(value) % 4) * times);
const valueAt = (value: number, k: number): number | null => (k % 5 === 4 ? null : value - k);

/** Appends its rows to a column of its own, as a function of a user does. */
class CountDown implements TableRows {
  readonly columns: readonly Column[];
  first = 0;
  readonly #times: number;
  #argument!: Column;
  #used = 0;

  constructor({ kernels }: TableFunctionContext, times: number) {
    this.columns = [new Column(kernels.memory, types.int(), 16)];
    this.#times = times;
  }

  begin([argument]: readonly Column[]): void {
    this.#argument = argument!;
    this.#used = 0;
    this.columns[0]!.hasNulls = false;
  }

  make(row: number): number {
    const value = this.#argument.isNull(row) ? null : (this.#argument.values[row] as number);
    const count = countOf(value, this.#times);
    const [column] = this.columns as [Column];
    this.first = this.#used;
    this.#used += count;
    column.reserve(this.#used);
    for (let k = 0; k < count; k++) {
      const made = valueAt(value!, k);
      if (made === null) setNull(column, this.first + k);
      else {
        column.values[this.first + k] = made;
        if (column.hasNulls) column.nulls[this.first + k] = 0;
      }
    }
    return count;
  }

  close(): void {
    this.columns[0]!.free();
  }
}

const countDown = (times: number): TableFunction => ({
  name: 'COUNT_DOWN',
  identity: `COUNT_DOWN ${times}`,
  fields: [{ name: 'n', type: types.int() }],
  open: (context) => new CountDown(context, times),
});

function model(times: number, outer: boolean): OperatorModel {
  return {
    row: ({ row, change }) => {
      const value = row[SMALL] as number | null;
      const made = Array.from({ length: countOf(value, times) }, (_, k): Row => [...row, valueAt(value!, k)]);
      if (outer && made.length === 0) made.push([...row, null]);
      return made.map((result) => ({ kind: change, row: result }));
    },
  };
}

for (const [name, times, outer] of [
  ['some rows of each', 1, false],
  ['NULLs beside rows of which none is made', 1, true],
  ['more rows of one than a batch holds', 2000, true],
] as const) {
  const schema = { fields: [...EVENTS.fields, { name: 'n', type: types.int() }] };
  operatorConformance(
    `correlate: ${name}`,
    () => ({
      make: () =>
        new CorrelateOperator({
          function: countDown(times),
          args: [SMALL],
          outer,
          width: WIDTH,
          output: schema.fields.map((_, i) => i),
          schema,
          timeZone: 'UTC',
        }),
      model: () => model(times, outer),
      input: EVENTS,
      keys: [0],
      results: 'sequence',
    }),
    times === 1
      ? [...eventInputs(), ...eventInputs({ retractions: 4 })]
      : eventInputs()
          .slice(0, 1)
          .map(({ name: of, items }) => ({ name: of, items: items.slice(0, 9) })),
  );
}
