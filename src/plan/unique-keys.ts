import type { AnyJoinNode, CalcNode, PlanNode, RankNode } from './nodes/node.ts';

/** Column sets, each of which tells a node's rows apart at any time; the empty one where there is one row. */
export type UniqueKeys = readonly (readonly number[])[];

const NONE: UniqueKeys = [];
/** More keys than this are not followed: joins of joins would multiply them. */
const KEYS_MAX = 8;
const known = new WeakMap<PlanNode, UniqueKeys>();

/** The unique keys of a node's rows. Primary keys are believed, as NOT ENFORCED says. */
export function uniqueKeysOf(node: PlanNode): UniqueKeys {
  let keys = known.get(node);
  if (keys === undefined) {
    keys = derive(node).slice(0, KEYS_MAX);
    known.set(node, keys);
  }
  return keys;
}

/** Whether rows with equal values in `columns` are one row. */
export const isUniqueBy = (node: PlanNode, columns: readonly number[]): boolean =>
  uniqueKeysOf(node).some((key) => key.every((column) => columns.includes(column)));

function derive(node: PlanNode): UniqueKeys {
  switch (node.kind) {
    case 'scan': {
      const { primaryKey } = node.table;
      return primaryKey.length === 0
        ? NONE
        : present([primaryKey.map((name) => node.schema.fields.findIndex((field) => field.name === name))]);
    }
    case 'values':
      return node.rows.length === 1 ? [[]] : NONE;
    case 'union':
    // A row's key is that of all rows made of it: by another one, those that are made no more would not be taken back.
    case 'correlate':
      return NONE;
    case 'calc':
      return throughCalc(node);
    case 'async-call':
      return uniqueKeysOf(node.input);
    case 'changelog-normalize':
    case 'upsert-materialize':
      return [node.keys];
    case 'aggregate':
      return [node.keys.map((_, i) => i)];
    case 'window-aggregate':
      // Windows that grow begin together: their ends tell them apart.
      return node.properties.flatMap((property, i) =>
        property === 'start' && node.window.kind === 'cumulate' ? [] : [[...node.keys.keys(), node.keys.length + node.calls.length + i]],
      );
    case 'window':
      return node.window.sizeMs === node.window.slideMs && node.window.kind !== 'session' ? uniqueKeysOf(node.input) : NONE;
    case 'join':
    case 'interval-join':
    case 'temporal-join':
      return ofJoin(node);
    case 'lookup-join': {
      const isOne = isUniqueBy(node.scan, node.rightKeys);
      return isOne ? present(uniqueKeysOf(node.input).map((key) => key.map((column) => node.output.indexOf(column)))) : NONE;
    }
    case 'rank':
      return ofRank(node);
    case 'over':
      // A row that goes to another partition is taken back and added apart.
      return node.input.insertOnly
        ? uniqueKeysOf(node.input)
        : uniqueKeysOf(node.input).map((key) => [...new Set([...key, ...node.partition])]);
    case 'watermark':
    case 'sort':
    case 'sink':
      return uniqueKeysOf(node.input);
  }
}

const present = (keys: UniqueKeys): UniqueKeys => keys.filter((key) => !key.includes(-1));

/** A key survives where each of its columns is handed on. */
function throughCalc({ input, projections }: CalcNode): UniqueKeys {
  const placeOf = (column: number): number => projections.findIndex((p) => p.kind === 'column' && p.index === column);
  return present(uniqueKeysOf(input).map((key) => key.map(placeOf)));
}

/**
 * A side's key goes on where a row of it meets at most one of the other. One of each side together tell the pairs of inner, left and right joins
 * apart; of a full join a row without a partner could have them NULL on both sides.
 */
function ofJoin({ type, left, right, leftKeys, rightKeys, output }: AnyJoinNode): UniqueKeys {
  const width = left.schema.fields.length;
  const [ofLeft, ofRight] = [uniqueKeysOf(left), uniqueKeysOf(right).map((key) => key.map((column) => column + width))];
  const joined: (readonly number[])[] = [];
  if (type === 'semi' || type === 'anti') joined.push(...ofLeft);
  else {
    if ((type === 'inner' || type === 'left') && isUniqueBy(right, rightKeys)) joined.push(...ofLeft);
    if ((type === 'inner' || type === 'right') && isUniqueBy(left, leftKeys)) joined.push(...ofRight);
    if (type !== 'full') for (const key of ofLeft) for (const other of ofRight) joined.push([...key, ...other]);
  }
  return present(joined.map((key) => key.map((column) => output.indexOf(column))));
}

function ofRank({ input, partition, offset, limit, withNumber, schema }: RankNode): UniqueKeys {
  // Changes are those of a place: by another key, one that leaves would not be taken back.
  if (limit - offset === 1) return [partition];
  return withNumber ? [[...partition, schema.fields.length - 1]] : uniqueKeysOf(input);
}
