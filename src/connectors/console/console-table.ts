/** A cell's text; null for NULL, so that it differs from the text 'NULL'. */
export type Cell = string | null;

export interface TableLayout {
  /** Rows shown at most. */
  readonly rowLimit: number;
  /** Characters of a cell shown at most; 0 for all of them, which also aligns cells to the left. */
  readonly cellLimit: number;
}

const LEAST_WIDTH = 3;
const META: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
  '\v': '\\v',
  '\x07': '\\a',
};

/** The table that Spark's Dataset.show() prints, with the line that says when rows are left out, and an empty line at the end. */
export function drawTable(names: readonly string[], rows: readonly (readonly Cell[])[], layout: TableLayout): string {
  const shown = rows.slice(0, layout.rowLimit).map((cells) => cells.map((cell) => cutCell(cell ?? 'NULL', layout.cellLimit)));
  const header = names.map((name) => cutCell(name, layout.cellLimit));
  const widths = header.map((name, i) => Math.max(LEAST_WIDTH, widthOf(name), ...shown.map((cells) => widthOf(cells[i]!))));
  const rule = `+${widths.map((width) => '-'.repeat(width)).join('+')}+\n`;
  const line = (cells: readonly string[]): string => `|${cells.map((cell, i) => pad(cell, widths[i]!, layout.cellLimit > 0)).join('|')}|\n`;
  const more = rows.length > layout.rowLimit ? `only showing top ${layout.rowLimit} ${layout.rowLimit === 1 ? 'row' : 'rows'}\n` : '';
  return `${rule}${line(header)}${rule}${shown.map(line).join('')}${rule}${more}\n`;
}

function cutCell(text: string, limit: number): string {
  const safe = text.replace(/[\n\r\t\f\b\v\x07]/g, (character) => META[character]!);
  if (limit <= 0 || safe.length <= limit) return safe;
  return limit < 4 ? safe.slice(0, limit) : `${safe.slice(0, limit - 3)}...`;
}

function pad(text: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(width - widthOf(text));
  return right ? blanks + text : text + blanks;
}

/** Characters that take two places on a terminal: East Asian wide and full-width ones. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

const widthOf = (text: string): number => text.length + (text.match(WIDE)?.length ?? 0);
