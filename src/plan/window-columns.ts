import type { AggregateNode, CalcNode, PlanNode, WindowAggregateNode, WindowSpec } from './nodes/node.ts';

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
    case 'union':
      return ofUnion(node.inputs);
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
