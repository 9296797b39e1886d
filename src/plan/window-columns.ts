import { conjuncts } from './expressions/visit.ts';
import type { AggregateNode, CalcNode, JoinNode, PlanNode, RankNode, WindowAggregateNode, WindowSpec } from './nodes/node.ts';

/** The columns of rows that belong to windows, which say to which one. */
export interface WindowColumns {
  /** The windows; its columns are those of the windowing below. */
  readonly window: WindowSpec;
  /** Whether the windows lie in the session zone's local time. */
  readonly isLocal: boolean;
  readonly start: readonly number[];
  readonly end: readonly number[];
  readonly time: readonly number[];
}

const known = new WeakMap<PlanNode, WindowColumns | { readonly none: true }>();

/**
 * The window columns of a node's rows, where each row belongs to a window and comes before the watermark passes the window's end, as Flink's
 * planner follows them: through filters and projections that hand on start and end, unions, and what is computed per window.
 */
export function windowColumnsOf(node: PlanNode): WindowColumns | undefined {
  let found = known.get(node);
  if (found === undefined) {
    found = derive(node) ?? { none: true };
    known.set(node, found);
  }
  return 'none' in found ? undefined : found;
}

/** Whether rows of both lie in windows that are laid out alike. */
export function isSameWindow(a: WindowColumns, b: WindowColumns): boolean {
  const layout = ({ window: { kind, sizeMs, slideMs, offsetMs, eventTime }, isLocal }: WindowColumns): string =>
    [kind, sizeMs, slideMs, offsetMs, eventTime, isLocal].join();
  return layout(a) === layout(b);
}

function derive(node: PlanNode): WindowColumns | undefined {
  switch (node.kind) {
    case 'window': {
      const width = node.input.schema.fields.length;
      return columns(node.window, isLocal(node), [width], [width + 1], [width + 2]);
    }
    case 'window-aggregate':
      return ofAggregate(node);
    case 'calc':
      return throughCalc(node);
    case 'async-call':
      return windowColumnsOf(node.input);
    case 'union':
      return ofUnion(node.inputs);
    case 'join':
      return ofJoin(node);
    case 'rank':
      return rankedWindow(node) && windowColumnsOf(node.input);
    default:
      return undefined;
  }
}

function columns(
  window: WindowSpec,
  local: boolean,
  start: readonly number[],
  end: readonly number[],
  time: readonly number[],
): WindowColumns | undefined {
  return start.length === 0 || end.length === 0 ? undefined : { window, isLocal: local, start, end, time };
}

const isLocal = ({ window, input }: { readonly window: WindowSpec; readonly input: PlanNode }): boolean =>
  input.schema.fields[window.timeColumn]?.type.root === 'TIMESTAMP_LTZ';

/** The start of a window that rows had before is one of the keys. */
function ofAggregate(node: WindowAggregateNode): WindowColumns | undefined {
  const from = node.keys.length + node.calls.length;
  const places = (property: string): number[] => node.properties.flatMap((one, i) => (one === property ? [from + i] : []));
  if (node.window.kind !== 'attached') return columns(node.window, isLocal(node), places('start'), places('end'), places('time'));
  const below = windowColumnsOf(node.input);
  if (below === undefined) return undefined;
  return columns(below.window, below.isLocal, startKeys(node, below), places('end'), places('time'));
}

const startKeys = ({ keys }: Pick<AggregateNode, 'keys'>, { start }: WindowColumns): number[] =>
  [...keys.keys()].filter((i) => start.includes(keys[i]!));

function throughCalc({ input, projections }: CalcNode): WindowColumns | undefined {
  const below = windowColumnsOf(input);
  if (below === undefined) return undefined;
  const places = (of: readonly number[]): number[] =>
    projections.flatMap((projection, i) => (projection.kind === 'column' && of.includes(projection.index) ? [i] : []));
  return columns(below.window, below.isLocal, places(below.start), places(below.end), places(below.time));
}

/** What all branches have at the same places. */
function ofUnion(inputs: readonly PlanNode[]): WindowColumns | undefined {
  const [first, ...rest] = inputs.map(windowColumnsOf);
  if (first === undefined) return undefined;
  let shared: WindowColumns | undefined = first;
  for (const other of rest) {
    if (shared === undefined || other === undefined || !isSameWindow(shared, other)) return undefined;
    const both = (a: readonly number[], b: readonly number[]): number[] => a.filter((column) => b.includes(column));
    shared = columns(
      first.window,
      first.isLocal,
      both(shared.start, other.start),
      both(shared.end, other.end),
      both(shared.time, other.time),
    );
  }
  return shared;
}

/** What a window join matches by: the columns of each side that must be equal, among which are those of the window. */
export interface JoinedWindow {
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  /** Positions of the window's end among the keys. */
  readonly end: number;
  readonly left: WindowColumns;
  readonly right: WindowColumns;
}

/**
 * The window that both sides of a join must have in common; undefined where it is another join. As in Flink, rows of windows of event time that are
 * laid out alike are matched by start and end, and none is taken back.
 */
export function joinedWindow(
  node: Pick<JoinNode, 'left' | 'right' | 'leftKeys' | 'rightKeys' | 'nullSafe' | 'condition'>,
): JoinedWindow | undefined {
  if (!node.left.insertOnly || !node.right.insertOnly || node.nullSafe !== undefined) return undefined;
  const [left, right] = [windowColumnsOf(node.left), windowColumnsOf(node.right)];
  if (left === undefined || right === undefined || !left.window.eventTime || !isSameWindow(left, right)) return undefined;
  const keys = node.leftKeys.map((key, i) => [key, node.rightKeys[i]!] as const);
  const pairs = [...keys, ...equalColumns(node)];
  const start = pairs.find(([a, b]) => left.start.includes(a) && right.start.includes(b));
  const end = pairs.find(([a, b]) => left.end.includes(a) && right.end.includes(b));
  if (start === undefined || end === undefined) return undefined;
  const all = [...keys, ...[start, end].filter((pair) => !keys.includes(pair))];
  return { leftKeys: all.map(([a]) => a), rightKeys: all.map(([, b]) => b), end: all.indexOf(end), left, right };
}

/** Equalities of a column of each side in a join's condition. */
function equalColumns({ left, condition }: Pick<JoinNode, 'left' | 'condition'>): (readonly [number, number])[] {
  const width = left.schema.fields.length;
  return conjuncts(condition).flatMap((part) => {
    if (part.kind !== 'call' || part.function.name !== '=') return [];
    const [a, b] = part.args;
    if (a?.kind !== 'column' || b?.kind !== 'column' || a.index < width === b.index < width) return [];
    return [a.index < width ? ([a.index, b.index - width] as const) : ([b.index, a.index - width] as const)];
  });
}

/** A side whose rows may be missing does not say the window. */
function ofJoin(node: JoinNode): WindowColumns | undefined {
  const both = joinedWindow(node);
  if (both === undefined || node.type === 'full') return undefined;
  const width = node.left.schema.fields.length;
  const places = (name: 'start' | 'end' | 'time'): number[] => {
    const ofLeft = node.type === 'right' ? [] : both.left[name];
    const ofRight = node.type === 'inner' || node.type === 'right' ? both.right[name].map((column) => column + width) : [];
    return [...node.output.keys()].filter((i) => ofLeft.includes(node.output[i]!) || ofRight.includes(node.output[i]!));
  };
  return columns(both.left.window, both.left.isLocal, places('start'), places('end'), places('time'));
}

/** The window of whose rows a ranking takes the first, once the window has ended; undefined for another ranking. */
export function rankedWindow({ input, partition }: Pick<RankNode, 'input' | 'partition'>): { end: number; isLocal: boolean } | undefined {
  const columns = input.insertOnly ? windowColumnsOf(input) : undefined;
  if (columns === undefined || !columns.window.eventTime || !partition.some((column) => columns.start.includes(column))) return undefined;
  const end = partition.find((column) => columns.end.includes(column));
  return end === undefined ? undefined : { end, isLocal: columns.isLocal };
}
