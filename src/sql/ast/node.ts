import type { Span } from '../../common/errors.ts';

/**
 * What every node of the tree has: the place of its first to its last token in the SQL text.
 *
 * Nodes are plain immutable objects told apart by `kind`. A member that may be absent is always present and holds `undefined`,
 * so that every node of a kind has one shape. No tree of the parser is higher than 1,000 nodes: what a user can make long, a chain of AND,
 * OR or UNION or any list, is one node with many parts, and for longer chains of other operators the parser refuses the text (MS1006). A
 * walker may therefore recurse.
 */
export interface Node {
  readonly span: Span;
}

/** One name. Names are case-sensitive, quoted or not; `quoted` only says how it was written. */
export interface Identifier extends Node {
  readonly kind: 'identifier';
  readonly name: string;
  readonly quoted: boolean;
}

/** A possibly qualified name, outermost part first: `catalog.database.table`. Has at least one part. */
export interface QualifiedName extends Node {
  readonly kind: 'qualifiedName';
  readonly parts: readonly Identifier[];
}
