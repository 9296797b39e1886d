import type { Writable } from 'node:stream';
import { ConnectorError } from '../../common/errors.ts';

/**
 * Standard output as the results see it: it says when it is full, and takes its end quietly when its reader has gone (`head -1`):
 * what is written afterwards is thrown away.
 */
export class Output {
  readonly #stream: Writable;
  #full = false;
  #failure: ConnectorError | undefined;
  #wake: (() => void)[] = [];
  /** The reader has gone. */
  broken = false;
  /** Called once when the reader goes. */
  onBroken: () => void = () => undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => this.#failed(error));
    stream.on('drain', () => this.#continue());
  }

  /** Whether write() should be called; when not, ready() says when. */
  get accepting(): boolean {
    return !this.#full;
  }

  write(data: string | Uint8Array): void {
    if (this.broken || this.#failure !== undefined) return;
    if (!this.#stream.write(data)) this.#full = true;
  }

  /** Resolves when write() may be called again. Throws MS5005 when what was written could not be. */
  async ready(): Promise<void> {
    while (this.#full && this.#failure === undefined) await new Promise<void>((resolve) => this.#wake.push(resolve));
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Resolves when all that was written has been handed to the system. Throws MS5005. */
  async drained(): Promise<void> {
    await this.ready();
    if (!this.broken) await new Promise<void>((resolve) => this.#stream.write('', () => resolve()));
    await this.ready();
  }

  #continue(): void {
    this.#full = false;
    for (const wake of this.#wake.splice(0)) wake();
  }

  #failed(error: NodeJS.ErrnoException): void {
    if (error.code === 'EPIPE' || error.code === 'ECONNRESET') {
      const first = !this.broken;
      this.broken = true;
      if (first) this.onBroken();
    } else {
      this.#failure ??= new ConnectorError('MS5005', `standard output cannot be written: ${error.message}`, { cause: error });
    }
    this.#continue();
  }
}
