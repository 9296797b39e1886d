import type { Statement } from '../../sql/ast/index.ts';

const LENGTH_MAX = 60;

/** A statement's name in one line, for status and notes: `INSERT INTO per_city`. */
export function statementLabel(statement: Statement, source: string): string {
  const text = source.slice(statement.span.start, statement.span.end).replace(/\s+/g, ' ');
  const insert = /^INSERT (?:INTO|OVERWRITE) \S+/i.exec(text)?.[0];
  const label = insert ?? (statement.kind === 'statementSet' ? 'EXECUTE STATEMENT SET' : text);
  return label.length > LENGTH_MAX ? `${label.slice(0, LENGTH_MAX - 1)}…` : label;
}
