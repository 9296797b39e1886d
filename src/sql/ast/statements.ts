import type { Expression, FunctionCall, IntervalLiteral, NumberLiteral, StringLiteral } from './expressions.ts';
import type { Identifier, Node, QualifiedName } from './node.ts';
import type { Hint, Query } from './queries.ts';
import type { TypeName } from './types.ts';

/** `'key' = 'value'` in WITH, SET and their kin. */
export interface Property extends Node {
  readonly kind: 'property';
  readonly key: StringLiteral;
  readonly value: StringLiteral;
}

// ---- table definitions ----

/** `PRIMARY KEY [[NOT] ENFORCED]` on one column. */
export interface ColumnConstraint extends Node {
  readonly kind: 'columnConstraint';
  readonly name: Identifier | undefined;
  readonly type: 'PRIMARY KEY' | 'UNIQUE';
  /** undefined when the text does not say; Flink then refuses the table. */
  readonly enforced: boolean | undefined;
}

export interface PhysicalColumn extends Node {
  readonly kind: 'physicalColumn';
  readonly name: Identifier;
  readonly type: TypeName;
  readonly constraint: ColumnConstraint | undefined;
  readonly comment: StringLiteral | undefined;
}

/** `name AS expression`. */
export interface ComputedColumn extends Node {
  readonly kind: 'computedColumn';
  readonly name: Identifier;
  readonly expression: Expression;
  readonly comment: StringLiteral | undefined;
}

/** `name type METADATA [FROM 'key'] [VIRTUAL]`. */
export interface MetadataColumn extends Node {
  readonly kind: 'metadataColumn';
  readonly name: Identifier;
  readonly type: TypeName;
  readonly from: StringLiteral | undefined;
  readonly virtual: boolean;
  readonly comment: StringLiteral | undefined;
}

/** A bare name in the list of CREATE TABLE t (a, b) AS SELECT. */
export interface ColumnNameOnly extends Node {
  readonly kind: 'columnName';
  readonly name: Identifier;
}

/** `WATERMARK FOR column AS expression`; the column may be a field, `a.b`. */
export interface Watermark extends Node {
  readonly kind: 'watermark';
  readonly column: QualifiedName;
  readonly expression: Expression;
}

export interface TableConstraint extends Node {
  readonly kind: 'tableConstraint';
  readonly name: Identifier | undefined;
  readonly type: 'PRIMARY KEY' | 'UNIQUE';
  readonly columns: readonly Identifier[];
  readonly enforced: boolean | undefined;
}

export type ColumnDefinition = PhysicalColumn | ComputedColumn | MetadataColumn;
export type TableElement = ColumnDefinition | ColumnNameOnly | Watermark | TableConstraint;

/** `DISTRIBUTED [BY [HASH|RANGE] (a, b)] [INTO n BUCKETS]`. */
export interface Distribution extends Node {
  readonly kind: 'distribution';
  readonly method: 'HASH' | 'RANGE' | undefined;
  readonly columns: readonly Identifier[];
  readonly buckets: NumberLiteral | undefined;
}

export interface LikeOption extends Node {
  readonly kind: 'likeOption';
  readonly merging: 'INCLUDING' | 'EXCLUDING' | 'OVERWRITING';
  readonly feature: 'ALL' | 'CONSTRAINTS' | 'DISTRIBUTION' | 'GENERATED' | 'METADATA' | 'OPTIONS' | 'PARTITIONS' | 'WATERMARKS';
}

/** `LIKE source (INCLUDING ALL ...)`. */
export interface LikeClause extends Node {
  readonly kind: 'likeClause';
  readonly source: QualifiedName;
  readonly options: readonly LikeOption[];
}

// ---- CREATE ----

export type CreateMode = 'CREATE' | 'CREATE OR REPLACE' | 'REPLACE' | 'CREATE OR ALTER';

export interface CreateTable extends Node {
  readonly kind: 'createTable';
  readonly mode: CreateMode;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  /** undefined without parentheses after the name. */
  readonly elements: readonly TableElement[] | undefined;
  readonly comment: StringLiteral | undefined;
  readonly distribution: Distribution | undefined;
  readonly partitionedBy: readonly Identifier[];
  /** undefined without WITH. */
  readonly options: readonly Property[] | undefined;
  readonly like: LikeClause | undefined;
  /** AS query. */
  readonly query: Query | undefined;
}

export interface CreateView extends Node {
  readonly kind: 'createView';
  readonly mode: CreateMode;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly columns: readonly Identifier[];
  readonly comment: StringLiteral | undefined;
  readonly query: Query;
}

/** `USING JAR 'path'`, `USING ARTIFACT 'path'`. */
export interface FunctionResource extends Node {
  readonly kind: 'resource';
  readonly type: 'JAR' | 'ARTIFACT';
  readonly uri: StringLiteral;
}

export type FunctionScope = 'CATALOG' | 'TEMPORARY' | 'TEMPORARY SYSTEM';

/** Flink knows the first three. */
export type FunctionLanguage = 'JAVA' | 'SCALA' | 'PYTHON' | 'TYPESCRIPT' | 'JAVASCRIPT';

export interface CreateFunction extends Node {
  readonly kind: 'createFunction';
  readonly mode: CreateMode;
  readonly scope: FunctionScope;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  /** The class, or the module and export, that implements it. */
  readonly implementation: StringLiteral;
  readonly language: FunctionLanguage | undefined;
  readonly resources: readonly FunctionResource[];
  readonly options: readonly Property[] | undefined;
}

export interface CreateCatalog extends Node {
  readonly kind: 'createCatalog';
  readonly ifNotExists: boolean;
  readonly name: Identifier;
  readonly comment: StringLiteral | undefined;
  readonly options: readonly Property[] | undefined;
}

export interface CreateDatabase extends Node {
  readonly kind: 'createDatabase';
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly comment: StringLiteral | undefined;
  readonly options: readonly Property[] | undefined;
}

export interface CreateModel extends Node {
  readonly kind: 'createModel';
  readonly mode: CreateMode;
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly input: readonly TableElement[] | undefined;
  readonly output: readonly TableElement[] | undefined;
  readonly comment: StringLiteral | undefined;
  readonly options: readonly Property[] | undefined;
  readonly query: Query | undefined;
}

export interface CreateConnection extends Node {
  readonly kind: 'createConnection';
  readonly scope: FunctionScope;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly comment: StringLiteral | undefined;
  readonly options: readonly Property[] | undefined;
}

export interface StartMode extends Node {
  readonly kind: 'startMode';
  readonly mode:
    | 'FROM_BEGINNING'
    | 'FROM_NOW'
    | 'FROM_TIMESTAMP'
    | 'RESUME_OR_FROM_BEGINNING'
    | 'RESUME_OR_FROM_NOW'
    | 'RESUME_OR_FROM_TIMESTAMP';
  readonly argument: Expression | undefined;
}

export interface CreateMaterializedTable extends Node {
  readonly kind: 'createMaterializedTable';
  readonly mode: CreateMode;
  readonly name: QualifiedName;
  readonly elements: readonly TableElement[] | undefined;
  readonly comment: StringLiteral | undefined;
  readonly distribution: Distribution | undefined;
  readonly partitionedBy: readonly Identifier[];
  readonly options: readonly Property[] | undefined;
  readonly startMode: StartMode | undefined;
  readonly freshness: IntervalLiteral | undefined;
  readonly refreshMode: 'CONTINUOUS' | 'FULL' | undefined;
  readonly query: Query;
}

// ---- DROP ----

export interface DropStatement extends Node {
  readonly kind: 'drop';
  readonly object: 'TABLE' | 'VIEW' | 'FUNCTION' | 'CATALOG' | 'DATABASE' | 'MODEL' | 'MATERIALIZED TABLE' | 'CONNECTION';
  readonly temporary: boolean;
  /** TEMPORARY SYSTEM FUNCTION. */
  readonly system: boolean;
  readonly ifExists: boolean;
  readonly name: QualifiedName;
  /** DATABASE only. */
  readonly behavior: 'CASCADE' | 'RESTRICT' | undefined;
}

// ---- ALTER ----

export interface PartitionValue extends Node {
  readonly kind: 'partitionValue';
  readonly column: Identifier;
  /** undefined for a dynamic partition, or where only the name is asked for. */
  readonly value: Expression | undefined;
}

export interface PartitionSpec extends Node {
  readonly kind: 'partition';
  readonly values: readonly PartitionValue[];
}

export interface ColumnPosition extends Node {
  readonly kind: 'columnPosition';
  readonly place: 'FIRST' | 'AFTER';
  readonly after: QualifiedName | undefined;
}

/** One element of ALTER TABLE t ADD/MODIFY (...). */
export interface AlterElement extends Node {
  readonly kind: 'alterElement';
  readonly element: TableElement;
  readonly position: ColumnPosition | undefined;
}

export interface PartitionDefinition extends Node {
  readonly kind: 'partitionDefinition';
  readonly partition: PartitionSpec;
  readonly options: readonly Property[];
}

/** What an ALTER does. */
export type AlterAction =
  | (Node & { readonly kind: 'renameTo'; readonly name: QualifiedName })
  | (Node & { readonly kind: 'renameColumn'; readonly from: QualifiedName; readonly to: QualifiedName })
  | (Node & { readonly kind: 'setOptions'; readonly options: readonly Property[] })
  | (Node & { readonly kind: 'resetOptions'; readonly keys: readonly StringLiteral[] })
  | (Node & { readonly kind: 'setComment'; readonly comment: StringLiteral })
  | (Node & { readonly kind: 'addElements'; readonly elements: readonly AlterElement[] })
  | (Node & { readonly kind: 'modifyElements'; readonly elements: readonly AlterElement[] })
  | (Node & { readonly kind: 'addDistribution' | 'modifyDistribution'; readonly distribution: Distribution })
  | (Node & { readonly kind: 'dropColumns'; readonly columns: readonly QualifiedName[] })
  | (Node & { readonly kind: 'dropPrimaryKey' | 'dropWatermark' | 'dropDistribution' })
  | (Node & { readonly kind: 'dropConstraint'; readonly name: Identifier })
  | (Node & { readonly kind: 'addPartitions'; readonly ifNotExists: boolean; readonly partitions: readonly PartitionDefinition[] })
  | (Node & { readonly kind: 'dropPartitions'; readonly ifExists: boolean; readonly partitions: readonly PartitionSpec[] })
  | (Node & { readonly kind: 'asQuery'; readonly query: Query })
  | (Node & { readonly kind: 'setFreshness'; readonly freshness: IntervalLiteral })
  | (Node & { readonly kind: 'setRefreshMode'; readonly refreshMode: 'CONTINUOUS' | 'FULL' })
  | (Node & { readonly kind: 'suspend' })
  | (Node & { readonly kind: 'resume'; readonly options: readonly Property[] | undefined })
  | (Node & { readonly kind: 'refresh'; readonly partition: PartitionSpec | undefined })
  | (Node & {
      readonly kind: 'setFunction';
      readonly implementation: StringLiteral;
      readonly language: FunctionLanguage | undefined;
    });

export interface AlterStatement extends Node {
  readonly kind: 'alter';
  readonly object: 'TABLE' | 'VIEW' | 'FUNCTION' | 'CATALOG' | 'DATABASE' | 'MODEL' | 'MATERIALIZED TABLE' | 'CONNECTION';
  readonly temporary: boolean;
  /** TEMPORARY SYSTEM FUNCTION. */
  readonly system: boolean;
  readonly ifExists: boolean;
  readonly name: QualifiedName;
  readonly action: AlterAction;
}

// ---- looking around ----

export interface DescribeStatement extends Node {
  readonly kind: 'describe';
  readonly object: 'TABLE' | 'CATALOG' | 'DATABASE' | 'FUNCTION' | 'MODEL' | 'JOB' | 'CONNECTION';
  readonly extended: boolean;
  /** undefined for a job. */
  readonly name: QualifiedName | undefined;
  readonly job: StringLiteral | undefined;
}

export type ShowObject =
  | 'TABLES'
  | 'VIEWS'
  | 'MATERIALIZED TABLES'
  | 'FUNCTIONS'
  | 'USER FUNCTIONS'
  | 'COLUMNS'
  | 'PARTITIONS'
  | 'CATALOGS'
  | 'CURRENT CATALOG'
  | 'DATABASES'
  | 'CURRENT DATABASE'
  | 'MODULES'
  | 'FULL MODULES'
  | 'PROCEDURES'
  | 'MODELS'
  | 'CONNECTIONS'
  | 'JARS'
  | 'JOBS'
  | 'CREATE TABLE'
  | 'CREATE VIEW'
  | 'CREATE MATERIALIZED TABLE'
  | 'CREATE CATALOG'
  | 'CREATE MODEL'
  | 'CREATE CONNECTION';

/** SHOW and everything that it lists. */
export interface ShowStatement extends Node {
  readonly kind: 'show';
  readonly object: ShowObject;
  /** The database, catalog or table after FROM or IN, or the object of SHOW CREATE. */
  readonly name: QualifiedName | undefined;
  readonly preposition: 'FROM' | 'IN' | undefined;
  readonly like: ShowLike | undefined;
  /** PARTITIONS only. */
  readonly partition: PartitionSpec | undefined;
}

export interface ShowLike extends Node {
  readonly kind: 'showLike';
  readonly operator: 'LIKE' | 'ILIKE';
  readonly negated: boolean;
  readonly pattern: StringLiteral;
}

export interface UseStatement extends Node {
  readonly kind: 'use';
  readonly object: 'DATABASE' | 'CATALOG' | 'MODULES';
  /** One name; for MODULES one or more, each of one part. */
  readonly names: readonly QualifiedName[];
}

// ---- data ----

export interface QueryStatement extends Node {
  readonly kind: 'queryStatement';
  readonly query: Query;
}

export interface InsertStatement extends Node {
  readonly kind: 'insert';
  readonly overwrite: boolean;
  readonly target: QualifiedName;
  readonly hints: readonly Hint[];
  readonly partition: PartitionSpec | undefined;
  /** Empty without a list of columns; a part of a row is a name of several parts. */
  readonly columns: readonly QualifiedName[];
  readonly query: Query;
  /** ON CONFLICT DO ... */
  readonly onConflict: 'NOTHING' | 'ERROR' | 'DEDUPLICATE' | undefined;
}

export interface Assignment extends Node {
  readonly kind: 'assignment';
  readonly column: Identifier;
  readonly value: Expression;
}

export interface UpdateStatement extends Node {
  readonly kind: 'update';
  readonly table: QualifiedName;
  readonly hints: readonly Hint[];
  readonly alias: Identifier | undefined;
  readonly assignments: readonly Assignment[];
  readonly where: Expression | undefined;
}

export interface DeleteStatement extends Node {
  readonly kind: 'delete';
  readonly table: QualifiedName;
  readonly hints: readonly Hint[];
  readonly alias: Identifier | undefined;
  readonly where: Expression | undefined;
}

export interface TruncateStatement extends Node {
  readonly kind: 'truncate';
  readonly table: QualifiedName;
}

/** `[EXECUTE] STATEMENT SET BEGIN insert; ... END`. Without EXECUTE it stands only behind EXPLAIN and COMPILE PLAN. */
export interface StatementSet extends Node {
  readonly kind: 'statementSet';
  readonly execute: boolean;
  readonly inserts: readonly InsertStatement[];
}

/** `BEGIN STATEMENT SET` and `END`, as the SQL client has them. */
export interface StatementSetMark extends Node {
  readonly kind: 'beginStatementSet' | 'endStatementSet';
}

/** `EXECUTE insert` or `EXECUTE query`. */
export interface ExecuteStatement extends Node {
  readonly kind: 'execute';
  readonly statement: InsertStatement | QueryStatement;
}

export interface ExecutePlan extends Node {
  readonly kind: 'executePlan';
  readonly file: StringLiteral;
}

/** `COMPILE PLAN 'file' FOR x`, `COMPILE AND EXECUTE PLAN 'file' FOR x`. */
export interface CompilePlan extends Node {
  readonly kind: 'compilePlan';
  readonly file: StringLiteral;
  readonly ifNotExists: boolean;
  readonly execute: boolean;
  readonly statement: InsertStatement | StatementSet;
}

export type ExplainDetail = 'ESTIMATED_COST' | 'CHANGELOG_MODE' | 'JSON_EXECUTION_PLAN' | 'PLAN_ADVICE' | 'CODEGEN';

/** EXPLAIN. CODEGEN among the details is an extension. */
export interface ExplainStatement extends Node {
  readonly kind: 'explain';
  readonly planFor: boolean;
  readonly details: readonly ExplainDetail[];
  readonly statement: Statement;
}

export interface CallStatement extends Node {
  readonly kind: 'callProcedure';
  readonly call: FunctionCall;
}

export interface AnalyzeTable extends Node {
  readonly kind: 'analyzeTable';
  readonly table: QualifiedName;
  readonly partition: PartitionSpec | undefined;
  /** undefined: none; empty: FOR ALL COLUMNS. */
  readonly columns: readonly Identifier[] | undefined;
}

// ---- the session ----

/** `SET`, `SET 'k' = 'v'`, `SET k = v`: without quotes the words up to the `;` are the value. */
export interface SetStatement extends Node {
  readonly kind: 'set';
  readonly key: StringLiteral | undefined;
  readonly value: StringLiteral | undefined;
}

export interface ResetStatement extends Node {
  readonly kind: 'reset';
  readonly key: StringLiteral | undefined;
}

export interface JarStatement extends Node {
  readonly kind: 'addJar' | 'removeJar';
  readonly path: StringLiteral;
}

export interface LoadModule extends Node {
  readonly kind: 'loadModule';
  readonly name: Identifier;
  readonly options: readonly Property[] | undefined;
}

export interface UnloadModule extends Node {
  readonly kind: 'unloadModule';
  readonly name: Identifier;
}

export interface StopJob extends Node {
  readonly kind: 'stopJob';
  readonly job: StringLiteral;
  readonly withSavepoint: boolean;
  readonly withDrain: boolean;
}

/** Commands of the SQL client: QUIT, EXIT, CLEAR, HELP. */
export interface ClientCommand extends Node {
  readonly kind: 'clientCommand';
  readonly command: 'QUIT' | 'EXIT' | 'CLEAR' | 'HELP';
}

export type Statement =
  | CreateTable
  | CreateView
  | CreateFunction
  | CreateCatalog
  | CreateDatabase
  | CreateModel
  | CreateConnection
  | CreateMaterializedTable
  | DropStatement
  | AlterStatement
  | DescribeStatement
  | ShowStatement
  | UseStatement
  | QueryStatement
  | InsertStatement
  | UpdateStatement
  | DeleteStatement
  | TruncateStatement
  | StatementSet
  | StatementSetMark
  | ExecuteStatement
  | ExecutePlan
  | CompilePlan
  | ExplainStatement
  | CallStatement
  | AnalyzeTable
  | SetStatement
  | ResetStatement
  | JarStatement
  | LoadModule
  | UnloadModule
  | StopJob
  | ClientCommand;
