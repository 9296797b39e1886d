/** A fenced block of a Markdown file that a test runs. */
export interface Snippet {
  /** Line of the block's first line of text, from 1. */
  readonly line: number;
  readonly language: 'sql' | 'ts';
  /** Words behind the language: `no-run`, `runs-on`. */
  readonly flags: readonly string[];
  readonly text: string;
  /** The text block that follows at once, if there is one: what running the snippet prints. */
  readonly expected: string | undefined;
}

interface Block {
  readonly line: number;
  readonly endLine: number;
  readonly words: readonly string[];
  readonly text: string;
}

/** The ```sql and ```ts blocks of a Markdown text, in order. */
export function snippetsOf(markdown: string): Snippet[] {
  const lines = markdown.split('\n');
  const blocks = blocksOf(lines);
  return blocks.flatMap(({ line, endLine, words, text }, i): Snippet[] => {
    const [language, ...flags] = words;
    if (language !== 'sql' && language !== 'ts') return [];
    const next = blocks[i + 1];
    const follows = next?.words[0] === 'text' && lines.slice(endLine, next.line - 2).every((between) => between.trim() === '');
    return [{ line, language, flags, text, expected: follows ? next.text : undefined }];
  });
}

/** Fenced blocks; those within a list are indented. */
function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, indent, info] = /^(\s*)```(.*)$/.exec(lines[i]!) ?? [];
    if (indent === undefined || info === undefined) continue;
    const start = i + 1;
    while (++i < lines.length && !/^\s*```\s*$/.test(lines[i]!));
    const text = lines.slice(start, i).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    blocks.push({ line: start + 1, endLine: i + 1, words: info.trim().split(/\s+/), text: text.join('\n') });
  }
  return blocks;
}
