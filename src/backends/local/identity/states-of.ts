import { argumentType, layoutOf } from '../../../codegen/aggregate.ts';
import type { Schema } from '../../../data/schema.ts';
import { type SqlType, types } from '../../../data/types/sql-type.ts';
import { storageOf } from '../../../data/types/storage.ts';
import type { SlotKind } from '../../../functions/aggregate-function.ts';
import { distinctGroups, distinctSlot } from '../../../operators/distinct-tables.ts';
import { intervalStore } from '../../../operators/interval-join/interval-side.ts';
import { countsPartners } from '../../../operators/join/join.ts';
import { sideStore } from '../../../operators/join/join-side.ts';
import { orderedGroups, orderedStore } from '../../../operators/ordered-values.ts';
import { overStore } from '../../../operators/over/over-table.ts';
import { overTimeGroups, overTimeStore } from '../../../operators/over/over-time.ts';
import { asAggregate, onlyGrows, type SlidingGroup } from '../../../operators/over/sliding-calls.ts';
import { rankStore } from '../../../operators/rank/rank.ts';
import { sessionStore } from '../../../operators/session-assign.ts';
import { versionStore } from '../../../operators/temporal-join/row-versions.ts';
import { waitingStore } from '../../../operators/temporal-join/temporal-join.ts';
import type { AggregateCall, IntervalJoinNode, JoinNode, OverNode, PlanNode, TemporalJoinNode } from '../../../plan/nodes/node.ts';
import type { SavedColumn, SavedSlot, SavedState } from '../../../runtime/checkpoints/saved-plan.ts';
import { slotStorage } from '../../../state/memory/row-layout.ts';
import { type RowStoreOptions, rowStoreKeys, rowStoreTable, rowStoreValues } from '../../../state/row-store.ts';
import { valueSlots } from '../../../state/value-slots.ts';
import { intervalSide } from '../nodes/interval-join.ts';
import { joinSide, windowJoinSides } from '../nodes/join.ts';
import type { Lineages } from './lineage.ts';

type Aggregation = PlanNode & { kind: 'aggregate' | 'window-aggregate' };

const WRITTEN: SavedSlot = { name: '$written', slot: 'f64', type: types.double(false), about: 'written' };
/** Those of operators/session-lists.ts. */
const SESSION: readonly SavedSlot[] = [
  { name: '$start', slot: 'i64', about: 'start' },
  { name: '$end', slot: 'i64', about: 'end' },
  { name: '$next', slot: 'i32', about: 'link' },
];
const SLICE: SavedColumn = { name: 'slice_start', type: types.bigint(false) };

/** The keyed tables of a node's operator, with or without a time to live. A test compares them with what the operators write. */
export function statesOf(node: PlanNode, lineages: Lineages, hasTtl = false): readonly SavedState[] {
  switch (node.kind) {
    case 'aggregate':
    case 'window-aggregate': {
      const states = [groups(node, lineages), ...distinct(node, lineages)];
      const values = orderedStates(node, lineages);
      const isTimed = hasTtl && node.kind === 'aggregate' && node.emit !== 'final';
      return [...(isTimed ? states.map((state) => ({ ...state, slots: [...state.slots, WRITTEN] })) : states), ...values];
    }
    case 'window': {
      const { schema } = node.input;
      return node.window.kind === 'session' ? [storedRows('rows', schema, sessionStore(schema, node.window))] : [];
    }
    case 'changelog-normalize':
      return [newestRows(node, hasTtl)];
    case 'join':
      return joinStates(node);
    case 'interval-join':
      return intervalStates(node);
    case 'temporal-join':
      return temporalStates(node);
    case 'rank':
      return [storedRows('rows', node.input.schema, rankStore({ input: node.input.schema, partition: node.partition }))];
    case 'upsert-materialize':
      return [storedRows('rows', node.schema, rankStore({ input: node.schema, partition: node.keys }))];
    case 'over':
      return overStates(node, lineages);
    case 'sort':
      return node.keys.length === 0 && node.input.insertOnly ? [] : [sortedRows(node.schema)];
    default:
      return [];
  }
}

/** `groups`, `slices` or `sessions`: the row of a group, and of a slice of time or a session, with the slots of all calls. */
function groups(node: Aggregation, lineages: Lineages): SavedState {
  const { calls, input } = node;
  const isWindowed = node.kind === 'window-aggregate';
  const counted = !input.insertOnly;
  const isSession = isWindowed && node.window.kind === 'session';
  const saved: SavedSlot[] = isSession ? [...SESSION] : isWindowed ? [{ name: '$slice', slot: 'i64', about: 'slice' }] : [];
  const own = saved.map(({ slot }) => slot as SlotKind);
  const { slots, firstSlot, rowCount } = layoutOf(calls, input.schema, counted, own);
  if (rowCount !== undefined) saved.push({ name: '$rows', slot: 'i64', about: 'rows' });
  for (const [i, call] of calls.entries()) {
    const end = firstSlot[i + 1] ?? slots.length;
    const argument = argumentType(call, input.schema);
    const about = `${lineages.call(call, input)} ${kindOf(argument)}`;
    slots.slice(firstSlot[i]!, end).forEach((slot, part, own) => {
      const type = typeOf(call, part, slotStorage(slot), argument);
      saved.push({ name: slotName(call, input.schema, part, own.length), slot, ...(type && { type }), about: `${about} ${part}` });
    });
  }
  const keys = keysOf(node);
  if (isSession) return { name: 'sessions', keys, slots: saved, grows: false };
  return isWindowed
    ? { name: 'slices', keys: [SLICE, ...keys], groupKeys: keys.map((_, i) => i + 1), slots: saved, grows: !counted }
    : { name: 'groups', keys, slots: saved, grows: !counted };
}

/** A table of values for each argument of DISTINCT, with a slot for each filter. */
function distinct(node: Aggregation, lineages: Lineages): SavedState[] {
  const { calls, input } = node;
  const leading = node.kind === 'window-aggregate' ? [SLICE] : [];
  const counted = node.kind === 'aggregate' && !input.insertOnly;
  const keys = keysOf(node);
  const { columns } = lineages.of(input);
  return distinctGroups(calls).map(({ argument, filters }, n) => {
    const column = input.schema.fields[argument]!;
    const noted = filters.map(({ filter }, i): SavedSlot => {
      const [what, type] = counted ? (['count', types.bigint(false)] as const) : (['seen', types.tinyint(false)] as const);
      const about = filter === undefined ? what : `${what} ${columns[filter]!.of}`;
      return { name: i === 0 ? `$${what}` : `$${what}${i + 1}`, slot: distinctSlot(counted), type, about };
    });
    return {
      name: `distinct-${n}`,
      about: columns[argument]!.of,
      keys: [
        ...leading,
        ...keys,
        { name: keys.some((key) => key.name === column.name) ? `${column.name}$value` : column.name, type: column.type },
      ],
      groupKeys: keys.map((_, i) => leading.length + i),
      slots: [...noted, ...(leading.length > 0 ? [{ name: '$slice', slot: 'i64', about: 'slice' } as const] : [])],
      grows: !counted,
    };
  });
}

/** The values of MIN and MAX over rows that may be taken back: a store for each argument. */
function orderedStates(node: Aggregation, lineages: Lineages): SavedState[] {
  const { calls, input, keys } = node;
  if (input.insertOnly) return [];
  const ofWindow = node.kind === 'window-aggregate' ? [node.window.timeColumn] : [];
  return orderedGroups(calls).map((indexes, n) => {
    const { argument, filter } = calls[indexes[0]!]!;
    const { columns } = lineages.of(input);
    const fields = [...keys, ...ofWindow, argument!].map((column) => input.schema.fields[column]!);
    const about = `${columns[argument!]!.of} ${filter === undefined ? '' : columns[filter]!.of}`;
    return { ...storedRows(`ordered-${n}`, { fields }, orderedStore(fields, ofWindow.length)), about };
  });
}

/** The columns that are not the key, then for each whether it is null. */
function newestRows({ keys, schema }: PlanNode & { kind: 'changelog-normalize' }, hasTtl: boolean): SavedState {
  const columnOf = (index: number): SavedColumn => ({ name: schema.fields[index]!.name, type: schema.fields[index]!.type });
  const values = [...schema.fields.keys()].filter((index) => !keys.includes(index)).map(columnOf);
  if (hasTtl) values.push({ name: WRITTEN.name, type: types.double(false) });
  const slots = valueSlots(values.map(({ type }) => type)).map((slot, i): SavedSlot => {
    const value = values[i];
    if (value !== undefined) return { name: value.name, slot, type: value.type, about: `${value.name} ${kindOf(value.type)}` };
    const { name } = values[i - values.length]!;
    return { name: `${name}$null`, slot, about: `${name} null` };
  });
  return { name: 'rows', keys: keys.map(columnOf), slots, grows: false };
}

function joinStates(node: JoinNode): SavedState[] {
  const sides = windowJoinSides(node);
  if (sides !== undefined)
    return [storedRows('left', node.left.schema, sideStore(sides.left)), storedRows('right', node.right.schema, sideStore(sides.right))];
  const { type, left, right, leftKeys, rightKeys } = node;
  const side = (name: 'left' | 'right', node: PlanNode, keys: readonly number[]): SavedState =>
    storedRows(name, node.schema, sideStore({ ...joinSide(node, keys), countsPartners: countsPartners(type, name) }));
  return [side('left', left, leftKeys), side('right', right, rightKeys)];
}

function intervalStates(node: IntervalJoinNode): SavedState[] {
  return (['left', 'right'] as const).map((name) => {
    const { schema } = node[name];
    return storedRows(name, schema, intervalStore(intervalSide(node, name)));
  });
}

function temporalStates({ left, right, leftKeys, rightKeys }: TemporalJoinNode): SavedState[] {
  return [
    storedRows('left', left.schema, waitingStore(left.schema, leftKeys)),
    storedRows('right', right.schema, versionStore(right.schema, rightKeys)),
  ];
}

/** Whole rows: those columns that find a row, then the others and whether they are null, then what the operator notes of it. */
function storedRows(name: string, { fields }: Schema, options: RowStoreOptions): SavedState {
  const columnOf = (index: number): SavedColumn => ({ name: fields[index]!.name, type: fields[index]!.type });
  const values = rowStoreValues(options).map(columnOf);
  const { slots, groupKeys } = rowStoreTable(options);
  const saved = slots.map((slot, i): SavedSlot => {
    const value = values[i];
    if (value !== undefined) return { name: value.name, slot, type: value.type, about: `${value.name} ${kindOf(value.type)}` };
    const isNull = values[i - values.length];
    if (isNull !== undefined) return { name: `${isNull.name}$null`, slot, about: `${isNull.name} null` };
    return { name: `$link${i - 2 * values.length}`, slot, about: `link ${i - 2 * values.length}` };
  });
  return { name, keys: rowStoreKeys(options).map(columnOf), ...(groupKeys && { groupKeys }), slots: saved, grows: false };
}

/** All rows, or by time those that wait or are reached back to, with what each partition has counted and added up. */
function overStates(node: OverNode, lineages: Lineages): SavedState[] {
  const { calls, partition, emit } = node;
  const input = node.input.schema;
  if (emit === 'changes' || emit === 'final') return [storedRows('rows', input, overStore({ input, partition }))];
  const { slots, groups } = overTimeGroups(calls, input);
  const saved = ['$last', '$count', '$times'].map((name): SavedSlot => ({ name, slot: 'i64', type: types.bigint(false), about: name }));
  for (const group of groups) {
    for (const [n, i] of group.calls.entries()) {
      const call = asAggregate(calls[i]!);
      const count = call.function.slots(argumentType(call, input), !onlyGrows(group.frame)).length;
      const first = group.firstSlot[n]!;
      const about = lineages.overCall(calls[i]!, node.input);
      slots.slice(first, first + count).forEach((slot, part) => {
        saved.push({ name: `${slotName(call, input, part, count)}$${i}`, slot, about: `${about} ${part}` });
      });
    }
  }
  const keys = partition.map((key): SavedColumn => ({ name: input.fields[key]!.name, type: input.fields[key]!.type }));
  const rows = storedRows('rows', input, overTimeStore({ input, partition }));
  return [rows, { name: 'partitions', keys, slots: saved, grows: false }, ...frameStates(node, groups, keys, lineages)];
}

/** The values of DISTINCT arguments in frames: those of operators/over/frame-values.ts. */
function frameStates({ input }: OverNode, groups: readonly SlidingGroup[], keys: readonly SavedColumn[], lineages: Lineages): SavedState[] {
  const { columns } = lineages.of(input);
  const own = groups.filter(({ distinct }) => distinct !== undefined);
  return own.map(({ distinct, frame: { unit, start, end } }, n) => {
    const { name, type } = input.schema.fields[distinct!]!;
    return {
      name: `distinct-${n}`,
      about: `${columns[distinct!]!.of} ${unit} ${start} ${end}`,
      keys: [...keys, { name: keys.some((key) => key.name === name) ? `${name}$value` : name, type }],
      groupKeys: keys.map((_, i) => i),
      slots: [{ name: '$count', slot: 'i64', type: types.bigint(false), about: 'count' }],
      grows: false,
    };
  });
}

function sortedRows({ fields }: Schema): SavedState {
  const slots: SavedSlot[] = ['$count', '$arrival'].map((name) => ({ name, slot: 'i64', type: types.bigint(false), about: name }));
  return { name: 'rows', keys: fields.map(({ name, type }) => ({ name, type })), slots, grows: false };
}

const keysOf = ({ keys, input }: Aggregation): SavedColumn[] =>
  keys.map((key) => ({ name: input.schema.fields[key]!.name, type: input.schema.fields[key]!.type }));

/** An accumulator of several slots is a value or a total, and how many values went into it, or whether any did. */
function slotName(call: AggregateCall, input: Schema, part: number, parts: number): string {
  const name = callName(call, input);
  if (parts === 1) return name;
  if (part > 0) return `${name}$${part === 1 ? 'count' : part}`;
  return call.function.name === 'AVG' ? `${name}$sum` : name;
}

/** `SUM(fare)`: the plan's own name of a call says less. */
function callName({ function: { name }, argument, distinct, filter }: AggregateCall, { fields }: Schema): string {
  const of = argument === undefined ? '*' : `${distinct ? 'DISTINCT ' : ''}${fields[argument]!.name}`;
  return `${name}(${of})${filter === undefined ? '' : ` FILTER (WHERE ${fields[filter]!.name})`}`;
}

function typeOf(call: AggregateCall, part: number, storage: string, argument: SqlType | undefined): SqlType | undefined {
  if (part > 0 || call.function.kept !== undefined) return undefined;
  if (storageOf(call.type) === storage) return call.type;
  return argument?.root === 'DECIMAL' && storage === 'i128' ? types.decimal(38, argument.scale) : undefined;
}

/** What a wider type has in common with a narrower one: values of both are kept alike. */
export function kindOf(type: SqlType | undefined): string {
  if (type === undefined) return '';
  switch (type.root) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
      return 'integer';
    case 'DECIMAL':
      return `decimal ${type.scale}`;
    case 'CHAR':
    case 'VARCHAR':
      return 'text';
    case 'BINARY':
    case 'VARBINARY':
      return 'bytes';
    case 'TIME':
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return `${type.root} ${type.precision}`;
    default:
      return type.root;
  }
}
