// A small scanner of TypeScript: enough to tell code from comments and text, and to find what a file imports.

const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//;
const QUOTED = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/;
const TEMPLATE = /`(?:[^`\\$]|\\.|\$(?!\{)|\$\{(?:[^{}`]|\{[^}]*\}|`[^`]*`)*\})*`/;
/** A regular expression stands where a value may begin; elsewhere the slash divides. */
const PATTERN = /(?<=(?:^|[(,=:[!&|?{};>]|\breturn)\s*)\/(?![*/])(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/;
const COMMENT_OR_TEXT = new RegExp([COMMENT, QUOTED, TEMPLATE, PATTERN].map(({ source }) => source).join('|'), 'g');
const blank = (/** @type {string} */ text) => text.replace(/[^\n]/g, ' ');

/** The text with comments blanked out; offsets and lines stay as they are. @param {string} text */
const withoutComments = (text) => text.replace(COMMENT_OR_TEXT, (token) => (/^\/[/*]/.test(token) ? blank(token) : token));

/** The text with comments and literals blanked out. @param {string} text */
export const codeOnly = (text) => text.replace(COMMENT_OR_TEXT, blank);

/** Line of an offset, from 1. @param {string} text @param {number} offset */
export const lineAt = (text, offset) => text.slice(0, offset).split('\n').length;

const FROM = /\b(?:import|export)\s+(type\s+)?((?:[\w$*\s,]|\{[^}]*\})*?)\s*from\s*(['"])([^'"]+)\3/g;
const BARE = /\bimport\s*(['"])([^'"]+)\1/g;
const CALL = /\bimport\s*\(\s*(['"`])([^'"`]+)\1/g;

/**
 * @typedef {object} Import
 * @property {string} specifier
 * @property {boolean} typeOnly  nothing of it is left when types are stripped
 * @property {number} line       from 1
 */

/** Everything a file imports or re-exports, `import()` included. @param {string} source @returns {Import[]} */
export function importsOf(source) {
  const text = withoutComments(source);
  const code = codeOnly(source);
  // A text may hold what looks like an import: its first letter is then blanked out in the code.
  const all = (/** @type {RegExp} */ pattern) => [...text.matchAll(pattern)].filter(({ index }) => code[index] !== ' ');
  const found = all(FROM).map((match) => ({
    specifier: /** @type {string} */ (match[4]),
    typeOnly: match[1] !== undefined || namesTypesOnly(match[2] ?? ''),
    line: lineAt(text, match.index),
  }));
  for (const pattern of [BARE, CALL]) {
    for (const match of all(pattern)) {
      found.push({ specifier: /** @type {string} */ (match[2]), typeOnly: false, line: lineAt(text, match.index) });
    }
  }
  return found.sort((a, b) => a.line - b.line);
}

/** Whether `{ type A, type B }` names types and nothing else. @param {string} clause */
function namesTypesOnly(clause) {
  const names = /^\{([^}]*)\}$/.exec(clause.trim())?.[1];
  const parts = names?.split(',').map((name) => name.trim());
  return parts?.filter(Boolean).every((name) => name.startsWith('type ')) ?? false;
}
