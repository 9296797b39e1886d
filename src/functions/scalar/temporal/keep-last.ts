/** A function of a text that remembers its last argument: patterns that come with the data are mostly the same from row to row. */
export function keepLast<T>(make: (text: string) => T): (text: string) => T {
  let known: string | undefined;
  let value: T;
  return (text) => {
    if (text !== known) {
      value = make(text);
      known = text;
    }
    return value;
  };
}
