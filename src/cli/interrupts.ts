const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** On globalThis, because the program and the script with the engine have a copy of this file each. */
const EARLY = Symbol.for('millstream.end-early');
const shared = globalThis as { [EARLY]?: () => void };

/** Ends the process well at the first signal, until somebody listens who has something to bring to its end. */
export function endEarly(): void {
  shared[EARLY] = () => process.exit(0);
  for (const signal of SIGNALS) process.on(signal, shared[EARLY]);
}

/** The first Ctrl-C (or SIGTERM) asks to come to an end, the second ends at once. */
export class Interrupts {
  readonly #onFirst: () => void;
  readonly #onSecond: () => void;
  #count = 0;

  constructor(onFirst: () => void, onSecond: () => void) {
    this.#onFirst = onFirst;
    this.#onSecond = onSecond;
  }

  /** Takes the place of what the signals do otherwise, until the returned function is called. */
  listen(): () => void {
    const listener = () => this.interrupt();
    for (const signal of SIGNALS) {
      if (shared[EARLY] !== undefined) process.off(signal, shared[EARLY]);
      process.on(signal, listener);
    }
    return () => {
      for (const signal of SIGNALS) process.off(signal, listener);
    };
  }

  /** As a signal does: for a terminal in raw mode, where Ctrl-C is a character. */
  interrupt(): void {
    this.#count++;
    if (this.#count === 1) this.#onFirst();
    else this.#onSecond();
  }
}
