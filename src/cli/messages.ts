import type { Writable } from 'node:stream';
import { formatError } from './errors/format-error.ts';
import type { Colours } from './terminal/colours.ts';
import { visibleText } from './terminal/visible-text.ts';

/** Places a line of an error takes at most where there is no terminal to ask. */
const WIDTH_WITHOUT_TERMINAL = 200;

/** Something drawn on the terminal, which has to make room for a line of text. */
export interface Drawing {
  erase(): void;
}

export interface MessagesOptions {
  readonly stream: Writable & { readonly columns?: number };
  readonly colours: Colours;
  /** Whether errors are printed with stack traces. */
  debug: boolean;
}

/** What is said beside the results: notes and errors, on standard error. */
export class Messages {
  readonly #options: MessagesOptions;
  readonly #names = new Map<string, string>();
  readonly #drawings = new Set<Drawing>();

  constructor(options: MessagesOptions) {
    this.#options = options;
    // Who does not listen any more need not hear.
    options.stream.on('error', () => undefined);
  }

  set debug(shown: boolean) {
    this.#options.debug = shown;
  }

  get colours(): Colours {
    return this.#options.colours;
  }

  /** What errors call a text that has no name. */
  unnamed = '<earlier statement>';

  /** What errors call a text. */
  nameSource(text: string, name: string): void {
    this.#names.set(text, name);
  }

  note(text: string): void {
    this.print(`${this.colours.cyan('note')}: ${visibleText(text)}\n`);
  }

  warn(text: string): void {
    this.print(`${this.colours.yellow('warning')}: ${visibleText(text)}\n`);
  }

  error(error: unknown): void {
    const { colours, debug, stream } = this.#options;
    const nameOf = (source: string) => this.#names.get(source) ?? this.unnamed;
    this.print(formatError(error, { colours, debug, nameOf, widthMax: stream.columns ?? WIDTH_WITHOUT_TERMINAL }));
  }

  /** Prints text that ends in a line feed. */
  print(text: string): void {
    this.makeRoom();
    this.#options.stream.write(text);
  }

  /** Takes drawings off the terminal; they come back by themselves. */
  makeRoom(): void {
    for (const drawing of this.#drawings) drawing.erase();
  }

  /** A drawing that has to make room for messages, until the returned function is called. */
  above(drawing: Drawing): () => void {
    this.#drawings.add(drawing);
    return () => this.#drawings.delete(drawing);
  }
}
