import { simpleName, unknownTable } from '../../binder/query-binder.ts';
import type { CatalogTable, CatalogView } from '../../catalog/catalog.ts';
import { DEFAULT_CATALOG, DEFAULT_DATABASE } from '../../catalog/catalog.ts';
import { maskOption } from '../../catalog/options.ts';
import { SqlError, UnsupportedError } from '../../common/errors.ts';
import { printType } from '../../data/types/print-type.ts';
import { types } from '../../data/types/sql-type.ts';
import type * as sql from '../../sql/ast/index.ts';
import { printExpression, printQuery } from '../../sql/print.ts';
import type { Session } from '../session.ts';
import { columnRows } from './describe.ts';
import { showJobs } from './jobs.ts';
import type { StatementResult } from './statement-result.ts';

/** SHOW: what there is, one row each. */
export function runShow(session: Session, node: sql.ShowStatement): StatementResult {
  const { catalog } = session;
  switch (node.object) {
    case 'TABLES':
      return list('table name', catalog.names(), node);
    case 'VIEWS':
      return list(
        'view name',
        catalog.entries().flatMap((entry) => (entry.kind === 'view' ? [entry.name] : [])),
        node,
      );
    case 'FUNCTIONS':
      return list(
        'function name',
        session.functions.names().map((name) => name.toLowerCase()),
        node,
      );
    case 'USER FUNCTIONS':
      return list(
        'function name',
        session.functions.user.names().map((name) => name.toLowerCase()),
        node,
      );
    case 'MATERIALIZED TABLES':
    case 'MODELS':
    case 'PROCEDURES':
    case 'CONNECTIONS':
    case 'JARS':
      return list(`${node.object.toLowerCase().replace(/s$/, '')} name`, [], node);
    case 'CATALOGS':
      return list('catalog name', [DEFAULT_CATALOG], node);
    case 'CURRENT CATALOG':
      return list('current catalog name', [DEFAULT_CATALOG], node);
    case 'DATABASES':
      return list('database name', [DEFAULT_DATABASE], node);
    case 'CURRENT DATABASE':
      return list('current database name', [DEFAULT_DATABASE], node);
    case 'MODULES':
      return list('module name', ['core'], node);
    case 'JOBS':
      return showJobs(session);
    case 'COLUMNS':
      return columns(session, node);
    case 'CREATE TABLE':
    case 'CREATE VIEW':
      return list('result', [createText(session, node)], node);
    default:
      throw new UnsupportedError('MS1402', `SHOW ${node.object} is not supported yet`, { span: node.span });
  }
}

function list(name: string, values: readonly string[], node: sql.ShowStatement): StatementResult {
  return {
    kind: 'rows',
    schema: { fields: [{ name, type: types.string(false) }] },
    rows: values.filter(matcher(node.like)).map((value) => [value]),
  };
}

/** LIKE and ILIKE of SHOW: % and _ as in a query. */
function matcher(like: sql.ShowLike | undefined): (text: string) => boolean {
  if (like === undefined) return () => true;
  const escaped = like.pattern.value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`^${escaped.replaceAll('%', '.*').replaceAll('_', '.')}$`, like.operator === 'ILIKE' ? 'isu' : 'su');
  return (text) => pattern.test(text) !== like.negated;
}

function columns(session: Session, node: sql.ShowStatement): StatementResult {
  const entry = session.catalog.get(simpleName(node.name!));
  if (entry === undefined) throw unknownTable(session.catalog, node.name!);
  const matches = matcher(node.like);
  const fields = ['name', 'type', 'null', 'key', 'extras', 'watermark'].map((name) => ({
    name,
    type: name === 'null' ? types.boolean(false) : types.string(),
  }));
  return { kind: 'rows', schema: { fields }, rows: columnRows(session, entry).filter(([name]) => matches(String(name))) };
}

function createText(session: Session, node: sql.ShowStatement): string {
  const name = simpleName(node.name!);
  const entry = session.catalog.get(name);
  if (entry === undefined) throw unknownTable(session.catalog, node.name!);
  const wanted = node.object === 'CREATE TABLE' ? 'table' : 'view';
  if (entry.kind !== wanted)
    throw new SqlError('MS1101', `${name} is a ${entry.kind}`, {
      span: node.name!.span,
      hint: `write SHOW CREATE ${entry.kind.toUpperCase()} ${name}`,
    });
  return entry.kind === 'table' ? tableText(entry) : viewText(entry);
}

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

function viewText(view: CatalogView): string {
  const names = view.columns.length === 0 ? '' : ` (${view.columns.map(quoted).join(', ')})`;
  return `CREATE ${view.temporary ? 'TEMPORARY ' : ''}VIEW ${quoted(view.name)}${names} AS\n${printQuery(view.query)}`;
}

/** A statement that makes the same table again. Secrets in its options are masked. */
function tableText(table: CatalogTable): string {
  const elements = table.columns.map((column) => {
    const comment = column.comment === undefined ? '' : ` COMMENT ${text(column.comment)}`;
    if (column.kind === 'computed') return `${quoted(column.name)} AS ${printExpression(column.expression)}${comment}`;
    const metadata =
      column.kind === 'metadata'
        ? ` METADATA${column.key === column.name ? '' : ` FROM ${text(column.key)}`}${column.virtual ? ' VIRTUAL' : ''}`
        : '';
    return `${quoted(column.name)} ${printType(column.type)}${metadata}${comment}`;
  });
  if (table.watermark !== undefined)
    elements.push(`WATERMARK FOR ${quoted(table.watermark.column)} AS ${printExpression(table.watermark.expression)}`);
  if (table.primaryKey.length > 0) elements.push(`PRIMARY KEY (${table.primaryKey.map(quoted).join(', ')}) NOT ENFORCED`);
  const options = [...table.options].map(([key, value]) => `  ${text(key)} = ${text(maskOption(key, value))}`);
  const parts = [
    `CREATE ${table.temporary ? 'TEMPORARY ' : ''}TABLE ${quoted(table.name)} (\n${elements.map((element) => `  ${element}`).join(',\n')}\n)`,
    ...(table.comment === undefined ? [] : [`COMMENT ${text(table.comment)}`]),
    ...(table.partitionedBy.length === 0 ? [] : [`PARTITIONED BY (${table.partitionedBy.map(quoted).join(', ')})`]),
    `WITH (\n${options.join(',\n')}\n)`,
  ];
  return parts.join('\n');
}
