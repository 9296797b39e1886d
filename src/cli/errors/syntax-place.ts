import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { visibleText } from '../terminal/visible-text.ts';

/** How Node begins the stack of an error in the grammar of a module: the file and its line, the text up to it, a mark below. */
const HEAD =
  /^(?<file>(?:file:\/\/|\/|[A-Za-z]:[\\/])[^\n]*):(?<line>\d+)\r?\n(?:[^\n]*\n)*?(?<text>[^\n]*)\n(?<marks>[ \t]*\^+)[^\n]*\n\n/;
const LINE_MAX = 200;

/** The lines that show where a module's grammar is wrong, when the error tells it. */
export function syntaxPlace(error: unknown): string[] | undefined {
  if (!(error instanceof SyntaxError)) return undefined;
  const { file, line, text, marks } = HEAD.exec(error.stack ?? '')?.groups ?? {};
  if (file === undefined || line === undefined || text === undefined || marks === undefined) return undefined;
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  const shorter = relative(process.cwd(), path);
  const gutter = ' '.repeat(line.length + 1);
  const place = `${gutter}--> ${visibleText(shorter.startsWith('..') ? path : shorter)}:${line}`;
  if (text.length > LINE_MAX) return [place];
  return [place, `${gutter} |`, ` ${line} | ${text.replaceAll('\t', ' ')}`, `${gutter} | ${marks.replaceAll('\t', ' ')}`];
}
