// Pieces of Markdown, and the sections of a file that are generated.

/** Text of a cell: a pipe would end it. @param {string} text */
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/**
 * A table; columns that are empty throughout are left out.
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function table(head, rows) {
  const kept = head.map((_, i) => i).filter((i) => i === 0 || rows.some((row) => row[i] !== ''));
  const line = (/** @type {readonly string[]} */ cells) => `| ${kept.map((i) => cell(cells[i] ?? '')).join(' | ')} |`;
  return [line(head), `|${kept.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

/** Text as code, whatever backquotes it holds. @param {string} text */
export function code(text) {
  const fence = '`'.repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** A sentence of the source as Markdown: what is not between backquotes means itself. @param {string} text */
export const prose = (text) =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.replace(/[*_<[\]]/g, '\\$&')))
    .join('');

const INVISIBLE = /[^\P{C}\n]/gu;
const escaped = (/** @type {string} */ character) => `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** A value as code, with what cannot be seen spelled out. @param {string} text */
export const value = (text) => code(text === '' ? "''" : text.replace(INVISIBLE, escaped));

const opening = (/** @type {string} */ name) => `<!-- generated: ${name} (npm run docs) -->`;
const CLOSING = '<!-- end of what is generated -->';

/** A section that is generated, with the comments around it. @param {string} name @param {string} text */
export const section = (name, text) => `${opening(name)}\n\n${text.trim()}\n\n${CLOSING}`;

/**
 * Puts new texts into a file's generated sections; what a person wrote around them stays.
 * @param {string} path  for the error
 * @param {string} markdown
 * @param {Readonly<Record<string, string>>} sections
 */
export function replaceSections(path, markdown, sections) {
  let result = markdown;
  for (const [name, text] of Object.entries(sections)) {
    const start = result.indexOf(opening(name));
    const end = result.indexOf(CLOSING, start);
    if (start === -1 || end === -1) throw new Error(`${path} has no section between "${opening(name)}" and "${CLOSING}"`);
    result = result.slice(0, start) + section(name, text) + result.slice(end + CLOSING.length);
  }
  return result;
}
