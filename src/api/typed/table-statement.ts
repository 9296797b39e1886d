import { maskOption } from '../../catalog/options.ts';
import type { Descriptors } from '../../catalog/table-options.ts';
import type { SqlType } from '../../data/types/sql-type.ts';
import type * as sql from '../../sql/ast/index.ts';
import { identifier, NOWHERE, qualifiedName, text } from './ast.ts';
import type { OptionInput, OptionInputs } from './connector-table.ts';
import { typeNameOf } from './type-name.ts';

const span = NOWHERE;

/** What a CREATE TABLE says. */
export interface TableParts {
  readonly connector: string;
  readonly options: OptionInputs;
  /** Empty to take the connector's own. */
  readonly columns: readonly { readonly name: string; readonly type: SqlType }[];
  readonly computed: readonly { readonly name: string; readonly expression: sql.Expression }[];
  readonly watermark: { readonly column: string; readonly expression: sql.Expression } | undefined;
  readonly primaryKey: readonly string[];
}

/** `CREATE TEMPORARY TABLE name (...) WITH (...)`: the table that a program makes is the one that SQL text would make. */
export function createTableStatement(name: string, parts: TableParts, descriptors: Descriptors): sql.CreateTable {
  const options = optionTexts(parts.connector, parts.options, descriptors);
  const elements = elementsOf(parts);
  return {
    kind: 'createTable',
    mode: 'CREATE',
    temporary: true,
    ifNotExists: false,
    name: qualifiedName(name),
    elements: elements.length === 0 ? undefined : elements,
    comment: undefined,
    distribution: undefined,
    partitionedBy: [],
    options: [['connector', parts.connector] as const, ...options].map(([key, value]) => property(key, value)),
    like: undefined,
    query: undefined,
    span,
  };
}

const property = (key: string, value: string): sql.Property => ({ kind: 'property', key: text(key), value: text(value), span });

function elementsOf({ columns, computed, watermark, primaryKey }: TableParts): sql.TableElement[] {
  const elements: sql.TableElement[] = columns.map(({ name, type }) => ({
    kind: 'physicalColumn',
    name: identifier(name),
    type: typeNameOf(type),
    constraint: undefined,
    comment: undefined,
    span,
  }));
  for (const { name, expression } of computed)
    elements.push({ kind: 'computedColumn', name: identifier(name), expression, comment: undefined, span });
  if (watermark !== undefined)
    elements.push({ kind: 'watermark', column: qualifiedName(watermark.column), expression: watermark.expression, span });
  if (primaryKey.length > 0) {
    elements.push({
      kind: 'tableConstraint',
      name: undefined,
      type: 'PRIMARY KEY',
      columns: primaryKey.map(identifier),
      enforced: false,
      span,
    });
  }
  return elements;
}

/** The statement as it may be shown: secrets among its options are masked. */
export function masked(statement: sql.CreateTable): sql.CreateTable {
  const options = statement.options?.map((option) => property(option.key.value, maskOption(option.key.value, option.value.value)));
  return { ...statement, options };
}

/** Options by their names in SQL, as texts. A name that nothing is known of stays as it is, for the error that it will be. */
function optionTexts(connector: string, inputs: OptionInputs, descriptors: Descriptors): (readonly [string, string])[] {
  const format = descriptors.formats.get(String(inputs['format']));
  const own = (descriptors.connectors.get(connector)?.options ?? []).flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  const names = [...own, ...(format?.options ?? []).map(({ name }) => `${format!.name}.${name}`)];
  return flatten(inputs).map(([key, value]) => [sqlName(key, names), String(value)] as const);
}

function flatten(inputs: OptionInputs, prefix = ''): (readonly [string, OptionInput])[] {
  return Object.entries(inputs).flatMap(([key, value]): (readonly [string, OptionInput])[] => {
    if (value === undefined) return [];
    return isGroup(value) ? flatten(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value]];
  });
}

/** An object of its own class (a Duration) is a value. */
const isGroup = (value: OptionInput | OptionInputs): value is OptionInputs =>
  typeof value === 'object' && (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null);

const bare = (name: string): string => name.replace(/[^A-Za-z0-9]/g, '').toLowerCase();

/** `outputMode` is `output-mode`, `sourceMonitorInterval` is `source.monitor-interval`: the letters and digits are the same. */
function sqlName(key: string, names: readonly string[]): string {
  if (names.includes(key) || !/^[a-z][A-Za-z0-9]*$/.test(key)) return key;
  return names.find((name) => bare(name) === bare(key)) ?? key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
