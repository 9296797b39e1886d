import type { AggregateNode, OverCall, OverNode, PlanNode } from './nodes/node.ts';
import { isUniqueBy, uniqueKeysOf } from './unique-keys.ts';
import { joinedWindow, rankedWindow } from './window-columns.ts';

/** What an operator keeps while the query runs. */
export interface StateNeed {
  /** In words: what is kept. */
  readonly keeps: string;
  /** Whether something ends it while the input goes on, and what; or why nothing does. */
  readonly isBounded: boolean;
  readonly why: string;
}

const WINDOWS_END = 'windows end when the watermark passes them';

/** What the operator of a node keeps; undefined for one that keeps nothing that grows. */
export function stateNeedOf(node: PlanNode): StateNeed | undefined {
  switch (node.kind) {
    case 'aggregate':
      return ofAggregate(node);
    case 'changelog-normalize':
      return unbounded(`the newest row of each (${names(node.input, node.keys)})`);
    case 'window':
      return node.window.kind === 'session' ? { keeps: 'all rows of open sessions', isBounded: true, why: WINDOWS_END } : undefined;
    case 'window-aggregate':
      return { keeps: 'a row for each key and window', isBounded: true, why: WINDOWS_END };
    case 'rank':
      if (rankedWindow(node) !== undefined)
        return { keeps: `${node.limit} rows of each (${names(node.input, node.partition)})`, isBounded: true, why: WINDOWS_END };
      return unbounded(
        node.input.insertOnly
          ? `${node.limit} ${node.limit === 1 ? 'row' : 'rows'} of each (${names(node.input, node.partition)})`
          : `all rows of each (${names(node.input, node.partition)}), because rows may be taken back`,
        node.input.insertOnly && node.partition.length === 0,
      );
    case 'over':
      return ofOver(node);
    case 'upsert-materialize':
      return unbounded(`all rows of each (${names(node.input, node.keys)})`);
    case 'join':
      if (joinedWindow(node) !== undefined) return { keeps: 'all rows of open windows', isBounded: true, why: WINDOWS_END };
      return unbounded(`left: ${sideText(node.left, node.leftKeys)}; right: ${sideText(node.right, node.rightKeys)}`);
    case 'interval-join':
      return { keeps: 'rows of both sides', isBounded: true, why: 'a row goes when time has passed all that could match it' };
    case 'temporal-join':
      return unbounded(`the newest version of each (${names(node.right, node.rightKeys)}), and rows and versions that time has not passed`);
    case 'lookup-join':
      return { keeps: `table ${node.scan.table.name}`, isBounded: true, why: 'it is read as a whole, and anew when it is too old' };
    case 'sort':
      return node.keys.length === 0 && node.input.insertOnly ? undefined : unbounded('all rows, until the input ends');
    default:
      return undefined;
  }
}

function ofAggregate({ input, keys, calls }: AggregateNode): StateNeed {
  const keepsAll = input.insertOnly ? [] : calls.filter(({ function: fn }) => fn.ordered !== undefined && fn.retract === undefined);
  const all = keepsAll.length === 0 ? '' : ', and all values of its MIN and MAX, because rows may be taken back';
  const isBounded = keys.length === 0 && all === '';
  return unbounded(`${keys.length === 0 ? 'one row' : `a row for each (${names(input, keys)})`}${all}`, isBounded);
}

/** Of time, what no frame reaches back to is forgotten. */
function ofOver({ input, partition, calls, emit }: OverNode): StateNeed {
  const each = `each (${names(input, partition)})`;
  if (emit === 'changes') return unbounded(`all rows of ${each}, because rows that come later change what came out`);
  if (emit === 'final') return unbounded(`all rows of ${each}, until the input ends`);
  const back = Math.max(0, ...calls.map(reach));
  const rows = calls.some(
    ({ what, frame }) => what !== 'row-at' && frame.unit === 'range' && Number.isFinite(frame.start) && frame.start < 0,
  );
  const kept = rows ? 'the rows of the last frame' : back > 0 ? `${back} ${back === 1 ? 'row' : 'rows'}` : 'a row';
  return unbounded(`${kept} of ${each}, and the rows that time has not come to`, partition.length === 0 && !rows);
}

/** How many rows before its own a call looks at, as far as they must be kept. */
function reach({ what, offset, frame }: OverCall): number {
  if (what === 'row-at') return Math.max(0, -offset);
  return frame.unit === 'rows' && Number.isFinite(frame.start) ? -frame.start : 0;
}

const unbounded = (keeps: string, isBounded = false): StateNeed => ({
  keeps,
  isBounded,
  why: isBounded ? 'their number is fixed' : 'nothing says when one is not needed any more',
});

/** How a join tells the rows of a side apart: Flink's three kinds of join state. */
export type RowIdentity = 'join key is unique' | 'has a unique key' | 'no unique key';

export function rowIdentity(side: PlanNode, joinKeys: readonly number[]): RowIdentity {
  if (isUniqueBy(side, joinKeys)) return 'join key is unique';
  return uniqueKeysOf(side).length > 0 ? 'has a unique key' : 'no unique key';
}

const sideText = (side: PlanNode, keys: readonly number[]): string => `all rows (${rowIdentity(side, keys)})`;

const names = (input: PlanNode, columns: readonly number[]): string =>
  columns.map((column) => input.schema.fields[column]?.name ?? `$${column}`).join(', ');
