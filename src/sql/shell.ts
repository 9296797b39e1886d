import { tokenize } from './lexer.ts';
import type { Token } from './token.ts';

/** What a shell has in its buffer: the texts of the finished statements, and what comes behind the last of them. */
export interface ShellInput {
  /** Each without its semicolon and without blanks around it; never empty. */
  readonly statements: readonly string[];
  /** The beginning of a statement that goes on, or blanks and comments. */
  readonly rest: string;
  /** Whether `rest` holds nothing of a statement, so that everything typed so far can run. */
  readonly complete: boolean;
}

/**
 * Splits the text of a shell at the semicolons that end statements: not those in strings, names, comments, or between the BEGIN and the
 * END of a statement set. Throws nothing, whatever the text.
 */
export function splitForShell(text: string): ShellInput {
  const tokens = tokenize(text);
  const statements: string[] = [];
  let first = 0;
  let restStart = 0;
  tokens.forEach((token, i) => {
    if (token.code !== ';' || (opensStatementSet(tokens, first, i) && tokens[i - 1]?.code !== 'END')) return;
    if (i > first) statements.push(text.slice(tokens[first]!.start, tokens[i - 1]!.end));
    first = i + 1;
    restStart = token.end;
  });
  return { statements, rest: text.slice(restStart), complete: tokens[first]?.type === 'end' };
}

const setWords: ReadonlySet<string> = new Set(['EXECUTE', 'EXPLAIN', 'COMPILE', 'STATEMENT']);

/** How many words can stand before STATEMENT SET: those of COMPILE PLAN 'x' IF NOT EXISTS FOR, or the details of EXPLAIN. */
const prefixLength = 16;

/** Whether the tokens from `first` begin a statement set, `EXECUTE STATEMENT SET BEGIN`, before `end`. */
function opensStatementSet(tokens: readonly Token[], first: number, end: number): boolean {
  if (!setWords.has(tokens[first]?.code ?? '')) return false;
  for (let i = first; i < Math.min(end, first + prefixLength); i++) {
    if (tokens[i]?.code === 'STATEMENT' && tokens[i + 1]?.code === 'SET' && tokens[i + 2]?.code === 'BEGIN') return true;
  }
  return false;
}
