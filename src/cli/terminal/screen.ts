import { displayWidth } from './display-width.ts';

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const ERASE_LINE_END = '\x1b[K';
const ERASE_BELOW = '\x1b[J';
const PAINT = /\x1b\[\d+m/g;

/** What a screen needs of a terminal. */
export interface TerminalStream {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): boolean;
}

/**
 * Lines at the bottom of a terminal that are drawn anew in the same place. They are erased by going up over them; a terminal that was
 * made narrower in the meantime has wrapped them, which is taken into account.
 */
export class Screen {
  readonly #stream: TerminalStream;
  /** Places that each drawn line takes; the cursor stands behind the last one. */
  #widths: readonly number[] = [];
  #hidden = false;
  readonly #showCursor = () => void this.#stream.write(SHOW_CURSOR);

  constructor(stream: TerminalStream) {
    this.#stream = stream;
  }

  get columns(): number {
    return Math.max(20, this.#stream.columns ?? 80);
  }

  get rows(): number {
    return Math.max(4, this.#stream.rows ?? 24);
  }

  /** Draws lines in the place of those drawn before. Each must be narrower than the terminal, and there must be fewer than its rows. */
  draw(lines: readonly string[]): void {
    if (!this.#hidden) process.once('exit', this.#showCursor);
    const text = `${this.#hidden ? '' : HIDE_CURSOR}${this.#toTop()}${lines.join(`${ERASE_LINE_END}\n`)}${ERASE_BELOW}`;
    this.#hidden = true;
    this.#widths = lines.map((line) => displayWidth(line.replace(PAINT, '')));
    this.#stream.write(text);
  }

  /** Takes the lines away; what is written next stands in their place. */
  erase(): void {
    if (!this.#hidden) return;
    this.#stream.write(`${this.#toTop()}${ERASE_BELOW}${SHOW_CURSOR}`);
    process.off('exit', this.#showCursor);
    this.#widths = [];
    this.#hidden = false;
  }

  #toTop(): string {
    const { columns } = this;
    const rows = this.#widths.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return rows > 1 ? `\r\x1b[${rows - 1}A` : '\r';
  }
}
