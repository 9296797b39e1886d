import { SqlError } from '../common/errors.ts';
import { Decimal } from '../data/values/decimal.ts';
import type * as sql from '../sql/ast/index.ts';
import { printExpression } from '../sql/print.ts';
import { SqlName } from './sql-name.ts';
import { literalNode } from './typed/literal.ts';
import type { LiteralValue } from './typed/operations.ts';

/** What a template of SQL takes. A pipeline stands for a table of its rows. */
export type TemplateValue = LiteralValue | null | SqlName;

/** Where a value ended up in the text, and the node that must stand there. */
interface Place {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly kinds: readonly string[];
}

/** SQL text with values in it. `check` makes sure, of the statements read from it, that each value is read as what it is. */
export interface FilledTemplate {
  readonly text: string;
  check(statements: readonly sql.Statement[]): void;
}

/**
 * Writes the values into the text as literals, each as one token or expression. A value that happens to stand inside quotes, a comment
 * or a longer word would be read as something else: `check` refuses it, so that no value can change what the statement says.
 */
export function fillTemplate(strings: readonly string[], values: readonly TemplateValue[]): FilledTemplate {
  let text = strings[0]!;
  const places = values.map((value, i): Place => {
    const written = writtenValue(value);
    const start = text.length;
    text += written.text;
    const place = { ...written, start, end: text.length };
    text += strings[i + 1]!;
    return place;
  });
  return { text, check: (statements) => checkPlaces(places, statements) };
}

function writtenValue(value: TemplateValue): Pick<Place, 'text' | 'kinds'> {
  if (value === null) return { text: 'NULL', kinds: ['null'] };
  if (value instanceof SqlName)
    return { text: `\`${value.name.replaceAll('`', '``')}\``, kinds: ['identifier', 'qualifiedName', 'column', 'table'] };
  const node = nodeOf(value);
  const { kind } = node;
  return { text: printExpression(node), kinds: [kind] };
}

/** Numbers as SQL writes them: whole ones are an INT or, larger, a BIGINT; others a DOUBLE; a Decimal has its digits. */
function nodeOf(value: LiteralValue): sql.Expression {
  const digits =
    typeof value === 'number'
      ? Number.isSafeInteger(value) && !Object.is(value, -0)
      : typeof value === 'bigint' || value instanceof Decimal;
  if (!digits) return literalNode(value);
  const text = String(value);
  const span = { start: 0, end: 0, line: 0, column: 0 };
  const literal: sql.NumberLiteral = {
    kind: 'number',
    form: text.includes('.') ? 'decimal' : 'integer',
    text: text.replace('-', ''),
    span,
  };
  return text.startsWith('-') ? { kind: 'unary', operator: '-', operand: literal, span } : literal;
}

function checkPlaces(places: readonly Place[], statements: readonly sql.Statement[]): void {
  if (places.length === 0) return;
  const kindsAt = new Map<string, Set<string>>();
  for (const statement of statements) collect(statement, kindsAt);
  places.forEach(({ start, end, text, kinds }, i) => {
    const found = kindsAt.get(`${start}:${end}`);
    if (found !== undefined && kinds.some((kind) => found.has(kind))) return;
    throw new SqlError('MS1502', `value ${i + 1} of the template (${text}) does not stand where a value can stand`, {
      hint: 'a value stands for a whole constant, without quotes around it; for a table or column take sqlName(...)',
    });
  });
}

/** Kinds of nodes by the range of text that they were read from. */
function collect(node: unknown, kindsAt: Map<string, Set<string>>): void {
  if (Array.isArray(node)) for (const item of node) collect(item, kindsAt);
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
  if ('kind' in node && 'span' in node) {
    const { start, end } = (node as sql.Expression).span;
    const key = `${start}:${end}`;
    kindsAt.set(key, (kindsAt.get(key) ?? new Set()).add(String(node.kind)));
  }
  for (const [key, child] of Object.entries(node)) if (key !== 'span') collect(child, kindsAt);
}
