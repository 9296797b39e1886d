/** Words that generated code cannot use as names: JavaScript's own, and those of the code's frame. */
const TAKEN = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function ' +
    'if implements import in instanceof interface let new null package private protected public return static super switch this throw true try ' +
    'typeof undefined var void while with yield NaN Infinity Math BigInt Number env i n r input rows ' +
    'computed selected selectedAddress picked passed rowCount kinds distinct sources targets target source count columns before table into k memory arena U8 I8 I32 I64 F64'
  ).split(' '),
);

/** Makes a JavaScript name of any text, keeping what can be kept, so that columns can be recognised in generated code. */
export function safeName(text: string): string {
  const cleaned = text
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^(?=[0-9])/, '_')
    .slice(0, 40);
  return cleaned === '' || TAKEN.has(cleaned) ? `${cleaned}_` : cleaned;
}

/** Hands out names that are unique within one generated function. */
export class NameScope {
  /** By name, the number that the last name made of it ends in. */
  readonly #used = new Map<string, number>();

  unique(hint: string): string {
    const base = safeName(hint);
    let count = this.#used.get(base) ?? 0;
    let name = base;
    while (this.#used.has(name)) name = `${base}_${++count}`;
    this.#used.set(base, Math.max(count, 1));
    this.#used.set(name, Math.max(this.#used.get(name) ?? 0, 1));
    return name;
  }
}
