import type { Statement } from '../../ast/statements.ts';
import { describe, nearestKeyword, syntaxError, unexpected } from '../errors.ts';
import type { TokenStream } from '../token-stream.ts';
import { alterStatement } from './alter.ts';
import { createStatement, replaceStatement } from './create.ts';
import {
  analyzeStatement,
  callStatement,
  deleteStatement,
  insertStatement,
  queryStatement,
  truncateStatement,
  updateStatement,
} from './data.ts';
import { describeStatement, dropStatement, showStatement, useStatement } from './inspect.ts';
import { compileStatement, executeStatement, explainStatement, loneStatementSet, statementSetMark, stopStatement } from './jobs.ts';
import { clientCommand, jarStatement, loadModule, resetStatement, setStatement, unloadModule } from './session.ts';

/** Every statement by its first word. */
const statements: ReadonlyMap<string, (stream: TokenStream) => Statement> = new Map<string, (stream: TokenStream) => Statement>([
  ['SELECT', queryStatement],
  ['WITH', queryStatement],
  ['VALUES', queryStatement],
  ['TABLE', queryStatement],
  ['(', queryStatement],
  ['INSERT', insertStatement],
  ['CREATE', createStatement],
  ['REPLACE', replaceStatement],
  ['ALTER', alterStatement],
  ['DROP', dropStatement],
  ['SET', setStatement],
  ['RESET', resetStatement],
  ['EXPLAIN', explainStatement],
  ['DESCRIBE', describeStatement],
  ['DESC', describeStatement],
  ['SHOW', showStatement],
  ['USE', useStatement],
  ['EXECUTE', executeStatement],
  ['COMPILE', compileStatement],
  ['BEGIN', statementSetMark],
  ['END', statementSetMark],
  ['UPDATE', updateStatement],
  ['DELETE', deleteStatement],
  ['TRUNCATE', truncateStatement],
  ['CALL', callStatement],
  ['ANALYZE', analyzeStatement],
  ['ADD', jarStatement],
  ['REMOVE', jarStatement],
  ['LOAD', loadModule],
  ['UNLOAD', unloadModule],
  ['STOP', stopStatement],
  ['QUIT', clientCommand],
  ['EXIT', clientCommand],
  ['CLEAR', clientCommand],
  ['HELP', clientCommand],
]);

/** Statements of other dialects that people try, and what to write instead. */
const foreign: Readonly<Record<string, string>> = {
  MERGE: 'write INSERT INTO a table with a primary key',
  UPSERT: 'write INSERT INTO a table with a primary key',
};

export function statement(stream: TokenStream): Statement {
  const { token } = stream;
  const read = statements.get(token.code);
  if (read !== undefined) return read(stream);
  if (token.code === 'STATEMENT') throw loneStatementSet(stream);
  const instead = foreign[token.code];
  if (instead !== undefined) throw syntaxError(stream, token, `${token.code} is not supported`, instead);
  throw unknownStatement(stream);
}

function unknownStatement(stream: TokenStream): Error {
  const { token } = stream;
  if (token.type === 'invalid') return unexpected(stream, []);
  const near = nearestKeyword(stream.textOf(token).toUpperCase(), [...statements.keys()]);
  const hint = near === undefined ? 'statements begin with a word such as SELECT, INSERT, CREATE, SET or EXPLAIN' : `did you mean ${near}?`;
  return syntaxError(stream, token, `expected a statement, found ${describe(stream, token)}`, hint);
}
