import { hashText } from '../../../common/hash-text.ts';
import { printType } from '../../../data/types/print-type.ts';
import type { Expression } from '../../../plan/expressions/expression.ts';
import { operandsOf } from '../../../plan/expressions/visit.ts';
import type {
  AggregateCall,
  AnyJoinNode,
  IntervalJoinNode,
  OverCall,
  OverNode,
  PlanNode,
  RankNode,
  TemporalJoinNode,
  WindowSpec,
} from '../../../plan/nodes/node.ts';

/** Where the rows and columns of a node come from, as short texts: equal where the same values come, whatever the query calls them. */
export interface Lineage {
  readonly rows: string;
  readonly columns: readonly ColumnLineage[];
}

export interface ColumnLineage {
  readonly of: string;
  /** The table's column that it is; undefined for a computed one. */
  readonly name: string | undefined;
}

/** A text of fixed length for a text of any: 64 bits, so that two of a plan do not meet by chance. */
export function digest(...parts: readonly string[]): string {
  const text = parts.map((part) => `${part.length}:${part}`).join('');
  const hex = (hash: number): string => hash.toString(16).padStart(8, '0');
  return hex(hashText(text)) + hex(hashText(`again ${text}`));
}

/**
 * Says of each node of a plan which rows and columns it has, by what they are made of: table and column names, expressions, conditions,
 * windows. What changes neither rows nor values (names given by AS, types, columns that are not read) leaves no trace.
 */
export class Lineages {
  readonly #timeZone: string;
  readonly #known = new Map<PlanNode, Lineage>();

  /** Expressions over time may give other values in another zone. */
  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  of(node: PlanNode): Lineage {
    let known = this.#known.get(node);
    if (known === undefined) {
      known = this.#make(node);
      this.#known.set(node, known);
    }
    return known;
  }

  /** What a call computes, apart from the type of its argument as far as a wider one counts the same. */
  call({ function: { name }, argument, distinct, filter }: AggregateCall, input: PlanNode): string {
    const { columns } = this.of(input);
    const of = (column: number | undefined): string => (column === undefined ? '' : columns[column]!.of);
    return digest('call', name, distinct ? 'distinct' : '', of(argument), of(filter));
  }

  #make(node: PlanNode): Lineage {
    switch (node.kind) {
      case 'scan': {
        const { name } = node.table;
        return { rows: digest('table', name), columns: node.schema.fields.map((field) => ofTable(name, field.name)) };
      }
      case 'values': {
        const rows = digest('values', ...node.rows.flat().map((value) => this.#expression(value, [], new Map())));
        return { rows, columns: node.schema.fields.map((_, i) => computed(rows, String(i))) };
      }
      case 'calc': {
        const { rows, columns } = this.of(node.input);
        const known = new Map<Expression, string>();
        return {
          rows: node.condition === undefined ? rows : digest('where', rows, this.#expression(node.condition, columns, known)),
          columns: node.projections.map((projection) =>
            projection.kind === 'column'
              ? columns[projection.index]!
              : { of: this.#expression(projection, columns, known), name: undefined },
          ),
        };
      }
      case 'watermark':
      case 'changelog-normalize':
      case 'sink':
        return this.of(node.input);
      case 'union': {
        const inputs = node.inputs.map((input) => this.of(input));
        const rows = digest('union', ...inputs.map((input) => input.rows));
        return { rows, columns: node.schema.fields.map((_, i) => computed('union', ...inputs.map(({ columns }) => columns[i]!.of))) };
      }
      case 'sort': {
        const { rows, columns } = this.of(node.input);
        const keys = node.keys.map(({ column, descending, nullsFirst }) => `${columns[column]!.of}${descending}${nullsFirst}`);
        return { rows: digest('sort', rows, ...keys, String(node.offset), String(node.limit)), columns };
      }
      case 'upsert-materialize':
        return this.of(node.input);
      case 'join':
      case 'interval-join':
      case 'temporal-join':
        return this.#join(node);
      case 'correlate': {
        const { rows, columns } = this.of(node.input);
        const made = digest(
          'correlate',
          rows,
          node.function.identity,
          String(node.outer),
          ...node.args.map((column) => columns[column]!.of),
        );
        const width = node.input.schema.fields.length;
        return { rows: made, columns: node.output.map((column) => columns[column] ?? computed(made, String(column - width))) };
      }
      case 'async-call': {
        const { rows, columns } = this.of(node.input);
        const called = node.calls.map(({ function: fn, args }) => digest('async', fn.name, ...args.map((column) => columns[column]!.of)));
        return { rows, columns: [...columns, ...called.map((of) => ({ of, name: undefined }))] };
      }
      case 'lookup-join': {
        const [left, right] = [this.of(node.input), this.of(node.scan)];
        const all = [...left.columns, ...right.columns];
        const keys = [...node.leftKeys.map((key) => left.columns[key]!.of), '', ...node.rightKeys.map((key) => right.columns[key]!.of)];
        const condition = node.condition === undefined ? '' : this.#expression(node.condition, all, new Map());
        const rows = digest('lookup', node.type, left.rows, right.rows, condition, ...keys);
        return { rows, columns: node.output.map((column) => all[column]!) };
      }
      case 'rank': {
        const { rows, columns } = this.of(node.input);
        const all = this.ranking(node);
        return { rows: digest(all, rows), columns: node.schema.fields.map((_, i) => columns[i] ?? computed(all, 'number')) };
      }
      case 'over': {
        const { rows, columns } = this.of(node.input);
        const ordering = this.ordering(node);
        const calls = node.calls.map((call) => this.overCall(call, node.input));
        const own = calls.map((call) => computed(ordering, call));
        return {
          rows: node.emit === 'changes' ? rows : digest(ordering, node.emit),
          columns: [...columns.slice(0, node.input.schema.fields.length), ...own],
        };
      }
      case 'window': {
        const { rows, columns } = this.of(node.input);
        const all = digest('window', rows, this.window(node.window, node.input));
        return { rows: all, columns: node.schema.fields.map((_, i) => columns[i] ?? computed(all, String(i))) };
      }
      case 'aggregate':
      case 'window-aggregate': {
        const rows = this.grouping(node);
        const keys = node.keys.map((key) => this.of(node.input).columns[key]!);
        const calls = node.calls.map((call) => computed(rows, this.call(call, node.input)));
        const properties = node.kind === 'aggregate' ? [] : node.properties.map((property) => computed(rows, property));
        return { rows, columns: [...keys, ...calls, ...properties] };
      }
    }
  }

  /** What an aggregation groups: its input's rows, its keys, its window. Not what it computes of them. */
  grouping(node: PlanNode & { kind: 'aggregate' | 'window-aggregate' }): string {
    const { rows, columns } = this.of(node.input);
    const keys = node.keys.map((key) => columns[key]!.of);
    const how = node.kind === 'aggregate' ? node.emit : this.window(node.window, node.input);
    return digest(node.kind, rows, how, ...keys);
  }

  #join(node: AnyJoinNode): Lineage {
    const [left, right] = [this.of(node.left), this.of(node.right)];
    const all = [...left.columns, ...right.columns];
    const condition = node.condition === undefined ? '' : this.#expression(node.condition, all, new Map());
    return { rows: digest('join', this.matching(node), condition), columns: node.output.map((column) => all[column]!) };
  }

  /** What a join matches: the rows of its sides, and their keys. */
  matching(join: AnyJoinNode): string {
    const { type, left, right, leftKeys, rightKeys } = join;
    const side = (node: PlanNode, keys: readonly number[]): string => {
      const { rows, columns } = this.of(node);
      return digest(rows, ...keys.map((key) => columns[key]!.of));
    };
    const parts = ['matching', type, side(left, leftKeys), side(right, rightKeys)];
    if (join.kind === 'join') return digest(...parts, ...(join.nullSafe ?? []).map(String));
    return digest(...parts, join.kind === 'interval-join' ? this.#interval(join) : this.#versions(join));
  }

  #versions({ left, right, leftTime, rightTime }: TemporalJoinNode): string {
    return digest('versions', this.of(left).columns[leftTime]!.of, this.of(right).columns[rightTime]!.of);
  }

  /** Which rows an interval join still needs. */
  #interval({ left, right, bounds }: IntervalJoinNode): string {
    const { leftTime, rightTime, lowerMs, upperMs, eventTime } = bounds;
    const times = [this.of(left).columns[leftTime]!.of, this.of(right).columns[rightTime]!.of];
    return digest('interval', ...times, String([lowerMs, upperMs, eventTime]));
  }

  /** Which rows a ranking keeps, and in which order. */
  ranking({ input, partition, order, offset, limit, latest }: RankNode): string {
    const { rows, columns } = this.of(input);
    const keys = order.map(({ column, descending, nullsFirst }) => `${columns[column]!.of}${descending}${nullsFirst}`);
    return digest('rank', rows, String([offset, limit, latest]), ...keys, '', ...partition.map((column) => columns[column]!.of));
  }

  /** The rows that an OVER window sees, and their order in each partition. */
  ordering({ input, partition, order, emit }: OverNode): string {
    const { rows, columns } = this.of(input);
    const keys = order.map(({ column, descending, nullsFirst }) => `${columns[column]!.of}${descending}${nullsFirst}`);
    return digest('over', rows, emit, ...keys, '', ...partition.map((column) => columns[column]!.of));
  }

  overCall({ what, aggregate, argument, distinct, offset, frame: { unit, start, end } }: OverCall, input: PlanNode): string {
    const of = argument === undefined ? '' : this.of(input).columns[argument]!.of;
    const fn = `${aggregate?.name ?? ''}${aggregate?.parameters ?? ''}${distinct ? ' DISTINCT' : ''}`;
    return digest(what, fn, of, String([offset, unit, start, end]));
  }

  window({ kind, sizeMs, slideMs, offsetMs, timeColumn, eventTime, partition = [] }: WindowSpec, input: PlanNode): string {
    const { columns } = this.of(input);
    const by = partition.map((column) => columns[column]!.of);
    return digest(kind, String([sizeMs, slideMs, offsetMs, eventTime]), columns[timeColumn]!.of, this.#timeZone, ...by);
  }

  /** An object that stands in several places is looked at once: a tree may be exponentially larger than what makes it. */
  #expression(expression: Expression, columns: readonly ColumnLineage[], known: Map<Expression, string>): string {
    if (expression.kind === 'column') return columns[expression.index]!.of;
    let text = known.get(expression);
    if (text === undefined) {
      const operands = operandsOf(expression).map((operand) => this.#expression(operand, columns, known));
      text = digest(expression.kind, this.#ownPart(expression), ...operands);
      known.set(expression, text);
    }
    return text;
  }

  #ownPart(expression: Expression): string {
    switch (expression.kind) {
      case 'literal':
        return `${printType(expression.type)} ${expression.value instanceof Uint8Array ? expression.value.join() : String(expression.value)}`;
      case 'call':
        return `${expression.function.name} ${this.#timeZone}`;
      case 'cast':
        return `${printType(expression.type)} ${expression.safe} ${this.#timeZone}`;
      case 'is':
        return `${expression.test} ${expression.negated}`;
      case 'field':
        return expression.name;
      case 'case':
        return String(expression.branches.length);
      default:
        return '';
    }
  }
}

const ofTable = (table: string, name: string): ColumnLineage => ({ of: digest('column', table, name), name });
const computed = (...parts: readonly string[]): ColumnLineage => ({ of: digest('computed', ...parts), name: undefined });
