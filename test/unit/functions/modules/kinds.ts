import { aggregate, asyncScalar, Decimal, scalar, Timestamp, t, table } from '../../../../src/index.ts';

export const letters = table({ args: [t.string()], returns: { letter: t.string(), place: t.int() }, nulls: 'skip' }, function* (text) {
  for (const [place, letter] of [...text].entries()) yield { letter, place };
});

export const product = aggregate({
  args: [t.bigint()],
  returns: t.bigint(),
  accumulator: () => 1n,
  accumulate: (a, b) => a * b,
  merge: (a, b) => a * b,
  result: (a) => a,
});

export const slowly = asyncScalar({ args: [t.int()], returns: t.string(), nulls: 'skip', capacity: 50 }, async (n) => {
  await new Promise((resolve) => setTimeout(resolve, n % 3));
  return `<${n}>`;
});

/** Whether values are of the classes that this module knows. */
export const classes = scalar({ args: [t.decimal(10, 2), t.timestamp(3)], returns: t.string() }, (a, b) =>
  [a instanceof Decimal, b instanceof Timestamp, a?.add(1), b].join(' '),
);
