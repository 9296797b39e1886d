/** Whose rules a pattern of date letters follows: Flink uses both of Java's, by function. */
export type Dialect = 'DateTimeFormatter' | 'SimpleDateFormat';

/** A run of one letter, or text that stands for itself. */
export type PatternToken =
  | { readonly kind: 'field'; readonly letter: string; readonly count: number }
  | { readonly kind: 'text'; readonly text: string };

const LETTERS: Readonly<Record<Dialect, string>> = {
  DateTimeFormatter: 'GuyQqMLdDEecaHhKkmsSnNAwWYFX',
  SimpleDateFormat: 'GyYMLwWDdFEuaHkKhmsSXZz',
};

/** Takes a pattern apart. `fail` is called with what is wrong and does not return. */
export function readDatePattern(pattern: string, dialect: Dialect, fail: (message: string) => never): PatternToken[] {
  const tokens: PatternToken[] = [];
  const isNew = dialect === 'DateTimeFormatter';
  let open = 0;
  for (let at = 0; at < pattern.length; ) {
    const char = pattern[at]!;
    if (/[A-Za-z]/.test(char)) {
      let end = at + 1;
      while (pattern[end] === char) end++;
      if (!LETTERS[dialect].includes(char)) fail(`the pattern letter ${char} of '${pattern}' is not supported`);
      tokens.push({ kind: 'field', letter: char, count: end - at });
      at = end;
    } else if (char === "'") {
      const [text, end] = readQuoted(pattern, at, fail);
      tokens.push({ kind: 'text', text });
      at = end;
    } else {
      if (isNew && /[{}#]/.test(char)) fail(`the pattern '${pattern}' contains the reserved character ${char}`);
      if (isNew && char === '[') open++;
      else if (isNew && char === ']' && open-- === 0) fail(`the pattern '${pattern}' contains ] without [`);
      else if (!isNew || (char !== '[' && char !== ']')) tokens.push({ kind: 'text', text: char });
      at++;
    }
  }
  return tokens;
}

/** `'text'`, with '' for a quote inside; '' alone is a quote, too. Returns the text and the place after it. */
function readQuoted(pattern: string, start: number, fail: (message: string) => never): [text: string, end: number] {
  if (pattern[start + 1] === "'") return ["'", start + 2];
  let text = '';
  for (let at = start + 1; at < pattern.length; at++) {
    if (pattern[at] !== "'") text += pattern[at];
    else if (pattern[at + 1] === "'") {
      text += "'";
      at++;
    } else return [text, at + 1];
  }
  return fail(`the pattern '${pattern}' ends inside a quoted text`);
}

export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
/** From Monday. */
export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
