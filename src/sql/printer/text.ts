import type { StringLiteral } from '../ast/expressions.ts';
import type { Identifier, QualifiedName } from '../ast/node.ts';
import { isReservedWord } from '../keywords.ts';

const plainName = /^[\p{L}\p{Nl}\p{Sc}\p{Pc}][\p{L}\p{Nl}\p{Nd}\p{Sc}\p{Pc}\p{M}]*$/u;

/** The line break before something that is indented by so many levels. */
export function newline(indent: number): string {
  return `\n${'  '.repeat(indent)}`;
}

/** A name as it can stand in SQL: in backquotes when it was written so or has to be. */
export function identifierText(identifier: Identifier): string {
  return identifier.quoted ? quoteName(identifier.name) : nameText(identifier.name);
}

/** A name, in backquotes only when it has to be. */
export function nameText(name: string): string {
  return plainName.test(name) && !isReservedWord(name) ? name : quoteName(name);
}

function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function nameParts(parts: readonly Identifier[]): string {
  // Flink's lexer reads a point and a dollar sign together as something else.
  return parts.map(identifierText).join('.').replaceAll('.$', '. $');
}

export function qualifiedNameText(name: QualifiedName): string {
  return nameParts(name.parts);
}

export function columnList(columns: readonly Identifier[]): string {
  return `(${columns.map(identifierText).join(', ')})`;
}

export function stringText({ value, charset }: StringLiteral): string {
  const quoted = quoteString(value);
  if (charset === undefined) return quoted;
  return charset === 'ISO-8859-1' ? `N${quoted}` : `_${charset}${quoted}`;
}

/** A text as a string literal. */
export function quoteString(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** The widest list that stays on one line. */
const widthMax = 100;

/** Joins the items of a list with commas, on one line when they fit and one below the other when not. */
export function listText(items: readonly string[], indent: number): string {
  const flat = items.join(', ');
  if (flat.length <= widthMax && !flat.includes('\n')) return flat;
  return items.join(`,${newline(indent)}`);
}

/** As `listText`, but a list that does not fit begins on a line of its own. */
export function blockText(head: string, items: readonly string[], indent: number): string {
  const flat = items.join(', ');
  if (items.length === 1 || (flat.length <= widthMax && !flat.includes('\n'))) return `${head} ${flat}`;
  return head + newline(indent + 1) + items.join(`,${newline(indent + 1)}`);
}
