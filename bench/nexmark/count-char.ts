import { scalar, t } from 'millstream';

/** How often a character stands in a text. */
export const countChar = scalar({ args: [t.string(), t.string()], returns: t.bigint(), nulls: 'skip' }, (text, char) => {
  let count = 0;
  for (let at = text.indexOf(char); at !== -1; at = text.indexOf(char, at + 1)) count++;
  return BigInt(count);
});

/** The same over the bytes of a batch, for a character of ASCII. */
export const countCharVectorized = scalar(
  { args: [t.string(), t.string()], returns: t.bigint(), nulls: 'skip', vectorized: true },
  ([text, char], out, rows) => {
    const { values, lengths, bytes } = text!;
    const counts = out.values as BigInt64Array;
    const chars = char!;
    const wanted = bytes[(chars.values[rows[0]!] as number) >>> 0]!;
    for (let n = 0; n < rows.length; n++) {
      const row = rows[n]!;
      const start = (values[row] as number) >>> 0;
      const end = start + lengths[row]!;
      let count = 0;
      for (let at = start; at < end; at++) if (bytes[at] === wanted) count++;
      counts[row] = BigInt(count);
    }
  },
);
