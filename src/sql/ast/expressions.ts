import type { Identifier, Node, QualifiedName } from './node.ts';
import type { OrderItem, Query, WindowSpecification } from './queries.ts';
import type { IntervalQualifier, TypeName } from './types.ts';

/** `'text'`, `U&'text'` (decoded) or `_UTF8'text'`. `charset` is the name after the underscore, in upper case. */
export interface StringLiteral extends Node {
  readonly kind: 'string';
  readonly value: string;
  readonly charset: string | undefined;
}

/** `text` is what was written, without a sign: digits for an integer, with a point for a decimal, with an exponent for an approximate one. */
export interface NumberLiteral extends Node {
  readonly kind: 'number';
  readonly form: 'integer' | 'decimal' | 'approximate';
  readonly text: string;
}

/** `X'00FF'`; `hex` is in upper case and has an even number of digits. */
export interface BytesLiteral extends Node {
  readonly kind: 'bytes';
  readonly hex: string;
}

/** TRUE, FALSE, or UNKNOWN (undefined). */
export interface BooleanLiteral extends Node {
  readonly kind: 'boolean';
  readonly value: boolean | undefined;
}

export interface NullLiteral extends Node {
  readonly kind: 'null';
}

/** `DATE 'text'`, `TIME 'text'`, `TIMESTAMP 'text'`, `TIMESTAMP WITH LOCAL TIME ZONE 'text'`. The text has the right shape; whether the day exists is for the binder. */
export interface DateTimeLiteral extends Node {
  readonly kind: 'datetime';
  readonly type: 'DATE' | 'TIME' | 'TIMESTAMP' | 'TIMESTAMP_LTZ';
  readonly text: string;
}

/** `INTERVAL [-] 'text' qualifier`. The text may carry a sign of its own. */
export interface IntervalLiteral extends Node {
  readonly kind: 'interval';
  readonly negative: boolean;
  readonly text: string;
  readonly qualifier: IntervalQualifier;
}

/** `INTERVAL operand qualifier` where the operand is not a text. */
export interface IntervalExpression extends Node {
  readonly kind: 'intervalValue';
  readonly operand: Expression;
  readonly qualifier: IntervalQualifier;
}

/** A name in an expression: a column, `table.column`, or a field inside one; the binder tells which part is which. */
export interface ColumnReference extends Node {
  readonly kind: 'column';
  readonly parts: readonly Identifier[];
}

/** `*` or `t.*` (qualifier [t]); stands in a SELECT list or as the argument of COUNT. */
export interface Star extends Node {
  readonly kind: 'star';
  readonly qualifier: readonly Identifier[];
}

export interface UnaryExpression extends Node {
  readonly kind: 'unary';
  readonly operator: '+' | '-' | 'NOT';
  readonly operand: Expression;
}

export type BinaryOperator =
  | '='
  | '<>'
  | '<'
  | '<='
  | '>'
  | '>='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'
  | 'IS DISTINCT FROM'
  | 'IS NOT DISTINCT FROM'
  | 'OVERLAPS'
  | 'CONTAINS'
  | 'EQUALS'
  | 'PRECEDES'
  | 'SUCCEEDS'
  | 'IMMEDIATELY PRECEDES'
  | 'IMMEDIATELY SUCCEEDS'
  | 'MEMBER OF'
  | 'SUBMULTISET OF'
  | 'MULTISET UNION ALL'
  | 'MULTISET UNION DISTINCT'
  | 'MULTISET INTERSECT ALL'
  | 'MULTISET INTERSECT DISTINCT'
  | 'MULTISET EXCEPT ALL'
  | 'MULTISET EXCEPT DISTINCT';

/** An operator between two operands. A chain such as `a + b + c` leans to the left. */
export interface BinaryExpression extends Node {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** `a AND b AND c` is one node with three operands, so that long conditions stay flat. Has at least two operands. */
export interface LogicalExpression extends Node {
  readonly kind: 'logical';
  readonly operator: 'AND' | 'OR';
  readonly operands: readonly Expression[];
}

export type IsTest =
  | 'NULL'
  | 'TRUE'
  | 'FALSE'
  | 'UNKNOWN'
  | 'A SET'
  | 'EMPTY'
  | 'JSON'
  | 'JSON VALUE'
  | 'JSON OBJECT'
  | 'JSON ARRAY'
  | 'JSON SCALAR';

/** `operand IS [NOT] test`. */
export interface IsExpression extends Node {
  readonly kind: 'is';
  readonly operand: Expression;
  readonly test: IsTest;
  readonly negated: boolean;
}

export interface BetweenExpression extends Node {
  readonly kind: 'between';
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
  readonly negated: boolean;
  readonly symmetric: boolean;
}

export interface LikeExpression extends Node {
  readonly kind: 'like';
  readonly operator: 'LIKE' | 'SIMILAR TO' | 'ILIKE' | 'RLIKE';
  readonly operand: Expression;
  readonly pattern: Expression;
  readonly escape: Expression | undefined;
  readonly negated: boolean;
}

/** `operand [NOT] IN (a, b, ...)`; exactly one of `items` and `query` is there. */
export interface InExpression extends Node {
  readonly kind: 'in';
  readonly operand: Expression;
  readonly items: readonly Expression[] | undefined;
  readonly query: Query | undefined;
  readonly negated: boolean;
}

export interface ExistsExpression extends Node {
  readonly kind: 'exists';
  readonly query: Query;
}

/** `UNIQUE (query)`. */
export interface UniqueExpression extends Node {
  readonly kind: 'unique';
  readonly query: Query;
}

/** `left = ANY (...)`; exactly one of `items` and `query` is there. SOME reads as ANY. */
export interface QuantifiedExpression extends Node {
  readonly kind: 'quantified';
  readonly operator: '=' | '<>' | '<' | '<=' | '>' | '>=';
  readonly quantifier: 'ANY' | 'ALL';
  readonly left: Expression;
  readonly items: readonly Expression[] | undefined;
  readonly query: Query | undefined;
}

export interface CaseBranch extends Node {
  readonly kind: 'when';
  /** One condition, or, when the CASE has an operand, the values to compare with (`WHEN 1, 2 THEN`). */
  readonly conditions: readonly Expression[];
  readonly result: Expression;
}

export interface CaseExpression extends Node {
  readonly kind: 'case';
  readonly operand: Expression | undefined;
  readonly branches: readonly CaseBranch[];
  readonly otherwise: Expression | undefined;
}

/** CAST and TRY_CAST. */
export interface CastExpression extends Node {
  readonly kind: 'cast';
  readonly tryCast: boolean;
  readonly operand: Expression;
  readonly type: TypeName;
}

/** A word that a call takes as it is: the unit of EXTRACT, FLOOR and TIMESTAMPADD, or BOTH of TRIM. In upper case. */
export interface SymbolArgument extends Node {
  readonly kind: 'symbol';
  readonly name: string;
}

/** `name => value`. */
export interface NamedArgument extends Node {
  readonly kind: 'namedArgument';
  readonly name: Identifier;
  readonly value: Expression;
}

/** `TABLE t PARTITION BY a ORDER BY b`, or `(query) PARTITION BY a` (a query alone is a `subquery`), as an argument; exactly one of `name` and `query` is there. */
export interface TableArgument extends Node {
  readonly kind: 'tableArgument';
  readonly name: QualifiedName | undefined;
  readonly query: Query | undefined;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
}

/** `DESCRIPTOR(a, b)`. */
export interface Descriptor extends Node {
  readonly kind: 'descriptor';
  readonly columns: readonly QualifiedName[];
}

/** `MODEL m` as an argument. */
export interface ModelArgument extends Node {
  readonly kind: 'modelArgument';
  readonly name: QualifiedName;
}

/** DEFAULT as an argument or as a value of INSERT. */
export interface DefaultValue extends Node {
  readonly kind: 'default';
}

/**
 * A call. Special syntaxes read as ordinary arguments, with words as `symbol`:
 * `EXTRACT(DAY FROM x)` as [DAY, x]; `TRIM(BOTH c FROM x)` as [BOTH, c, x] (c absent: [BOTH, x]); `POSITION(a IN b)` and
 * `POSITION(a IN b FROM c)` as [a, b, c]; `SUBSTRING(x FROM a FOR b)` as [x, a, b]; `OVERLAY(x PLACING y FROM a FOR b)` as [x, y, a, b];
 * `CEIL(x TO DAY)` as [x, DAY]; `TIMESTAMPADD(DAY, n, x)` as [DAY, n, x].
 */
export interface FunctionCall extends Node {
  readonly kind: 'call';
  readonly name: QualifiedName;
  /** True for CURRENT_DATE and its kin written without parentheses. */
  readonly bare: boolean;
  /** `COUNT(DISTINCT x)`. */
  readonly distinct: boolean;
  readonly args: readonly Expression[];
  /** `ORDER BY` inside the parentheses, as `ARRAY_AGG(x ORDER BY y)`. */
  readonly orderBy: readonly OrderItem[];
  readonly nulls: 'RESPECT' | 'IGNORE' | undefined;
  readonly withinGroup: readonly OrderItem[] | undefined;
  readonly filter: Expression | undefined;
  /** A window in full, or the name of one of the WINDOW clause. */
  readonly over: WindowSpecification | Identifier | undefined;
}

/** `RUNNING f(...)`, `FINAL f(...)` in MATCH_RECOGNIZE. */
export interface MatchCall extends Node {
  readonly kind: 'matchCall';
  readonly semantics: 'RUNNING' | 'FINAL';
  readonly call: Expression;
}

/** `ROW(a, b)`, or `(a, b)` when not explicit. */
export interface RowConstructor extends Node {
  readonly kind: 'row';
  readonly explicit: boolean;
  readonly items: readonly Expression[];
}

/** `ARRAY[...]` and `MULTISET[...]`. */
export interface CollectionConstructor extends Node {
  readonly kind: 'collection';
  readonly type: 'ARRAY' | 'MULTISET';
  readonly items: readonly Expression[];
}

/** `MAP[k, v, ...]`: keys and values take turns. */
export interface MapConstructor extends Node {
  readonly kind: 'map';
  readonly items: readonly Expression[];
}

/** `ARRAY(query)`, `MAP(query)`, `MULTISET(query)`. */
export interface QueryConstructor extends Node {
  readonly kind: 'queryConstructor';
  readonly type: 'ARRAY' | 'MAP' | 'MULTISET';
  readonly query: Query;
}

/** `operand[index]`: an array's element from 1, a map's value, a variant's part. */
export interface ElementAccess extends Node {
  readonly kind: 'element';
  readonly operand: Expression;
  readonly index: Expression;
}

/** `operand.field` where the operand is not a bare name (those read as `column`): `f(x).a`, `a[1].b`, `(a).b`. */
export interface FieldAccess extends Node {
  readonly kind: 'field';
  readonly operand: Expression;
  readonly field: Identifier;
}

/** A query in parentheses as a value. */
export interface SubqueryExpression extends Node {
  readonly kind: 'subquery';
  readonly query: Query;
}

/** What JSON_VALUE and JSON_QUERY answer in a corner case; `value` is there for DEFAULT only. */
export interface JsonBehavior extends Node {
  readonly kind: 'jsonBehavior';
  readonly behavior: 'ERROR' | 'NULL' | 'DEFAULT' | 'EMPTY ARRAY' | 'EMPTY OBJECT';
  readonly value: Expression | undefined;
}

/** `JSON_VALUE(input, path RETURNING type ... ON EMPTY ... ON ERROR)`. */
export interface JsonValueExpression extends Node {
  readonly kind: 'jsonValue';
  readonly input: Expression;
  readonly path: Expression;
  readonly returning: TypeName | undefined;
  readonly onEmpty: JsonBehavior | undefined;
  readonly onError: JsonBehavior | undefined;
}

export interface JsonQueryExpression extends Node {
  readonly kind: 'jsonQuery';
  readonly input: Expression;
  readonly path: Expression;
  readonly returning: TypeName | undefined;
  readonly wrapper: 'WITHOUT' | 'CONDITIONAL' | 'UNCONDITIONAL' | undefined;
  readonly onEmpty: JsonBehavior | undefined;
  readonly onError: JsonBehavior | undefined;
}

export interface JsonExistsExpression extends Node {
  readonly kind: 'jsonExists';
  readonly input: Expression;
  readonly path: Expression;
  readonly onError: 'TRUE' | 'FALSE' | 'UNKNOWN' | 'ERROR' | undefined;
}

export interface JsonEntry extends Node {
  readonly kind: 'jsonEntry';
  readonly key: Expression;
  readonly value: Expression;
  /** `value FORMAT JSON`. */
  readonly formatJson: boolean;
}

export type JsonNulls = 'NULL ON NULL' | 'ABSENT ON NULL';

/** JSON_OBJECT and, with one entry, JSON_OBJECTAGG. */
export interface JsonObjectExpression extends Node {
  readonly kind: 'jsonObject';
  readonly aggregate: boolean;
  readonly entries: readonly JsonEntry[];
  readonly onNull: JsonNulls | undefined;
  readonly filter: Expression | undefined;
}

export interface JsonItem extends Node {
  readonly kind: 'jsonItem';
  readonly value: Expression;
  readonly formatJson: boolean;
}

/** JSON_ARRAY and, with one item, JSON_ARRAYAGG. */
export interface JsonArrayExpression extends Node {
  readonly kind: 'jsonArray';
  readonly aggregate: boolean;
  readonly items: readonly JsonItem[];
  /** `JSON_ARRAYAGG(x ORDER BY y)`. */
  readonly orderBy: readonly OrderItem[];
  readonly onNull: JsonNulls | undefined;
  readonly filter: Expression | undefined;
}

export type Literal = StringLiteral | NumberLiteral | BytesLiteral | BooleanLiteral | NullLiteral | DateTimeLiteral | IntervalLiteral;

/** Anything that can stand where a value, or the argument of a call, can stand. */
export type Expression =
  | Literal
  | IntervalExpression
  | ColumnReference
  | Star
  | UnaryExpression
  | BinaryExpression
  | LogicalExpression
  | IsExpression
  | BetweenExpression
  | LikeExpression
  | InExpression
  | ExistsExpression
  | UniqueExpression
  | QuantifiedExpression
  | CaseExpression
  | CastExpression
  | SymbolArgument
  | NamedArgument
  | TableArgument
  | ModelArgument
  | Descriptor
  | DefaultValue
  | FunctionCall
  | MatchCall
  | RowConstructor
  | CollectionConstructor
  | MapConstructor
  | QueryConstructor
  | ElementAccess
  | FieldAccess
  | SubqueryExpression
  | JsonValueExpression
  | JsonQueryExpression
  | JsonExistsExpression
  | JsonObjectExpression
  | JsonArrayExpression;
