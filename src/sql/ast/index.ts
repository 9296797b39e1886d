export type * from './expressions.ts';
export type * from './node.ts';
export type * from './queries.ts';
export type * from './statements.ts';
export type * from './types.ts';
