import type {
  AnalyzeTable,
  CompilePlan,
  DescribeStatement,
  DropStatement,
  ExplainStatement,
  InsertStatement,
  PartitionSpec,
  ShowStatement,
  Statement,
  StatementSet,
  StopJob,
  UpdateStatement,
} from '../ast/statements.ts';
import { alterText } from './alter.ts';
import { callText } from './calls.ts';
import { createText, propertiesText } from './create.ts';
import { expressionText } from './expressions.ts';
import { hintsText, queryText } from './queries.ts';
import { columnList, identifierText, newline, qualifiedNameText, stringText } from './text.ts';

/** A statement as SQL text, without a semicolon at its end. */
export function statementText(statement: Statement): string {
  switch (statement.kind) {
    case 'queryStatement':
      return queryText(statement.query, 0);
    case 'insert':
      return insertText(statement);
    case 'update':
      return updateText(statement);
    case 'delete':
      return `DELETE FROM ${targetText(statement)}${whereText(statement)}`;
    case 'truncate':
      return `TRUNCATE TABLE ${qualifiedNameText(statement.table)}`;
    case 'alter':
      return alterText(statement);
    case 'drop':
      return dropText(statement);
    case 'describe':
      return describeText(statement);
    case 'show':
      return showText(statement);
    case 'use':
      return `USE ${statement.object === 'DATABASE' ? '' : `${statement.object} `}${statement.names.map(qualifiedNameText).join(', ')}`;
    case 'statementSet':
    case 'beginStatementSet':
    case 'endStatementSet':
    case 'execute':
    case 'executePlan':
    case 'compilePlan':
    case 'explain':
    case 'stopJob':
      return jobText(statement);
    case 'callProcedure':
    case 'analyzeTable':
    case 'set':
    case 'reset':
    case 'addJar':
    case 'removeJar':
    case 'loadModule':
    case 'unloadModule':
    case 'clientCommand':
      return sessionText(statement);
    default:
      return createText(statement);
  }
}

function insertText(insert: InsertStatement): string {
  const partition = insert.partition === undefined ? '' : ` ${partitionText(insert.partition)}`;
  const columns = insert.columns.length === 0 ? '' : ` (${insert.columns.map(qualifiedNameText).join(', ')})`;
  const conflict = insert.onConflict === undefined ? '' : `${newline(0)}ON CONFLICT DO ${insert.onConflict}`;
  const head = `INSERT ${insert.overwrite ? 'OVERWRITE' : 'INTO'} ${qualifiedNameText(insert.target)}`;
  return `${head}${hintsText(insert.hints)}${partition}${columns}${newline(0)}${queryText(insert.query, 0)}${conflict}`;
}

export function partitionText({ values }: PartitionSpec): string {
  const parts = values.map(({ column, value }) => identifierText(column) + (value === undefined ? '' : ` = ${expressionText(value, 0)}`));
  return `PARTITION (${parts.join(', ')})`;
}

type Target = Pick<UpdateStatement, 'table' | 'hints' | 'alias'>;

function targetText({ table, hints, alias }: Target): string {
  return qualifiedNameText(table) + hintsText(hints) + (alias === undefined ? '' : ` AS ${identifierText(alias)}`);
}

function whereText({ where }: Pick<UpdateStatement, 'where'>): string {
  return where === undefined ? '' : `${newline(0)}WHERE ${expressionText(where, 0)}`;
}

function updateText(update: UpdateStatement): string {
  const assignments = update.assignments.map(({ column, value }) => `${identifierText(column)} = ${expressionText(value, 1)}`);
  return `UPDATE ${targetText(update)}${newline(0)}SET ${assignments.join(`,${newline(1)}`)}${whereText(update)}`;
}

function dropText({ object, temporary, system, ifExists, name, behavior }: DropStatement): string {
  const scope = `${temporary ? 'TEMPORARY ' : ''}${system ? 'SYSTEM ' : ''}`;
  return `DROP ${scope}${object}${ifExists ? ' IF EXISTS' : ''} ${qualifiedNameText(name)}${behavior === undefined ? '' : ` ${behavior}`}`;
}

function describeText({ object, extended, name, job }: DescribeStatement): string {
  if (job !== undefined) return `DESCRIBE JOB ${stringText(job)}`;
  const words = `${object === 'TABLE' ? '' : `${object} `}${extended ? 'EXTENDED ' : ''}`;
  return `DESCRIBE ${words}${name === undefined ? '' : qualifiedNameText(name)}`;
}

function showText({ object, name, preposition, like, partition }: ShowStatement): string {
  const place = name === undefined ? '' : ` ${preposition === undefined ? '' : `${preposition} `}${qualifiedNameText(name)}`;
  const pattern = like === undefined ? '' : ` ${like.negated ? 'NOT ' : ''}${like.operator} ${stringText(like.pattern)}`;
  return `SHOW ${object}${place}${partition === undefined ? '' : ` ${partitionText(partition)}`}${pattern}`;
}

type JobStatement = Extract<
  Statement,
  { kind: 'statementSet' | 'beginStatementSet' | 'endStatementSet' | 'execute' | 'executePlan' | 'compilePlan' | 'explain' | 'stopJob' }
>;

function jobText(statement: JobStatement): string {
  switch (statement.kind) {
    case 'statementSet':
      return statementSetText(statement);
    case 'beginStatementSet':
      return 'BEGIN STATEMENT SET';
    case 'endStatementSet':
      return 'END';
    case 'execute':
      return `EXECUTE ${statementText(statement.statement)}`;
    case 'executePlan':
      return `EXECUTE PLAN ${stringText(statement.file)}`;
    case 'compilePlan':
      return compileText(statement);
    case 'explain':
      return explainText(statement);
    case 'stopJob':
      return stopText(statement);
  }
}

function statementSetText({ execute, inserts }: StatementSet): string {
  const body = inserts.map((insert) => `${insertText(insert)};${newline(0)}`).join('');
  return `${execute ? 'EXECUTE ' : ''}STATEMENT SET BEGIN${newline(0)}${body}END`;
}

function compileText({ file, ifNotExists, execute, statement }: CompilePlan): string {
  const head = execute ? 'COMPILE AND EXECUTE PLAN' : 'COMPILE PLAN';
  return `${head} ${stringText(file)}${ifNotExists ? ' IF NOT EXISTS' : ''} FOR${newline(0)}${statementText(statement)}`;
}

function explainText({ planFor, details, statement }: ExplainStatement): string {
  const words = planFor ? ' PLAN FOR' : details.length === 0 ? '' : ` ${details.join(', ')}`;
  return `EXPLAIN${words}${newline(0)}${statementText(statement)}`;
}

function stopText({ job, withSavepoint, withDrain }: StopJob): string {
  return `STOP JOB ${stringText(job)}${withSavepoint ? ' WITH SAVEPOINT' : ''}${withDrain ? ' WITH DRAIN' : ''}`;
}

type SessionStatement = Extract<
  Statement,
  {
    kind: 'callProcedure' | 'analyzeTable' | 'set' | 'reset' | 'addJar' | 'removeJar' | 'loadModule' | 'unloadModule' | 'clientCommand';
  }
>;

function sessionText(statement: SessionStatement): string {
  switch (statement.kind) {
    case 'callProcedure':
      return `CALL ${callText(statement.call, 0)}`;
    case 'analyzeTable':
      return analyzeText(statement);
    case 'set':
      return statement.key === undefined || statement.value === undefined
        ? 'SET'
        : `SET ${stringText(statement.key)} = ${stringText(statement.value)}`;
    case 'reset':
      return statement.key === undefined ? 'RESET' : `RESET ${stringText(statement.key)}`;
    case 'addJar':
      return `ADD JAR ${stringText(statement.path)}`;
    case 'removeJar':
      return `REMOVE JAR ${stringText(statement.path)}`;
    case 'loadModule':
      return `LOAD MODULE ${identifierText(statement.name)}${propertiesText(statement.options)}`;
    case 'unloadModule':
      return `UNLOAD MODULE ${identifierText(statement.name)}`;
    case 'clientCommand':
      return statement.command;
  }
}

function analyzeText({ table, partition, columns }: AnalyzeTable): string {
  const part = partition === undefined ? '' : ` ${partitionText(partition)}`;
  const list = columns === undefined ? '' : columns.length === 0 ? ' FOR ALL COLUMNS' : ` FOR COLUMNS ${columnList(columns).slice(1, -1)}`;
  return `ANALYZE TABLE ${qualifiedNameText(table)}${part} COMPUTE STATISTICS${list}`;
}
