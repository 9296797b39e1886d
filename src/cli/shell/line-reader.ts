import { createInterface, type Interface } from 'node:readline';
import type { ReadStream, WriteStream } from 'node:tty';

export interface LineReaderOptions {
  readonly input: ReadStream;
  readonly output: WriteStream;
  readonly complete: (line: string) => [string[], string];
  readonly history: () => string[];
}

/** What the user did: typed a line, gave up what was typed (Ctrl-C), or left (Ctrl-D). */
export type Typed = { readonly line: string } | 'interrupted' | 'left';

/**
 * Reads lines from a terminal. Between two lines the terminal is nobody's: readline is made anew for each, because while a query runs
 * its keys mean something else. Lines that are pasted together are handed out one by one, and what is typed of a next one is kept.
 */
export class LineReader {
  readonly #options: LineReaderOptions;
  readonly #lines: string[] = [];
  #partial = '';

  constructor(options: LineReaderOptions) {
    this.#options = options;
  }

  /** Whether a line is there already, because several were pasted. */
  get hasLines(): boolean {
    return this.#lines.length > 0;
  }

  async read(prompt: string): Promise<Typed> {
    const waiting = this.#lines.shift();
    if (waiting !== undefined) {
      this.#options.output.write(`${prompt}${waiting}\n`);
      return { line: waiting };
    }
    const { input, output, complete, history } = this.#options;
    const reader = createInterface({
      input,
      output,
      prompt,
      completer: complete,
      history: history(),
      historySize: 1000,
      terminal: true,
      tabSize: 4,
    });
    reader.prompt();
    if (this.#partial !== '') reader.write(this.#partial);
    this.#partial = '';
    const typed = await this.#typed(reader);
    reader.close();
    return typed;
  }

  /** Forgets pasted lines that have not been read. */
  clear(): void {
    this.#lines.length = 0;
    this.#partial = '';
  }

  #typed(reader: Interface): Promise<Typed> {
    return new Promise((resolve) => {
      let first: string | undefined;
      reader.on('line', (line) => {
        if (first !== undefined) return void this.#lines.push(line);
        first = line;
        // The lines that were pasted with it come before the next turn of the event loop.
        setImmediate(() => {
          this.#partial = reader.line;
          resolve({ line });
        });
      });
      reader.once('SIGINT', () => {
        this.#options.output.write('^C\n');
        resolve('interrupted');
      });
      reader.once('close', () => {
        if (first === undefined) resolve('left');
      });
    });
  }
}
