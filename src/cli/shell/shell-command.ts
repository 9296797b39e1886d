/** What can be typed in the shell beside statements. */
export type ShellCommand = 'quit' | 'help' | 'clear';

const COMMANDS: Readonly<Record<string, ShellCommand>> = {
  '\\q': 'quit',
  quit: 'quit',
  exit: 'quit',
  '\\?': 'help',
  '\\h': 'help',
  help: 'help',
  '?': 'help',
  clear: 'clear',
};

/** Reads a line as a command; a semicolon may stand behind it. */
export function shellCommand(line: string): ShellCommand | undefined {
  const word = line.trim().replace(/\s*;$/, '').toLowerCase();
  return Object.hasOwn(COMMANDS, word) ? COMMANDS[word] : undefined;
}

export const HELP_TEXT = `A statement ends in a semicolon and may take several lines.

  SELECT ...;                      its result, as long as the input runs
  CREATE TABLE t (...) WITH (...); a table to read or to write
  INSERT INTO t SELECT ...;        writes a table
  SHOW TABLES; DESCRIBE t;         what there is
  SHOW FUNCTIONS;                  what can be called
  EXPLAIN SELECT ...;              how a query would run
  SET 'key' = 'value';             settings; SET; lists what is set

  Tab completes; Ctrl-C ends a running query, or gives up what was typed
  HELP, CLEAR, QUIT (\\q, Ctrl-D)
`;
