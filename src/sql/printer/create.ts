import type { StringLiteral } from '../ast/expressions.ts';
import type { Identifier } from '../ast/node.ts';
import type {
  ColumnConstraint,
  CreateCatalog,
  CreateConnection,
  CreateDatabase,
  CreateFunction,
  CreateMaterializedTable,
  CreateModel,
  CreateTable,
  CreateView,
  Distribution,
  LikeClause,
  Property,
  StartMode,
  TableConstraint,
  TableElement,
} from '../ast/statements.ts';
import { expressionText, intervalText } from './expressions.ts';
import { queryText } from './queries.ts';
import { columnList, identifierText, newline, qualifiedNameText, stringText } from './text.ts';
import { typeText } from './types.ts';

type CreateStatement =
  | CreateTable
  | CreateView
  | CreateFunction
  | CreateCatalog
  | CreateDatabase
  | CreateModel
  | CreateConnection
  | CreateMaterializedTable;

export function createText(statement: CreateStatement): string {
  switch (statement.kind) {
    case 'createTable':
      return tableDefinition(statement);
    case 'createView':
      return viewDefinition(statement);
    case 'createFunction':
      return functionDefinition(statement);
    case 'createCatalog':
      return `CREATE CATALOG ${ifNotExists(statement)}${identifierText(statement.name)}${commentText(statement.comment)}${propertiesText(statement.options)}`;
    case 'createDatabase':
      return `CREATE DATABASE ${ifNotExists(statement)}${qualifiedNameText(statement.name)}${commentText(statement.comment)}${propertiesText(statement.options)}`;
    case 'createModel':
      return modelDefinition(statement);
    case 'createConnection': {
      const scope = statement.scope === 'CATALOG' ? '' : `${statement.scope} `;
      const name = ifNotExists(statement) + qualifiedNameText(statement.name);
      return `CREATE ${scope}CONNECTION ${name}${commentText(statement.comment)}${propertiesText(statement.options)}`;
    }
    case 'createMaterializedTable':
      return materializedDefinition(statement);
  }
}

const ifNotExists = (statement: { readonly ifNotExists: boolean }): string => (statement.ifNotExists ? 'IF NOT EXISTS ' : '');
const temporary = (statement: { readonly temporary: boolean }): string => (statement.temporary ? 'TEMPORARY ' : '');

export function commentText(comment: StringLiteral | undefined): string {
  return comment === undefined ? '' : ` COMMENT ${stringText(comment)}`;
}

/** ` WITH ('key' = 'value', ...)`, one option a line. */
export function propertiesText(options: readonly Property[] | undefined): string {
  return options === undefined ? '' : ` WITH ${propertyListText(options)}`;
}

export function propertyListText(options: readonly Property[]): string {
  if (options.length === 0) return '()';
  const lines = options.map(({ key, value }) => `${newline(1)}${stringText(key)} = ${stringText(value)}`);
  return `(${lines.join(',')}${newline(0)})`;
}

function tableDefinition(table: CreateTable): string {
  const head = `${table.mode} ${temporary(table)}TABLE ${ifNotExists(table)}${qualifiedNameText(table.name)}`;
  const like = table.like === undefined ? '' : likeText(table.like);
  return head + tableBody(table) + propertiesText(table.options) + like + asText(table.query);
}

type TableBody = Pick<CreateTable, 'elements' | 'comment' | 'distribution' | 'partitionedBy'>;

function tableBody({ elements, comment, distribution, partitionedBy }: TableBody): string {
  const distributed = distribution === undefined ? '' : ` DISTRIBUTED ${distributionText(distribution)}`;
  return elementsText(elements) + commentText(comment) + distributed + partitionedText(partitionedBy);
}

function elementsText(elements: readonly TableElement[] | undefined): string {
  if (elements === undefined) return '';
  return ` (${elements.map((element) => newline(1) + elementText(element)).join(',')}${newline(0)})`;
}

function partitionedText(columns: readonly Identifier[]): string {
  return columns.length === 0 ? '' : ` PARTITIONED BY ${columnList(columns)}`;
}

function asText(query: CreateTable['query']): string {
  return query === undefined ? '' : `${newline(0)}AS ${queryText(query, 0)}`;
}

/** One column, constraint or watermark. */
export function elementText(element: TableElement): string {
  switch (element.kind) {
    case 'columnName':
      return identifierText(element.name);
    case 'physicalColumn': {
      const constraint = element.constraint === undefined ? '' : ` ${constraintText(element.constraint)}`;
      return `${identifierText(element.name)} ${typeText(element.type)}${constraint}${commentText(element.comment)}`;
    }
    case 'computedColumn':
      return `${identifierText(element.name)} AS ${expressionText(element.expression, 1)}${commentText(element.comment)}`;
    case 'metadataColumn': {
      const from = element.from === undefined ? '' : ` FROM ${stringText(element.from)}`;
      const virtual = element.virtual ? ' VIRTUAL' : '';
      return `${identifierText(element.name)} ${typeText(element.type)} METADATA${from}${virtual}${commentText(element.comment)}`;
    }
    case 'watermark':
      return `WATERMARK FOR ${qualifiedNameText(element.column)} AS ${expressionText(element.expression, 1)}`;
    case 'tableConstraint':
      return constraintText(element);
  }
}

function constraintText(constraint: ColumnConstraint | TableConstraint): string {
  const name = constraint.name === undefined ? '' : `CONSTRAINT ${identifierText(constraint.name)} `;
  const columns = constraint.kind === 'tableConstraint' ? ` ${columnList(constraint.columns)}` : '';
  const enforced = constraint.enforced === undefined ? '' : constraint.enforced ? ' ENFORCED' : ' NOT ENFORCED';
  return `${name}${constraint.type}${columns}${enforced}`;
}

/** `BY HASH (a) INTO 4 BUCKETS` */
export function distributionText({ method, columns, buckets }: Distribution): string {
  const by = columns.length === 0 ? '' : `BY ${method === undefined ? '' : `${method} `}${columnList(columns)}`;
  const into = buckets === undefined ? '' : `INTO ${buckets.text} BUCKETS`;
  return by !== '' && into !== '' ? `${by} ${into}` : by + into;
}

function likeText({ source, options }: LikeClause): string {
  const list = options.map(({ merging, feature }) => `${newline(1)}${merging} ${feature}`).join('');
  return `${newline(0)}LIKE ${qualifiedNameText(source)}${options.length === 0 ? '' : ` (${list}${newline(0)})`}`;
}

function viewDefinition(view: CreateView): string {
  const columns = view.columns.length === 0 ? '' : ` ${columnList(view.columns)}`;
  const head = `${view.mode} ${temporary(view)}VIEW ${ifNotExists(view)}${qualifiedNameText(view.name)}`;
  return `${head}${columns}${commentText(view.comment)} AS${newline(0)}${queryText(view.query, 0)}`;
}

function functionDefinition(definition: CreateFunction): string {
  const scope = definition.scope === 'CATALOG' ? '' : `${definition.scope} `;
  const head = `${definition.mode} ${scope}FUNCTION ${ifNotExists(definition)}${qualifiedNameText(definition.name)}`;
  const resources = definition.resources.map(({ type, uri }) => `${type} ${stringText(uri)}`);
  const using = resources.length === 0 ? '' : ` USING ${resources.join(', ')}`;
  return `${head} AS ${stringText(definition.implementation)}${languageText(definition.language)}${using}${propertiesText(definition.options)}`;
}

export function languageText(language: string | undefined): string {
  return language === undefined ? '' : ` LANGUAGE ${language}`;
}

function modelDefinition(model: CreateModel): string {
  const input = model.input === undefined ? '' : ` INPUT${elementsText(model.input)}`;
  const output = model.output === undefined ? '' : ` OUTPUT${elementsText(model.output)}`;
  const head = `${model.mode} ${temporary(model)}MODEL ${ifNotExists(model)}${qualifiedNameText(model.name)}`;
  return head + input + output + commentText(model.comment) + propertiesText(model.options) + asText(model.query);
}

function materializedDefinition(table: CreateMaterializedTable): string {
  const start = table.startMode === undefined ? '' : ` START_MODE = ${startModeText(table.startMode)}`;
  const freshness = table.freshness === undefined ? '' : ` FRESHNESS = ${intervalText(table.freshness)}`;
  const refresh = table.refreshMode === undefined ? '' : ` REFRESH_MODE = ${table.refreshMode}`;
  const head = `${table.mode} MATERIALIZED TABLE ${qualifiedNameText(table.name)}`;
  return head + tableBody(table) + propertiesText(table.options) + start + freshness + refresh + asText(table.query);
}

function startModeText({ mode, argument }: StartMode): string {
  return mode + (argument === undefined ? '' : `(${expressionText(argument, 0)})`);
}
