import type { Expression } from './ast/expressions.ts';
import type { Statement } from './ast/statements.ts';
import type { TypeName } from './ast/types.ts';
import { tooDeep, unexpected } from './parser/errors.ts';
import { expression } from './parser/expressions.ts';
import { endOfStatement } from './parser/statements/properties.ts';
import { statement } from './parser/statements/statement.ts';
import { TokenStream } from './parser/token-stream.ts';
import { wholeTypeName } from './parser/types.ts';

/**
 * Reads all statements of a script in Flink's SQL dialect; empty statements are skipped. Spans count from the start of the script.
 *
 * @throws SqlError MS1001 to MS1006 at the first place that cannot be read, with `span`, `source` and often a hint.
 */
export function parseScript(text: string): Statement[] {
  return parse(text, (stream) => {
    const statements: Statement[] = [];
    for (;;) {
      while (stream.accept(';'));
      if (stream.token.type === 'end') return statements;
      statements.push(statement(stream));
      endOfStatement(stream);
    }
  });
}

/**
 * Reads one statement; a semicolon may end it.
 *
 * @throws SqlError as `parseScript`, also when there is no statement or more than one.
 */
export function parseStatement(text: string): Statement {
  return parse(text, (stream) => {
    while (stream.accept(';'));
    const only = statement(stream);
    endOfStatement(stream);
    while (stream.accept(';'));
    if (stream.token.type !== 'end') throw unexpected(stream, ['the end of the text']);
    return only;
  });
}

/**
 * Reads a text that is one expression.
 *
 * @throws SqlError as `parseScript`.
 */
export function parseExpression(text: string): Expression {
  return parseWhole(text, (stream) => expression(stream));
}

/**
 * Reads a text that is one data type, such as `ROW<a INT NOT NULL>`.
 *
 * @throws SqlError as `parseScript`.
 */
export function parseTypeName(text: string): TypeName {
  return parseWhole(text, wholeTypeName);
}

function parseWhole<Result>(text: string, read: (stream: TokenStream) => Result): Result {
  return parse(text, (stream) => {
    const result = read(stream);
    if (stream.token.type !== 'end') throw unexpected(stream, ['an operator', 'the end of the text']);
    return result;
  });
}

/** The limits of the token stream keep the parser within the usual stack; a caller may have left it less. */
function parse<Result>(text: string, read: (stream: TokenStream) => Result): Result {
  const stream = new TokenStream(text);
  try {
    return read(stream);
  } catch (error) {
    throw error instanceof RangeError ? tooDeep(stream) : error;
  }
}
