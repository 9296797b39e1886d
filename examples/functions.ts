// Functions for SQL, each with its SQL types: CREATE FUNCTION haul AS './examples/functions.ts#haul'.
import { aggregate, scalar, t, table } from 'millstream';

/** The class of a distance in miles. */
export const haul = scalar({ args: [t.int()], returns: t.string(), nulls: 'skip' }, (miles) =>
  miles < 700 ? 'short' : miles < 2000 ? 'medium' : 'long',
);

/** How often a character of ASCII stands in a text: called once for a batch of rows, with their bytes. */
export const countChar = scalar(
  { args: [t.string(), t.string()], returns: t.int(), nulls: 'skip', vectorized: true },
  ([text, char], out, rows) => {
    const { values: starts, lengths, bytes } = text!;
    for (const row of rows) {
      const wanted = bytes[Number(char!.values[row]) >>> 0];
      const start = Number(starts[row]) >>> 0;
      let count = 0;
      for (let at = start; at < start + lengths[row]!; at++) if (bytes[at] === wanted) count++;
      out.values[row] = count;
    }
  },
);

/** The airports of a flight, one row each. */
export const airports = table(
  { args: [t.string(), t.string()], returns: { airport: t.string(), role: t.string() }, nulls: 'skip' },
  function* (origin, destination) {
    yield { airport: origin, role: 'from' };
    yield { airport: destination, role: 'to' };
  },
);

/** The middle one of the values. */
export const median = aggregate({
  args: [t.int()],
  returns: t.int(),
  accumulator: (): number[] => [],
  accumulate: (values, value) => [...values, value],
  retract: (values, value) => values.toSpliced(values.indexOf(value), 1),
  merge: (values, others) => [...values, ...others],
  result: (values) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? null,
});
