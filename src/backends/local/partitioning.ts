import type { AnyJoinNode, PlanNode, SinkNode } from '../../plan/nodes/node.ts';
import { inputsOf } from '../../plan/visit.ts';
import { joinedWindow } from '../../plan/window-columns.ts';
import type { Partitioning } from '../../runtime/exchange/exchange-output.ts';

/** How the rows of a node lie among the workers: anywhere, all in the first, or each where the key group of some columns is. */
type Distribution = Partitioning | { readonly kind: 'any' };

/** What the tables of a plan can do in several workers. */
export interface TableAbilities {
  /** Each worker reads its part of the splits. */
  readsInParallel(node: PlanNode): boolean;
  /** Each worker writes what it has. */
  writesInParallel(node: SinkNode): boolean;
}

/** The exchanges of a plan on several workers. */
export interface Partitionings {
  /** How rows go to a node's input of that number; undefined where they stay. */
  before(node: PlanNode, input: number): Partitioning | undefined;
  /** Whether a source is opened in the first worker alone. */
  isSingle(node: PlanNode): boolean;
  readonly count: number;
}

const SINGLE: Partitioning = { kind: 'single' };
const ANY: Distribution = { kind: 'any' };

/**
 * Says where rows change the worker: before an operator that needs all rows of a key in one place, or all rows. Rows that are there stay
 * there. Batches of a key's rows keep their order, because each worker's rows come through one ring.
 */
export function planPartitionings(roots: readonly PlanNode[], tables: TableAbilities): Partitionings {
  const exchanges = new Map<PlanNode, (Partitioning | undefined)[]>();
  const outputs = new Map<PlanNode, Distribution>();
  let count = 0;
  const visit = (node: PlanNode): Distribution => {
    const known = outputs.get(node);
    if (known !== undefined) return known;
    const inputs = inputsOf(node).map(visit);
    const placed = inputs.map((input, i): Distribution => {
      const wanted = wantedBy(node, input, tables, i);
      return wanted === undefined || isSame(wanted, input) ? input : wanted;
    });
    const made = placed.map((now, i) => (now === inputs[i] ? undefined : (now as Partitioning)));
    exchanges.set(node, made);
    count += made.filter((exchange) => exchange !== undefined).length;
    const output = outputOf(node, placed, tables);
    outputs.set(node, output);
    return output;
  };
  for (const root of roots) visit(root);
  return {
    before: (node, input) => exchanges.get(node)?.[input],
    isSingle: (node) => outputs.get(node)?.kind === 'single',
    count,
  };
}

function wantedBy(node: PlanNode, input: Distribution, tables: TableAbilities, port: number): Partitioning | undefined {
  switch (node.kind) {
    case 'aggregate':
    case 'window-aggregate':
    case 'changelog-normalize':
    case 'upsert-materialize':
      return byKeys(node.keys);
    case 'join': {
      const keys = joinedWindow(node) ?? node;
      return byKeys(port === 0 ? keys.leftKeys : keys.rightKeys);
    }
    case 'interval-join':
    case 'temporal-join':
      return byKeys(port === 0 ? node.leftKeys : node.rightKeys);
    case 'rank':
    case 'over':
      return byKeys(node.partition);
    case 'window':
      // Rows of windows that are not sessions get them where they are.
      return node.window.kind === 'session' ? byKeys(node.window.partition ?? []) : undefined;
    case 'sort':
      return SINGLE;
    case 'sink':
      return wantedBySink(node, input, tables);
    default:
      return undefined;
  }
}

const byKeys = (keys: readonly number[]): Partitioning => (keys.length === 0 ? SINGLE : { kind: 'hash', keys });

/** Changes of a row that is known by a key must come in order: from one worker. */
function wantedBySink(node: SinkNode, input: Distribution, tables: TableAbilities): Partitioning | undefined {
  if (!tables.writesInParallel(node)) return SINGLE;
  const primaryKey = node.target?.primaryKey ?? [];
  if (node.input.insertOnly || primaryKey.length === 0 || input.kind === 'single') return undefined;
  const keys = primaryKey.map((name) => node.schema.fields.findIndex((field) => field.name === name));
  return input.kind === 'hash' && input.keys.every((key) => keys.includes(key)) ? undefined : { kind: 'hash', keys };
}

/** Workers and state find a key's group by the same hash, so the keys must be the same, in the same order. */
function isSame(wanted: Partitioning, is: Distribution): boolean {
  if (wanted.kind === 'single' || is.kind !== 'hash') return wanted.kind === is.kind;
  return wanted.keys.length === is.keys.length && wanted.keys.every((key, i) => key === is.keys[i]);
}

function outputOf(node: PlanNode, inputs: readonly Distribution[], tables: TableAbilities): Distribution {
  const [first = ANY] = inputs;
  switch (node.kind) {
    case 'scan':
      return tables.readsInParallel(node) ? ANY : SINGLE;
    case 'values':
      return SINGLE;
    case 'calc':
      return throughColumns(first, (key) =>
        node.projections.findIndex((projection) => projection.kind === 'column' && projection.index === key),
      );
    case 'aggregate':
      return throughColumns(first, (key) => node.keys.indexOf(key));
    case 'window-aggregate':
      return throughColumns(first, (key) => node.keys.indexOf(key));
    case 'join':
    case 'interval-join':
    case 'temporal-join':
      return ofJoin(node, first);
    case 'correlate':
      return throughColumns(first, (key) => node.output.indexOf(key));
    case 'lookup-join':
      return throughColumns(first, (key) => node.output.indexOf(key));
    case 'union':
      return inputs.every((input) => input.kind === first.kind && (first.kind === 'single' || isSame(first as Partitioning, input)))
        ? first
        : ANY;
    default:
      return first;
  }
}

/** Rows lie by the keys of a side only where each has that side's row: a padded one lies by the other's. */
function ofJoin(node: AnyJoinNode, input: Distribution): Distribution {
  const { type, left, output } = node;
  const { leftKeys, rightKeys } = node.kind === 'join' ? (joinedWindow(node) ?? node) : node;
  if (input.kind !== 'hash') return input;
  const width = left.schema.fields.length;
  const ofRight = rightKeys.map((key) => output.indexOf(key + width));
  const places = type === 'right' ? ofRight : leftKeys.map((key) => output.indexOf(key));
  if (type === 'full') return ANY;
  const keys = type === 'inner' && places.includes(-1) ? ofRight : places;
  return keys.includes(-1) ? ANY : { kind: 'hash', keys };
}

function throughColumns(input: Distribution, placeOf: (column: number) => number): Distribution {
  if (input.kind !== 'hash') return input;
  const keys = input.keys.map(placeOf);
  return keys.includes(-1) ? ANY : { kind: 'hash', keys };
}
