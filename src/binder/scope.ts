import { type Span, SqlError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import type { ColumnExpression, Expression } from '../plan/expressions/expression.ts';
import type { Identifier } from '../sql/ast/index.ts';
import type { OuterScope } from './subqueries/outer-scope.ts';

/** A column that names in an expression can mean. */
export interface ScopeColumn {
  readonly name: string;
  readonly type: SqlType;
  /** Alias or name of the table it comes from; undefined for none. */
  readonly table: string | undefined;
  /** Found only with its table: what USING has made one of two columns. */
  readonly isHidden?: boolean;
}

/** The columns an expression can name, by position in its input. */
export class Scope {
  readonly columns: readonly ScopeColumn[];
  /** Where names are looked for that are none of the columns. */
  readonly #outer: OuterScope | undefined;

  constructor(columns: readonly ScopeColumn[], outer?: OuterScope) {
    this.columns = columns;
    this.#outer = outer;
  }

  /** Finds `column`, `table.column`, or a field path below one. Throws MS1103 (unknown, with the nearest) or MS1104 (ambiguous). */
  resolve(parts: readonly Identifier[], span: Span): Expression {
    const path = stripDefaults(parts);
    const [first, second] = path;
    const byColumn = this.#find((column) => column.name === first!.name && column.isHidden !== true, first!, span);
    if (byColumn !== undefined) return fields(byColumn, path.slice(1));
    if (second !== undefined) {
      const byTable = this.#find((column) => column.table === first!.name && column.name === second.name, second, span);
      if (byTable !== undefined) return fields(byTable, path.slice(2));
    }
    const outside = this.#outer?.resolve(path, span);
    if (outside !== undefined) return outside;
    throw this.#unknown(path, span);
  }

  /** Columns of `*` or `table.*`. */
  star(qualifier: readonly Identifier[], span: Span): readonly ColumnExpression[] {
    const table = qualifier.at(-1)?.name;
    const all = this.columns.map((column, index) => ({ column, index }));
    const found =
      table === undefined ? all.filter(({ column }) => column.isHidden !== true) : all.filter(({ column }) => column.table === table);
    if (found.length === 0) {
      const known = new Set(this.columns.flatMap((column) => column.table ?? []));
      throw new SqlError('MS1101', `there is no table ${table ?? ''} to take * from`, { span, hint: didYouMean(table ?? '', known) });
    }
    for (const { column } of found) {
      if (found.some((other) => other.column !== column && other.column.name === column.name && other.column.table === column.table))
        throw ambiguous(column.name, span);
    }
    return found.map(({ column, index }) => ({ kind: 'column', index, name: column.name, type: column.type, span }));
  }

  #find(test: (column: ScopeColumn) => boolean, name: Identifier, span: Span): ColumnExpression | undefined {
    const index = this.columns.findIndex(test);
    if (index === -1) return undefined;
    if (this.columns.findIndex((column, i) => i > index && test(column)) !== -1) {
      throw ambiguous(name.name, span);
    }
    const column = this.columns[index]!;
    return { kind: 'column', index, name: column.name, type: column.type, span };
  }

  #unknown(path: readonly Identifier[], span: Span): SqlError {
    const [first, second] = path;
    const tables = new Set(this.columns.flatMap((column) => column.table ?? []));
    const inTable = second !== undefined && tables.has(first!.name);
    const name = inTable ? second.name : first!.name;
    const candidates = this.columns.filter((column) => !inTable || column.table === first!.name).map((column) => column.name);
    const unqualified = second !== undefined && !inTable && !candidates.includes(name);
    const what = unqualified ? `there is no table or column ${name}` : `there is no column ${name}`;
    const known = candidates.slice(0, 12).join(', ');
    return new SqlError('MS1103', what, {
      span,
      hint:
        didYouMean(name, unqualified ? [...candidates, ...tables] : candidates) ??
        (known === '' ? 'there are no columns here' : `there are: ${known}`),
    });
  }
}

const ambiguous = (name: string, span: Span): SqlError =>
  new SqlError('MS1104', `column ${name} is ambiguous`, {
    span,
    hint: `write the table before it: t.${name}, or give the columns names that differ`,
  });

/** Leaves out `default_catalog.default_database.` in front of a name. */
function stripDefaults(parts: readonly Identifier[]): readonly Identifier[] {
  const rest = parts.length > 1 && parts[0]!.name === 'default_catalog' ? parts.slice(1) : parts;
  return rest.length > 1 && rest[0]!.name === 'default_database' ? rest.slice(1) : rest;
}

function fields(start: Expression, path: readonly Identifier[]): Expression {
  let result = start;
  for (const part of path) result = fieldOf(result, part);
  return result;
}

/** `input.name`. Throws MS1105 where the input is not a ROW or has no such field. */
export function fieldOf(input: Expression, part: Identifier): Expression {
  const { type } = input;
  if (type.root !== 'ROW')
    throw new SqlError('MS1105', `${part.name} is no field: its left side is ${type.root}, not a ROW`, { span: part.span });
  const index = type.fields.findIndex((field) => field.name === part.name);
  const field = type.fields[index];
  if (field === undefined) {
    const names = type.fields.map(({ name }) => name);
    throw new SqlError('MS1105', `the ROW has no field ${part.name}`, {
      span: part.span,
      hint: didYouMean(part.name, names) ?? `it has: ${names.join(', ')}`,
    });
  }
  return { ...fieldAt(input, index), span: part.span };
}

/** The field of a ROW at a position; of a row that is made here, what it is made of. */
export function fieldAt(input: Expression, index: number): Expression {
  if (input.kind === 'row') return input.args[index]!;
  if (input.type.root !== 'ROW') throw new Error(`a field of ${input.type.root}`);
  const { name, type } = input.type.fields[index]!;
  return { kind: 'field', input, index, name, type: { ...type, nullable: type.nullable || input.type.nullable } };
}
