import type { Schema } from '../../data/schema.ts';
import { isInterval, isNumeric } from '../../data/types/sql-type.ts';
import type { Colours } from './colours.ts';
import { alignTo, cutToWidth, displayWidth } from './display-width.ts';
import { visibleText } from './visible-text.ts';

/** A cell's text; null for NULL. */
export type CellText = string | null;

const GAP = '  ';
/** Stands for the columns that have no room. */
const ELLIPSIS = `${GAP}…`;
const WIDTH_MIN = 6;
const NULL = 'NULL';

/** Lays rows out as a table: numbers to the right, texts to the left, columns as wide as their widest value so far. */
export class TableLayout {
  readonly #names: readonly string[];
  readonly #sides: readonly ('left' | 'right')[];
  readonly #colours: Colours;
  /** The widest value of each column so far, so that columns do not jump from one drawing to the next. */
  readonly #wanted: number[];

  constructor({ fields }: Schema, colours: Colours) {
    this.#names = fields.map(({ name }) => visibleText(name));
    this.#sides = fields.map(({ type }) => (isNumeric(type) || isInterval(type) ? 'right' : 'left'));
    this.#colours = colours;
    this.#wanted = this.#names.map((name) => Math.max(1, displayWidth(name)));
  }

  #widen(texts: readonly (readonly string[])[]): void {
    for (const cells of texts) {
      for (let i = 0; i < cells.length; i++) this.#wanted[i] = Math.max(this.#wanted[i]!, displayWidth(cells[i]!));
    }
  }

  /** The header, a rule, and a line for each row, none wider than `width`. */
  lines(rows: readonly (readonly CellText[])[], width: number): string[] {
    const texts = rows.map((cells) => cells.map((cell) => visibleText(cell ?? NULL)));
    this.#widen(texts);
    const widths = fitWidths(this.#wanted, width);
    const { bold, dim } = this.#colours;
    const more = widths.length < this.#names.length ? ELLIPSIS : '';
    const line = (cells: readonly string[], paint: (text: string, i: number) => string): string =>
      widths
        .map((room, i) => paint(alignTo(cutToWidth(cells[i]!, room), room, this.#sides[i]!), i))
        .join(GAP)
        .trimEnd() + more;
    return [
      line(this.#names, bold),
      dim(widths.map((room) => '─'.repeat(room)).join(GAP)),
      ...texts.map((cells, n) => line(cells, (text, i) => (rows[n]![i] === null ? dim(text) : text))),
    ];
  }
}

const total = (widths: readonly number[]): number => widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);

/** Widths that fit together: the widest columns give way first; when all are narrow, the last ones are left out. */
function fitWidths(wanted: readonly number[], width: number): readonly number[] {
  const all = shrink(wanted, width);
  if (all !== undefined) return all;
  for (let count = wanted.length - 1; count > 0; count--) {
    const some = shrink(wanted.slice(0, count), width - ELLIPSIS.length);
    if (some !== undefined) return some;
  }
  return [Math.max(1, width - ELLIPSIS.length)];
}

/** Takes from the widest columns what is too much, down to the least width; undefined when that does not suffice. */
function shrink(wanted: readonly number[], width: number): readonly number[] | undefined {
  let widths = wanted;
  for (let over = total(widths) - width; over > 0; over = total(widths) - width) {
    const widest = Math.max(...widths);
    const several = widths.filter((room) => room === widest).length;
    const next = Math.max(WIDTH_MIN, ...widths.filter((room) => room < widest), widest - Math.ceil(over / several));
    if (next >= widest) return undefined;
    widths = widths.map((room) => (room === widest ? next : room));
  }
  return widths;
}
