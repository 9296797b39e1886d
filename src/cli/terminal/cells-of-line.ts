import type { Schema } from '../../data/schema.ts';
import type { CellText } from './table-layout.ts';

/** Reads the cells out of a line that a display encoder wrote, each byte of it a character. */
export function cellReader({ fields }: Schema): (line: string) => CellText[] {
  const prefixes = fields.map(({ name }) => JSON.stringify(name).length + 1);
  return (bytes) => {
    const line = Buffer.from(bytes, 'latin1').toString('utf8');
    let at = 1;
    return prefixes.map((length) => {
      const start = at + length;
      const end = tokenEnd(line, start);
      at = end + 1;
      return cellOf(line.slice(start, end));
    });
  };
}

function cellOf(token: string): CellText {
  if (token === 'null') return null;
  return token.startsWith('"') ? (JSON.parse(token) as string) : token;
}

/** Where a value that starts at `start` ends: a text, a number, true, false or null. */
function tokenEnd(line: string, start: number): number {
  let end = start;
  if (line[start] !== '"') {
    while (end < line.length && line[end] !== ',' && line[end] !== '}') end++;
    return end;
  }
  for (end++; line[end] !== '"'; end++) if (line[end] === '\\') end++;
  return end + 1;
}
