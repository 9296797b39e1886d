import type { Span } from '../../common/errors.ts';
import type { Colours } from '../terminal/colours.ts';
import { characterWidth } from '../terminal/display-width.ts';
import { visibleText } from '../terminal/visible-text.ts';

const TAB_WIDTH = 4;
const ELLIPSIS = '…';

/** A character of the line as it is shown, and whether it is marked. */
interface Cell {
  readonly text: string;
  readonly width: number;
  readonly marked: boolean;
}

export interface ExcerptOptions {
  readonly colours: Colours;
  /** Places a line may take. */
  readonly widthMax: number;
}

/** Width of the numbers' column, which all lines of an error share. */
export const gutterOf = (span: Span | undefined): string => ' '.repeat(String(span?.line ?? 1).length + 1);

/** The lines that show where in a text an error is: name, line and column, the line, and carets under the span. */
export function excerpt(name: string, source: string, span: Span, { colours, widthMax }: ExcerptOptions): string[] {
  const gutter = gutterOf(span);
  const bar = colours.cyan('|');
  const cells = window(cellsOf(source, span), widthMax - gutter.length - 3);
  const line = cells.map(({ text }) => text).join('');
  const before = cells.slice(0, firstMarked(cells)).reduce((sum, { width }) => sum + width, 0);
  const length = cells.reduce((sum, { marked, width }) => sum + (marked ? width : 0), 0);
  return [
    `${gutter}${colours.cyan('-->')} ${visibleText(name)}:${span.line}:${span.column}`,
    `${gutter} ${bar}`,
    ` ${colours.cyan(String(span.line))} ${bar}${line === '' ? '' : ` ${line}`}`,
    `${gutter} ${bar} ${' '.repeat(before)}${colours.red('^'.repeat(Math.max(1, length)))}`,
  ];
}

function firstMarked(cells: readonly Cell[]): number {
  const index = cells.findIndex(({ marked }) => marked);
  return index < 0 ? cells.length : index;
}

/** The line in which the span starts. Tabs become blanks, so that the carets stand right whatever the terminal's tab stops are. */
function cellsOf(source: string, span: Span): Cell[] {
  const lineStart = span.start === 0 ? 0 : source.lastIndexOf('\n', span.start - 1) + 1;
  const lineBreak = source.indexOf('\n', span.start);
  const line = source.slice(lineStart, lineBreak < 0 ? source.length : lineBreak).replace(/\r+$/, '');
  const cells: Cell[] = [];
  let offset = lineStart;
  for (const character of line) {
    const text = character === '\t' ? ' '.repeat(TAB_WIDTH) : visibleText(character);
    const width = text === character ? characterWidth(character) : text.length;
    cells.push({ text, width, marked: offset >= span.start && offset < span.end });
    offset += character.length;
  }
  return cells;
}

/** The part of a long line around the marked place. */
function window(cells: readonly Cell[], widthMax: number): readonly Cell[] {
  const total = cells.reduce((sum, { width }) => sum + width, 0);
  if (total <= widthMax) return cells;
  const cut: Cell = { text: ELLIPSIS, width: 1, marked: false };
  const room = Math.max(8, widthMax - 2);
  const marked = firstMarked(cells);
  let start = marked;
  let used = 0;
  while (start > 0 && used + cells[start - 1]!.width <= room / 3) used += cells[--start]!.width;
  let end = start;
  used = 0;
  while (end < cells.length && used + cells[end]!.width <= room) used += cells[end++]!.width;
  while (end === cells.length && start > 0 && used + cells[start - 1]!.width <= room) used += cells[--start]!.width;
  return [...(start > 0 ? [cut] : []), ...cells.slice(start, end), ...(end < cells.length ? [cut] : [])];
}
