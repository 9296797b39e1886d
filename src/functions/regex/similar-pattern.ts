const CLASSES: Readonly<Record<string, string>> = {
  '[:ALPHA:]': '\\p{Alpha}',
  '[:UPPER:]': '\\p{Upper}',
  '[:LOWER:]': '\\p{Lower}',
  '[:DIGIT:]': '\\d',
  '[:SPACE:]': ' ',
  '[:WHITESPACE:]': '\\s',
  '[:ALNUM:]': '\\p{Alnum}',
};

const SPECIAL = '_%[]()|^-+*?{}';

/**
 * A SIMILAR TO pattern as a pattern in Java's syntax for the whole text: `_` is one character, `%` any number; alternatives, groups,
 * repetitions and sets are as in regular expressions; other signs are ordinary. `fail` is called for a bad one and does not return.
 */
export function javaPatternOfSimilar(pattern: string, escaped: string | undefined, fail: (message: string) => never): string {
  if (escaped !== undefined && escaped.length !== 1) fail(`invalid escape character '${escaped}'`);
  let java = '';
  let inSet = false;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === escaped) {
      const next = pattern[++i];
      if (next === undefined || (!SPECIAL.includes(next) && next !== escaped)) fail(`invalid escape sequence '${pattern}', ${i - 1}`);
      java += quote(next!);
    } else if (inSet) {
      if (char === '_' || char === '%') fail(`invalid regular expression '${pattern}'`);
      const named = char === '[' ? Object.keys(CLASSES).find((name) => pattern.startsWith(name, i)) : undefined;
      if (char === '[' && named === undefined) fail(`invalid regular expression '${pattern}'`);
      java += named === undefined ? (char === '\\' || char === '&' ? `\\${char}` : char) : CLASSES[named]!;
      i += (named?.length ?? 1) - 1;
      inSet = char !== ']';
    } else if (char === ']') fail(`invalid regular expression '${pattern}'`);
    else {
      inSet = char === '[';
      java += char === '_' ? '.' : char === '%' ? '(?:.|\\n|\\r)*' : char === '\\' || char === '$' ? `\\${char}` : char;
    }
  }
  return java;
}

const quote = (char: string): string => (/[A-Za-z0-9]/.test(char) ? char : `\\${char}`);
