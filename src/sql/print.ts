import type { Expression } from './ast/expressions.ts';
import type { Query } from './ast/queries.ts';
import type { Statement } from './ast/statements.ts';
import type { TypeName } from './ast/types.ts';
import { expressionText } from './printer/expressions.ts';
import { queryText } from './printer/queries.ts';
import { statementText } from './printer/statements.ts';
import { typeText } from './printer/types.ts';

/**
 * Prints a statement as SQL that reads back as the same tree, places apart: one clause a line, no semicolon at the end. Comments that are
 * not hints are lost, and words such as INNER or ASC that change nothing.
 */
export function printStatement(statement: Statement): string {
  return statementText(statement);
}

/** Prints a query, as `printStatement` does. */
export function printQuery(query: Query): string {
  return queryText(query, 0);
}

/** Prints an expression, with no more parentheses than its meaning needs. */
export function printExpression(expression: Expression): string {
  return expressionText(expression, 0);
}

/** Prints a data type in the form that DESCRIBE shows. */
export function printTypeName(type: TypeName): string {
  return typeText(type);
}
