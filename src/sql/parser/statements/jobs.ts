import type {
  CompilePlan,
  ExecutePlan,
  ExecuteStatement,
  ExplainDetail,
  ExplainStatement,
  InsertStatement,
  Statement,
  StatementSet,
  StatementSetMark,
  StopJob,
} from '../../ast/statements.ts';
import type { Token } from '../../token.ts';
import { syntaxError, unexpected } from '../errors.ts';
import { stringLiteral } from '../literals.ts';
import { isQueryStart } from '../queries.ts';
import type { TokenStream } from '../token-stream.ts';
import { createStatement, replaceStatement } from './create.ts';
import { insertStatement, queryStatement } from './data.ts';
import { ifNotExists } from './properties.ts';

/** EXECUTE STATEMENT SET, EXECUTE PLAN, EXECUTE INSERT, EXECUTE SELECT. */
export function executeStatement(stream: TokenStream): StatementSet | ExecutePlan | ExecuteStatement {
  const start = stream.expect('EXECUTE');
  if (stream.is('STATEMENT')) return statementSet(stream, start, true);
  if (stream.accept('PLAN')) return { kind: 'executePlan', file: stringLiteral(stream), span: stream.spanFrom(start) };
  if (!stream.is('INSERT') && !startsQuery(stream)) throw unexpected(stream, ['STATEMENT', 'PLAN', 'INSERT', 'SELECT']);
  const statement = stream.is('INSERT') ? insertStatement(stream) : queryStatement(stream);
  return { kind: 'execute', statement, span: stream.spanFrom(start) };
}

const startsQuery = (stream: TokenStream): boolean => isQueryStart(stream.token) || stream.is('(');

/** `STATEMENT SET BEGIN insert; insert; END` */
function statementSet(stream: TokenStream, start: Token, execute: boolean): StatementSet {
  stream.expectAll('STATEMENT', 'SET', 'BEGIN');
  const inserts: InsertStatement[] = [];
  do {
    inserts.push(insertStatement(stream));
    stream.expect(';');
  } while (!stream.is('END') && stream.token.type !== 'end');
  stream.expect('END');
  return { kind: 'statementSet', execute, inserts, span: stream.spanFrom(start) };
}

export function loneStatementSet(stream: TokenStream): Error {
  return syntaxError(stream, stream.token, 'STATEMENT SET is not a statement of its own', 'write EXECUTE STATEMENT SET BEGIN ... END');
}

/** `BEGIN STATEMENT SET` and `END`. */
export function statementSetMark(stream: TokenStream): StatementSetMark {
  const start = stream.next();
  if (start.code === 'END') return { kind: 'endStatementSet', span: stream.spanFrom(start) };
  stream.expectAll('STATEMENT', 'SET');
  return { kind: 'beginStatementSet', span: stream.spanFrom(start) };
}

export function compileStatement(stream: TokenStream): CompilePlan {
  const start = stream.expect('COMPILE');
  const execute = stream.acceptAll('AND', 'EXECUTE');
  stream.expect('PLAN');
  const file = stringLiteral(stream);
  const exists = !execute && ifNotExists(stream);
  stream.expect('FOR');
  if (!stream.is('STATEMENT') && !stream.is('INSERT')) throw unexpected(stream, ['INSERT', 'STATEMENT SET']);
  const statement = stream.is('STATEMENT') ? statementSet(stream, stream.token, false) : insertStatement(stream);
  return { kind: 'compilePlan', file, ifNotExists: exists, execute, statement, span: stream.spanFrom(start) };
}

const details: readonly ExplainDetail[] = ['ESTIMATED_COST', 'CHANGELOG_MODE', 'JSON_EXECUTION_PLAN', 'PLAN_ADVICE', 'CODEGEN'];

export function explainStatement(stream: TokenStream): ExplainStatement {
  const start = stream.expect('EXPLAIN');
  const planFor = stream.acceptAll('PLAN', 'FOR');
  const wanted: ExplainDetail[] = [];
  let detail = planFor ? undefined : stream.acceptOneOf(details);
  while (detail !== undefined) {
    if (!wanted.includes(detail)) wanted.push(detail);
    detail = stream.accept(',') ? stream.expectOneOf(details) : undefined;
  }
  return { kind: 'explain', planFor, details: wanted, statement: explained(stream), span: stream.spanFrom(start) };
}

function explained(stream: TokenStream): Statement {
  const { token } = stream;
  if (startsQuery(stream)) return queryStatement(stream);
  switch (token.code) {
    case 'INSERT':
      return insertStatement(stream);
    case 'STATEMENT':
      return statementSet(stream, token, false);
    case 'EXECUTE':
      return executeStatement(stream);
    case 'CREATE':
    case 'REPLACE':
      return explainedTable(stream, token);
    default:
      throw unexpected(stream, ['SELECT', 'INSERT', 'STATEMENT SET', 'CREATE TABLE', ...details]);
  }
}

function explainedTable(stream: TokenStream, token: Token): Statement {
  const statement = token.code === 'CREATE' ? createStatement(stream) : replaceStatement(stream);
  if (statement.kind === 'createTable' && statement.query !== undefined) return statement;
  throw syntaxError(stream, token, 'of CREATE statements, EXPLAIN takes only CREATE TABLE ... AS SELECT');
}

export function stopStatement(stream: TokenStream): StopJob {
  const start = stream.expect('STOP');
  stream.expect('JOB');
  const job = stringLiteral(stream, 'the id of a job in single quotes');
  const withSavepoint = stream.acceptAll('WITH', 'SAVEPOINT');
  const withDrain = withSavepoint && stream.acceptAll('WITH', 'DRAIN');
  if (stream.follows('WITH', 'DRAIN')) throw syntaxError(stream, stream.token, 'WITH DRAIN stands only behind WITH SAVEPOINT');
  return { kind: 'stopJob', job, withSavepoint, withDrain, span: stream.spanFrom(start) };
}
