import type { SqlType } from './types/sql-type.ts';

/** A named column of a table or of a stream. */
export interface Field {
  readonly name: string;
  readonly type: SqlType;
}

/** The columns of a stream, in order. Names may repeat in an intermediate result, never in a table. */
export interface Schema {
  readonly fields: readonly Field[];
}
