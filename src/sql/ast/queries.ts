import type { Expression, FunctionCall, IntervalLiteral, NumberLiteral, StringLiteral } from './expressions.ts';
import type { Identifier, Node, QualifiedName } from './node.ts';

/** One argument of a hint: `'k' = 'v'`, or a plain value (then `key` is undefined). Unquoted words read as identifiers. */
export interface HintArgument extends Node {
  readonly kind: 'hintArgument';
  readonly key: Identifier | StringLiteral | undefined;
  readonly value: Identifier | StringLiteral | NumberLiteral;
}

/** One hint of a `+` comment: `OPTIONS('k' = 'v')`, `STATE_TTL('t' = '1d')`, `BROADCAST(t)`. Hint names are kept as written. */
export interface Hint extends Node {
  readonly kind: 'hint';
  readonly name: Identifier;
  readonly args: readonly HintArgument[];
}

/** `AS name (column, ...)`. */
export interface Alias extends Node {
  readonly kind: 'alias';
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
}

export interface OrderItem extends Node {
  readonly kind: 'orderItem';
  readonly expression: Expression;
  readonly descending: boolean;
  readonly nulls: 'FIRST' | 'LAST' | undefined;
}

export interface FrameBound extends Node {
  readonly kind: 'frameBound';
  readonly bound: 'UNBOUNDED PRECEDING' | 'PRECEDING' | 'CURRENT ROW' | 'FOLLOWING' | 'UNBOUNDED FOLLOWING';
  /** How far, for PRECEDING and FOLLOWING. */
  readonly offset: Expression | undefined;
}

export interface WindowFrame extends Node {
  readonly kind: 'frame';
  readonly unit: 'ROWS' | 'RANGE';
  readonly start: FrameBound;
  /** Absent without BETWEEN. */
  readonly end: FrameBound | undefined;
}

/** What stands in the parentheses of OVER or of a WINDOW clause. */
export interface WindowSpecification extends Node {
  readonly kind: 'window';
  /** The named window that this one extends. */
  readonly base: Identifier | undefined;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly frame: WindowFrame | undefined;
  /** ALLOW PARTIAL (true), DISALLOW PARTIAL (false). */
  readonly allowPartial: boolean | undefined;
}

export interface NamedWindow extends Node {
  readonly kind: 'namedWindow';
  readonly name: Identifier;
  readonly window: WindowSpecification;
}

export interface SelectItem extends Node {
  readonly kind: 'selectItem';
  /** A `star`, or a value. */
  readonly expression: Expression;
  readonly alias: Identifier | undefined;
}

/** `()` or `(a, b)` in GROUP BY. */
export interface GroupingSet extends Node {
  readonly kind: 'groupingSet';
  readonly items: readonly Expression[];
}

/** `ROLLUP (a, (b, c))`, `CUBE (...)`. */
export interface Rollup extends Node {
  readonly kind: 'rollup' | 'cube';
  readonly items: readonly (Expression | GroupingSet)[];
}

export interface GroupingSets extends Node {
  readonly kind: 'groupingSets';
  readonly items: readonly GroupItem[];
}

export type GroupItem = Expression | GroupingSet | Rollup | GroupingSets;

export interface GroupBy extends Node {
  readonly kind: 'groupBy';
  readonly distinct: boolean;
  readonly items: readonly GroupItem[];
}

export interface Select extends Node {
  readonly kind: 'select';
  readonly hints: readonly Hint[];
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: TableExpression | undefined;
  readonly where: Expression | undefined;
  readonly groupBy: GroupBy | undefined;
  readonly having: Expression | undefined;
  readonly windows: readonly NamedWindow[];
  readonly qualify: Expression | undefined;
}

/**
 * `a UNION ALL b UNION ALL c` is one node with three inputs. A chain of different operators leans to the left.
 * Has at least two inputs.
 */
export interface SetOperation extends Node {
  readonly kind: 'setOperation';
  readonly operator: 'UNION' | 'INTERSECT' | 'EXCEPT';
  readonly all: boolean;
  readonly inputs: readonly QueryBody[];
}

/** `VALUES (1, 'a'), (2, 'b')`. A row of one value may stand without parentheses. */
export interface Values extends Node {
  readonly kind: 'values';
  /** A `row` for a row in parentheses, else the one value. */
  readonly rows: readonly Expression[];
}

/** `TABLE t` as a query. */
export interface ExplicitTable extends Node {
  readonly kind: 'explicitTable';
  readonly name: QualifiedName;
}

/** What set operations combine. A `query` here stood in parentheses and has a WITH, an order or a limit of its own. */
export type QueryBody = Select | SetOperation | Values | ExplicitTable | Query;

export interface CommonTable extends Node {
  readonly kind: 'commonTable';
  readonly name: Identifier;
  readonly columns: readonly Identifier[];
  readonly query: Query;
}

/** A whole query. LIMIT n and FETCH NEXT n ROWS ONLY both read as `fetch`; LIMIT ALL reads as none. */
export interface Query extends Node {
  readonly kind: 'query';
  readonly recursive: boolean;
  readonly with: readonly CommonTable[];
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  readonly offset: Expression | undefined;
  readonly fetch: Expression | undefined;
}

/** `t`, `db.t AS x`, `t FOR SYSTEM_TIME AS OF e`. */
export interface TableReference extends Node {
  readonly kind: 'table';
  readonly name: QualifiedName;
  readonly hints: readonly Hint[];
  readonly systemTime: Expression | undefined;
  readonly alias: Alias | undefined;
}

/** `[LATERAL] (query) AS x`. */
export interface DerivedTable extends Node {
  readonly kind: 'derivedTable';
  readonly lateral: boolean;
  readonly query: Query;
  readonly alias: Alias | undefined;
}

/** `[LATERAL] TABLE(f(...)) AS x (a, b)`; `wrapped` is false for a call without TABLE( ). */
export interface TableFunction extends Node {
  readonly kind: 'tableFunction';
  readonly lateral: boolean;
  readonly wrapped: boolean;
  readonly call: FunctionCall;
  readonly alias: Alias | undefined;
}

export interface Unnest extends Node {
  readonly kind: 'unnest';
  readonly lateral: boolean;
  readonly expressions: readonly Expression[];
  readonly ordinality: boolean;
  readonly alias: Alias | undefined;
}

/** A join chain leans to the left, as the text is read. `condition` of USING holds columns. */
export interface Join extends Node {
  readonly kind: 'join';
  readonly type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' | 'CROSS' | 'COMMA';
  readonly natural: boolean;
  readonly left: TableExpression;
  readonly right: TableExpression;
  readonly on: Expression | undefined;
  readonly using: readonly Identifier[] | undefined;
}

/** `t TABLESAMPLE BERNOULLI (10) REPEATABLE (1)`. */
export interface TableSample extends Node {
  readonly kind: 'tableSample';
  readonly input: TableExpression;
  readonly method: 'BERNOULLI' | 'SYSTEM' | 'SUBSTITUTE';
  /** A percentage as written, or for SUBSTITUTE a string. */
  readonly argument: NumberLiteral | StringLiteral;
  readonly seed: NumberLiteral | undefined;
}

/** One variable of a row pattern. */
export interface PatternVariable extends Node {
  readonly kind: 'patternVariable';
  readonly name: Identifier;
}

export interface PatternGroup extends Node {
  readonly kind: 'patternSequence' | 'patternAlternation' | 'patternPermute';
  readonly items: readonly Pattern[];
}

/** `{- pattern -}`. */
export interface PatternExclusion extends Node {
  readonly kind: 'patternExclusion';
  readonly pattern: Pattern;
}

/** `p+`, `p*?`, `p{2,4}`; `max` undefined means without end. */
export interface PatternQuantifier extends Node {
  readonly kind: 'patternQuantifier';
  readonly pattern: Pattern;
  readonly min: number;
  readonly max: number | undefined;
  readonly reluctant: boolean;
}

export type Pattern = PatternVariable | PatternGroup | PatternExclusion | PatternQuantifier;

export interface MatchMeasure extends Node {
  readonly kind: 'measure';
  readonly expression: Expression;
  readonly alias: Identifier;
}

export interface PatternSubset extends Node {
  readonly kind: 'subset';
  readonly name: Identifier;
  readonly members: readonly Identifier[];
}

export interface PatternDefinition extends Node {
  readonly kind: 'definition';
  readonly name: Identifier;
  readonly condition: Expression;
}

export interface AfterMatch extends Node {
  readonly kind: 'afterMatch';
  /** SKIP TO v reads as TO LAST. */
  readonly skip: 'TO NEXT ROW' | 'PAST LAST ROW' | 'TO FIRST' | 'TO LAST';
  /** The variable of TO FIRST and TO LAST. */
  readonly variable: Identifier | undefined;
}

export interface MatchRecognize extends Node {
  readonly kind: 'matchRecognize';
  readonly input: TableExpression;
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly OrderItem[];
  readonly measures: readonly MatchMeasure[];
  readonly rowsPerMatch: 'ONE' | 'ALL' | undefined;
  readonly afterMatch: AfterMatch | undefined;
  readonly pattern: Pattern;
  /** `^` before, `$` after the pattern. */
  readonly strictStart: boolean;
  readonly strictEnd: boolean;
  readonly within: IntervalLiteral | undefined;
  readonly subsets: readonly PatternSubset[];
  readonly definitions: readonly PatternDefinition[];
  readonly alias: Alias | undefined;
}

/** What stands in FROM. */
export type TableExpression = TableReference | DerivedTable | TableFunction | Unnest | Join | TableSample | MatchRecognize;
