import { type Span, SqlError, UnsupportedError } from '../common/errors.ts';
import { printType } from '../data/types/print-type.ts';
import { isTimeAttribute } from '../data/types/sql-type.ts';
import { windowPropertyType } from '../plan/make.ts';
import type { PlanNode, WindowNode, WindowSpec } from '../plan/nodes/node.ts';
import type * as sql from '../sql/ast/index.ts';
import { bindLiteral } from './literals.ts';
import type { QueryBinder } from './query-binder.ts';
import { type Relation, relationOf } from './relation.ts';
import { Scope } from './scope.ts';

/** Parameters of the windowing functions in their order, by Flink's names. */
const PARAMETERS = {
  TUMBLE: ['DATA', 'TIMECOL', 'SIZE', 'OFFSET'],
  HOP: ['DATA', 'TIMECOL', 'SLIDE', 'SIZE', 'OFFSET'],
  CUMULATE: ['DATA', 'TIMECOL', 'STEP', 'SIZE', 'OFFSET'],
  SESSION: ['DATA', 'TIMECOL', 'GAP'],
} as const;

const KINDS = { TUMBLE: 'tumble', HOP: 'hop', CUMULATE: 'cumulate', SESSION: 'session' } as const;

type Arguments = Partial<Record<'DATA' | 'TIMECOL' | 'SIZE' | 'SLIDE' | 'STEP' | 'GAP' | 'OFFSET', sql.Expression>>;

/** `TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL ...)`, HOP, CUMULATE and SESSION. Throws MS1209 for wrong arguments, MS1203 without a time attribute. */
export function bindWindowFunction(binder: QueryBinder, call: sql.FunctionCall): Relation {
  const name = call.name.parts.at(-1)!.name.toUpperCase();
  if (name !== 'TUMBLE' && name !== 'HOP' && name !== 'CUMULATE' && name !== 'SESSION') {
    throw new UnsupportedError('MS1402', `the table function ${name} is not supported yet`, {
      span: call.span,
      hint: 'TUMBLE, HOP, CUMULATE and SESSION are',
    });
  }
  const args = namedArguments(name, call);
  const input = inputOf(binder, args.DATA, call.span);
  const table = args.DATA?.kind === 'tableArgument' && args.DATA.name !== undefined ? ` ${args.DATA.name.parts.at(-1)!.name}` : '';
  const timeColumn = timeColumnOf(name, input, args.TIMECOL, call.span, table);
  const size = name === 'SESSION' ? 'GAP' : 'SIZE';
  const sizeMs = duration(args[size], size, call.span);
  const slide = name === 'HOP' ? 'SLIDE' : name === 'CUMULATE' ? 'STEP' : size;
  const slideMs = duration(args[slide], slide, call.span);
  checkMultiple(sizeMs, slideMs, slide, call.span);
  const offsetMs = args.OFFSET === undefined ? 0 : interval(args.OFFSET, 'OFFSET');
  const type = input.schema.fields[timeColumn]!.type;
  const window: WindowSpec = {
    kind: KINDS[name],
    sizeMs,
    slideMs,
    offsetMs,
    timeColumn,
    eventTime: isTimeAttribute(type) && type.timeAttribute === 'rowtime',
    ...(name === 'SESSION' && { partition: partitionOf(input, args.DATA) }),
  };
  return relationOf(windowNode(input, window), undefined);
}

/** Windows are made of whole slices. */
export function checkMultiple(sizeMs: number, slideMs: number, slide: 'SLIDE' | 'STEP' | 'SIZE' | 'GAP', span: Span): void {
  if (sizeMs % slideMs === 0) return;
  const what = slide === 'SLIDE' ? 'hopping' : 'cumulating';
  const message = `a ${what} window's size (${sizeMs} ms) must be a multiple of its ${slide.toLowerCase()} (${slideMs} ms)`;
  throw new SqlError('MS1209', message, { span });
}

/** The rows of `input`, each once for each of its windows, with the window's start, end and time behind its own columns. */
export function windowNode(input: PlanNode, window: WindowSpec): WindowNode {
  const properties = (['start', 'end', 'time'] as const).map((property) => windowPropertyType(input, window, property));
  // The original time stays an ordinary column: only window_time goes on as a time attribute.
  const fields = [...input.schema.fields, ...properties];
  return { kind: 'window', input, window, schema: { fields }, insertOnly: input.insertOnly };
}

function namedArguments(name: keyof typeof PARAMETERS, call: sql.FunctionCall): Arguments {
  const parameters = PARAMETERS[name];
  const result: Record<string, sql.Expression> = {};
  call.args.forEach((arg, i) => {
    const parameter = arg.kind === 'namedArgument' ? arg.name.name.toUpperCase() : parameters[i];
    if (parameter === undefined || !(parameters as readonly string[]).includes(parameter)) {
      throw new SqlError('MS1209', `${name} takes ${parameters.join(', ')}`, { span: arg.span });
    }
    result[parameter] = arg.kind === 'namedArgument' ? arg.value : arg;
  });
  return result;
}

/** `TABLE t`, or a query in parentheses. */
function inputOf(binder: QueryBinder, data: sql.Expression | undefined, span: Span): PlanNode {
  if (data?.kind === 'subquery') return binder.bindQuery(data.query).node;
  if (data?.kind !== 'tableArgument')
    throw new SqlError('MS1209', 'a windowing function takes TABLE t as its first argument', { span: data?.span ?? span });
  return (data.name === undefined ? binder.bindQuery(data.query!) : binder.table(data.name, [])).node;
}

function timeColumnOf(name: string, input: PlanNode, descriptor: sql.Expression | undefined, span: Span, table: string): number {
  const column = descriptor?.kind === 'descriptor' ? descriptor.columns[0] : undefined;
  if (column === undefined)
    throw new SqlError('MS1209', `${name} takes DESCRIPTOR(time column) as its second argument`, { span: descriptor?.span ?? span });
  const bound = binderScope(input).resolve(column.parts, column.span);
  if (bound.kind === 'column' && isTimeAttribute(bound.type)) return bound.index;
  const text = column.parts.map((part) => part.name).join('.');
  const isTime = bound.type.root === 'TIMESTAMP' || bound.type.root === 'TIMESTAMP_LTZ';
  throw new SqlError(
    'MS1203',
    `${name} needs a time attribute, but "${text}" is ${printType({ ...bound.type, nullable: true })}${isTime ? ' without a watermark' : ''}`,
    {
      span: column.span,
      hint: isTime
        ? `add WATERMARK FOR ${text} AS ${text} - INTERVAL '5' SECOND to CREATE TABLE${table}`
        : 'take a TIMESTAMP(3) column for which CREATE TABLE declares a WATERMARK',
    },
  );
}

/** The columns of PARTITION BY. */
function partitionOf(input: PlanNode, data: sql.Expression | undefined): number[] {
  const items = data?.kind === 'tableArgument' ? data.partitionBy : [];
  return items.map((item) => {
    const bound = item.kind === 'column' ? binderScope(input).resolve(item.parts, item.span) : undefined;
    if (bound?.kind === 'column') return bound.index;
    throw new SqlError('MS1209', 'PARTITION BY of a windowing function takes columns of its table', { span: item.span });
  });
}

function binderScope(input: PlanNode): Scope {
  return new Scope(input.schema.fields.map(({ name, type }) => ({ name, type, table: undefined })));
}

/** Milliseconds of an interval, more than none. Throws MS1209. */
export function duration(node: sql.Expression | undefined, what: string, span: Span): number {
  if (node === undefined) throw new SqlError('MS1209', `the window has no ${what}`, { span });
  const ms = interval(node, what);
  const hint = "write a length of time, for instance INTERVAL '1' MINUTE";
  if (ms <= 0) throw new SqlError('MS1209', `the window's ${what} must be more than zero`, { span: node.span, hint });
  return ms;
}

function interval(node: sql.Expression, what: string): number {
  if (node.kind === 'interval') {
    const { value, type } = bindLiteral(node);
    if (type.root === 'INTERVAL_DAY_TIME') return Number(value as bigint);
  }
  throw new SqlError('MS1209', `${what} takes an interval of days to seconds, for instance INTERVAL '1' MINUTE`, { span: node.span });
}
