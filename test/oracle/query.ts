/** What a column of a generated query holds: BIGINT, STRING, TIMESTAMP(3), or the time attribute of a table. */
export type Kind = 'long' | 'text' | 'time' | 'rowtime';

export type JoinKind = 'INNER' | 'LEFT' | 'RIGHT' | 'FULL';

/** An aggregate; in `filter`, as in every condition, `{2}` stands for column 2 of the input. */
export interface Call {
  readonly function: 'COUNT' | 'SUM' | 'AVG' | 'MIN' | 'MAX';
  /** Nothing for COUNT(*). */
  readonly column?: number;
  readonly distinct?: boolean;
  readonly filter?: string;
}

/** An expression over the input's columns, and what it gives. */
export interface Item {
  readonly sql: string;
  readonly kind: Kind;
}

/** Columns by which rows are ordered. */
export type Order = readonly { readonly column: number; readonly descending: boolean }[];

/**
 * A query as plain data, so that it can be kept in a file and made smaller. Its columns are called c0, c1, ...; the texts of sql-of.ts
 * are made of it.
 */
export type Query =
  | { readonly op: 'scan'; readonly table: string }
  | { readonly op: 'filter'; readonly input: Query; readonly condition: string }
  | { readonly op: 'project'; readonly input: Query; readonly items: readonly Item[] }
  /** In the condition the right side's columns follow the left side's. */
  | { readonly op: 'join'; readonly type: JoinKind; readonly left: Query; readonly right: Query; readonly condition: string }
  | {
      readonly op: 'group';
      readonly input: Query;
      readonly keys: readonly number[];
      readonly calls: readonly Call[];
      readonly rollup?: boolean;
    }
  | { readonly op: 'distinct'; readonly input: Query }
  | { readonly op: 'union'; readonly left: Query; readonly right: Query }
  | { readonly op: 'set'; readonly operator: 'INTERSECT' | 'EXCEPT'; readonly all: boolean; readonly left: Query; readonly right: Query }
  /** Rows of the left side for which the right side has an equal value, or has none, by IN or by EXISTS. */
  | {
      readonly op: 'member';
      readonly left: Query;
      readonly right: Query;
      readonly form: 'IN' | 'NOT IN' | 'EXISTS' | 'NOT EXISTS';
      readonly leftColumn: number;
      readonly rightColumn: number;
    }
  /** Each row of the left side with an aggregate of the rows of the right side that have an equal value. */
  | {
      readonly op: 'value';
      readonly left: Query;
      readonly right: Query;
      readonly leftColumn: number;
      readonly rightColumn: number;
      readonly call: Call;
    }
  /** Aggregates over a frame of each partition, in the order of all columns; without `preceding` from the partition's start. */
  | {
      readonly op: 'over';
      readonly input: Query;
      readonly partition: readonly number[];
      readonly order: Order;
      readonly preceding?: number;
      readonly calls: readonly Call[];
    }
  /** The first rows of each partition by all columns in the order of `order`, so that only equal rows are alike. */
  | {
      readonly op: 'top';
      readonly input: Query;
      readonly partition: readonly number[];
      readonly order: Order;
      readonly limit: number;
      readonly numbered: boolean;
    }
  /** Windows of `size` seconds that begin every `slide` seconds: window_start, keys, calls. */
  | {
      readonly op: 'window';
      readonly input: Query;
      readonly time: number;
      readonly size: number;
      readonly slide: number;
      readonly keys: readonly number[];
      readonly calls: readonly Call[];
    };

/** The columns that every table has: a number of its own, a few keys, values, texts, and its event time. */
export const TABLE_KINDS: readonly Kind[] = ['long', 'long', 'long', 'text', 'rowtime'];

/** A time attribute that was aggregated or joined is an ordinary time. */
const plain = (kind: Kind): Kind => (kind === 'rowtime' ? 'time' : kind);

const callKind = (call: Call, kinds: readonly Kind[]): Kind =>
  call.function === 'MIN' || call.function === 'MAX' ? plain(kinds[call.column!]!) : 'long';

/** What the columns of a query hold. */
export function kindsOf(query: Query): readonly Kind[] {
  switch (query.op) {
    case 'scan':
      return TABLE_KINDS;
    case 'filter':
      return kindsOf(query.input);
    case 'project':
      return query.items.map(({ kind }) => kind);
    case 'join':
      return [...kindsOf(query.left), ...kindsOf(query.right)].map(plain);
    case 'group':
    case 'window': {
      const kinds = kindsOf(query.input);
      const own = [...query.keys.map((key) => plain(kinds[key]!)), ...query.calls.map((call) => callKind(call, kinds))];
      return query.op === 'window' ? ['time', ...own] : own;
    }
    case 'distinct':
      return kindsOf(query.input).map(plain);
    case 'member':
      return kindsOf(query.left).map(plain);
    case 'value':
      return [...kindsOf(query.left).map(plain), callKind(query.call, kindsOf(query.right))];
    case 'over': {
      const kinds = kindsOf(query.input);
      return [...kinds.map(plain), ...query.calls.map((call) => callKind(call, kinds))];
    }
    case 'set':
      return kindsOf(query.left).map(plain);
    case 'union':
      return kindsOf(query.left).map((kind, i) => (kindsOf(query.right)[i] === kind ? kind : plain(kind)));
    case 'top': {
      const kinds = kindsOf(query.input).map(plain);
      return query.numbered ? [...kinds, 'long'] : kinds;
    }
  }
}

/** The queries that a query is made of. */
export function inputsOf(query: Query): readonly Query[] {
  switch (query.op) {
    case 'scan':
      return [];
    case 'join':
    case 'union':
    case 'set':
    case 'member':
    case 'value':
      return [query.left, query.right];
    default:
      return [query.input];
  }
}

/** Whether its rows are never taken back. */
export function isInsertOnly(query: Query): boolean {
  switch (query.op) {
    case 'group':
    case 'distinct':
    case 'top':
    case 'set':
    case 'member':
    case 'value':
    case 'over':
      return false;
    case 'join':
      return query.type === 'INNER' && inputsOf(query).every(isInsertOnly);
    default:
      return inputsOf(query).every(isInsertOnly);
  }
}
