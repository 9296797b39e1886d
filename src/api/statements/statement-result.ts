import type { Schema } from '../../data/schema.ts';
import type { Plan } from '../../plan/nodes/node.ts';

/** What running a statement gives. Queries and inserts are planned but not started. */
export type StatementResult =
  | { readonly kind: 'done' }
  /** SHOW, DESCRIBE: a small table of exact values. */
  | { readonly kind: 'rows'; readonly schema: Schema; readonly rows: readonly (readonly unknown[])[] }
  /** EXPLAIN. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'query'; readonly plan: Plan; readonly schema: Schema; readonly insertOnly: boolean; readonly bounded: boolean }
  | { readonly kind: 'insert'; readonly plan: Plan; readonly bounded: boolean };
