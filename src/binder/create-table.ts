import type { Catalog, CatalogColumn, CatalogTable, CatalogWatermark } from '../catalog/catalog.ts';
import { type Descriptors, readTableOptions } from '../catalog/table-options.ts';
import { SqlError, UnsupportedError } from '../common/errors.ts';
import { didYouMean, nearest } from '../common/nearest.ts';
import type { Field } from '../data/schema.ts';
import { type SqlType, withNullable } from '../data/types/sql-type.ts';
import type * as sql from '../sql/ast/index.ts';
import { checkBadRecordOptions } from './dead-letters.ts';
import type { FunctionRegistry } from './functions.ts';
import { checkPartitionedBy } from './partitions.ts';
import { QueryBinder, simpleName, unknownTable } from './query-binder.ts';
import { requireUniqueNames } from './relation.ts';
import type { ScopeColumn } from './scope.ts';
import { bindType } from './types.ts';

export interface CreateTableContext {
  readonly catalog: Catalog;
  readonly functions: FunctionRegistry;
  readonly descriptors: Descriptors;
  readonly timeZone: string;
  readonly batch: boolean;
  /** Columns of a table that declares none, where what its options name has them. */
  readonly inferred?: readonly Field[] | undefined;
  /** The statement's text, which the spans of its expressions point into. */
  readonly source: string;
}

interface Parts {
  readonly columns: CatalogColumn[];
  watermark: CatalogWatermark | undefined;
  primaryKey: readonly string[];
  partitionedBy: readonly string[];
  readonly options: Map<string, string>;
}

/** The table that a CREATE TABLE declares, checked: names, types, options, expressions. Nothing is registered. */
export function bindCreateTable(node: sql.CreateTable, context: CreateTableContext): CatalogTable {
  const parts: Parts = { columns: [], watermark: undefined, primaryKey: [], partitionedBy: [], options: new Map() };
  if (node.distribution !== undefined)
    throw new UnsupportedError('MS1402', 'DISTRIBUTED BY is not supported', { span: node.distribution.span });
  if (node.like !== undefined) takeLike(node.like, parts, context);
  for (const { key, value } of node.options ?? []) parts.options.set(key.value, value.value);
  if (node.query !== undefined) takeQuery(node, parts, context);
  else for (const element of node.elements ?? []) takeElement(element, parts, context);
  if (node.partitionedBy.length > 0) parts.partitionedBy = node.partitionedBy.map(({ name }) => name);
  useConnectorColumns(parts, context);
  const table: CatalogTable = {
    kind: 'table',
    name: simpleName(node.name),
    columns: keyedColumns(parts),
    watermark: parts.watermark,
    primaryKey: parts.primaryKey,
    partitionedBy: parts.partitionedBy,
    options: parts.options,
    comment: node.comment?.value,
    temporary: node.temporary,
    source: context.source,
  };
  check(table, node, context);
  return table;
}

function takeElement(element: sql.TableElement, parts: Parts, context: CreateTableContext): void {
  switch (element.kind) {
    case 'physicalColumn':
      if (element.constraint?.type === 'PRIMARY KEY') setPrimaryKey(parts, [element.name], element.constraint);
      return addColumn(
        parts,
        { kind: 'physical', name: element.name.name, type: bindType(element.type), comment: element.comment?.value },
        element.name,
      );
    case 'metadataColumn':
      return addColumn(
        parts,
        {
          kind: 'metadata',
          name: element.name.name,
          type: bindType(element.type),
          key: element.from?.value ?? element.name.name,
          virtual: element.virtual,
          comment: element.comment?.value,
        },
        element.name,
      );
    case 'computedColumn': {
      const type = typeOf(element.expression, parts, context);
      return addColumn(
        parts,
        { kind: 'computed', name: element.name.name, type, expression: element.expression, comment: element.comment?.value },
        element.name,
      );
    }
    case 'watermark': {
      if (element.column.parts.length > 1)
        throw new UnsupportedError('MS1402', 'a watermark on a field of a ROW is not supported', {
          span: element.column.span,
          hint: 'make it a column: ts AS r.ts',
        });
      parts.watermark = { column: element.column.parts[0]!.name, expression: element.expression };
      return;
    }
    case 'tableConstraint':
      if (element.type === 'UNIQUE')
        throw new SqlError('MS1001', 'UNIQUE constraints are not supported, as in Flink', { span: element.span });
      return setPrimaryKey(parts, element.columns, element);
    case 'columnName':
      throw new SqlError('MS1001', `column ${element.name.name} has no type`, { span: element.span });
  }
}

function setPrimaryKey(parts: Parts, columns: readonly sql.Identifier[], constraint: sql.ColumnConstraint | sql.TableConstraint): void {
  if (constraint.enforced !== false) {
    throw new SqlError('MS1001', 'a PRIMARY KEY must say NOT ENFORCED', {
      span: constraint.span,
      hint: 'the data is not ours to check: write PRIMARY KEY (...) NOT ENFORCED',
    });
  }
  parts.primaryKey = columns.map(({ name }) => name);
}

function addColumn(parts: Parts, column: CatalogColumn, name: sql.Identifier): void {
  if (parts.columns.some((other) => other.name === column.name))
    throw new SqlError('MS1107', `column ${column.name} is declared twice`, { span: name.span });
  parts.columns.push(column);
}

/** The type of a computed column: it may name the columns before and after it that are not computed themselves. */
function typeOf(expression: sql.Expression, parts: Parts, context: CreateTableContext): SqlType {
  const columns = parts.columns.flatMap((column): ScopeColumn[] =>
    column.kind === 'computed' ? [] : [{ name: column.name, type: column.type, table: undefined }],
  );
  return new QueryBinder(context).expressions(columns).bind(expression).type;
}

/** Columns of a primary key are NOT NULL. */
function keyedColumns(parts: Parts): CatalogColumn[] {
  return parts.columns.map((column) =>
    parts.primaryKey.includes(column.name) ? { ...column, type: withNullable(column.type, false) } : column,
  );
}

const FEATURES = ['CONSTRAINTS', 'GENERATED', 'METADATA', 'OPTIONS', 'PARTITIONS', 'WATERMARKS'] as const;

/** LIKE copies; INCLUDING ALL is the default, OPTIONS given here win over copied ones. */
function takeLike(like: sql.LikeClause, parts: Parts, context: CreateTableContext): void {
  const source = context.catalog.get(simpleName(like.source));
  if (source === undefined) throw unknownTable(context.catalog, like.source);
  if (source.kind === 'view') throw new SqlError('MS1101', `${source.name} is a view: LIKE takes a table`, { span: like.source.span });
  const all = like.options.find((option) => option.feature === 'ALL');
  const takes = (feature: (typeof FEATURES)[number]): boolean => {
    const own = like.options.find((option) => option.feature === feature);
    return (own ?? all)?.merging !== 'EXCLUDING';
  };
  for (const column of source.columns) {
    if (column.kind === 'computed' && !takes('GENERATED')) continue;
    if (column.kind === 'metadata' && !takes('METADATA')) continue;
    parts.columns.push(column);
  }
  if (takes('WATERMARKS')) parts.watermark = source.watermark;
  if (takes('CONSTRAINTS')) parts.primaryKey = source.primaryKey;
  if (takes('PARTITIONS')) parts.partitionedBy = source.partitionedBy;
  if (takes('OPTIONS')) for (const [key, value] of source.options) parts.options.set(key, value);
}

/** AS SELECT: the query's columns. */
function takeQuery(node: sql.CreateTable, parts: Parts, context: CreateTableContext): void {
  if (
    node.elements?.some((element) => element.kind !== 'columnName' && element.kind !== 'watermark' && element.kind !== 'tableConstraint')
  ) {
    throw new UnsupportedError('MS1402', 'columns of its own in CREATE TABLE ... AS are not supported', { span: node.elements[0]!.span });
  }
  const relation = new QueryBinder(context).bindQuery(node.query!);
  const { node: plan } = relation;
  requireUniqueNames(relation, node.query!.span);
  for (const { name, type } of plan.schema.fields) parts.columns.push({ kind: 'physical', name, type: plainType(type) });
  for (const element of node.elements ?? [])
    if (element.kind === 'watermark' || element.kind === 'tableConstraint') takeElement(element, parts, context);
}

function plainType(type: SqlType): SqlType {
  if (!('timeAttribute' in type)) return type;
  const { timeAttribute: _, ...rest } = type;
  return rest;
}

/** A table without columns takes those that its connector makes. */
function useConnectorColumns(parts: Parts, { descriptors, inferred }: CreateTableContext): void {
  if (parts.columns.some((column) => column.kind === 'physical')) return;
  const connector = descriptors.connectors.get(parts.options.get('connector') ?? '');
  const own = inferred ?? connector?.columns ?? [];
  parts.columns.unshift(...own.map(({ name, type }): CatalogColumn => ({ kind: 'physical', name, type })));
}

/** Options, primary key and the table's scan are checked when it is created, not when it is first read. */
function check(table: CatalogTable, node: sql.CreateTable, context: CreateTableContext): void {
  const names = table.columns.map(({ name }) => name);
  for (const key of table.primaryKey) {
    if (!names.includes(key))
      throw new SqlError('MS1103', `there is no column ${key} for the primary key`, { span: node.name.span, hint: didYouMean(key, names) });
  }
  if (table.columns.length === 0) throw new SqlError('MS1001', 'the table has no columns', { span: node.name.span });
  const spans = new Map((node.options ?? []).map((option) => [option.key.value, option.span]));
  if (!table.options.has('connector')) {
    const known = [...context.descriptors.connectors.keys()].sort().join(', ');
    const misspelt = nearest('connector', table.options.keys());
    throw new SqlError('MS1304', `table ${table.name} has no 'connector'`, {
      span: spans.get(misspelt ?? '') ?? node.name.span,
      hint: misspelt ? "did you mean 'connector'?" : `add WITH ('connector' = '...'); there are: ${known}`,
    });
  }
  const read = readTableOptions(table.options, context.descriptors, (name) => spans.get(name));
  checkPartitionedBy(table, read, node);
  checkBadRecordOptions(table, read, (name) => spans.get(name) ?? node.name.span);
  if (read.connector.source !== undefined) new QueryBinder(context).checkTable(table, read);
}
