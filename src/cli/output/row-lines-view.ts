import type { Batch } from '../../data/batch.ts';
import type { LineEncoder } from './line-encoder.ts';
import type { Output } from './output.ts';
import type { ResultView } from './result-view.ts';

const CHUNK_BYTES = 64 * 1024;
/** How long a row may wait for others before it is written, where the source always has more. */
const WAIT_MS = 50;

/** Writes every row as a line, at once when the source is idle. While standard output is full, the query waits. */
export class RowLinesView implements ResultView {
  readonly #output: Output;
  readonly #encoder: LineEncoder;
  readonly #wrap: (lines: Buffer, batch: Batch) => Buffer;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `wrap` makes what is written of a batch's lines. */
  constructor(output: Output, encoder: LineEncoder, wrap: (lines: Buffer, batch: Batch) => Buffer = (lines) => lines) {
    this.#output = output;
    this.#encoder = encoder;
    this.#wrap = wrap;
  }

  onBatch(batch: Batch): boolean {
    if (!this.#output.accepting) return false;
    if (batch.size === 0) return true;
    const lines = this.#wrap(this.#encoder.encode(batch), batch);
    this.#pending.push(lines);
    this.#pendingBytes += lines.length;
    if (this.#pendingBytes >= CHUNK_BYTES) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), WAIT_MS);
    return true;
  }

  ready(): Promise<void> {
    return this.#output.ready();
  }

  flush(): Promise<void> {
    this.#write();
    return Promise.resolve();
  }

  finish(): Promise<void> {
    return this.flush();
  }

  close(): void {
    this.#write();
    this.#encoder.close();
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pendingBytes === 0) return;
    const [only] = this.#pending;
    this.#output.write(this.#pending.length === 1 ? only! : Buffer.concat(this.#pending));
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}
