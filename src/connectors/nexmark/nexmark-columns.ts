import { closest } from 'fastest-levenshtein';
import { SqlError } from '../../common/errors.ts';
import type { Column } from '../../data/column.ts';
import type { Field } from '../../data/schema.ts';
import { isText, MAX_LENGTH, type RowType, type SqlType, types } from '../../data/types/sql-type.ts';
import type { NexmarkSettings } from './nexmark-options.ts';

/** A column or field the generator knows: its number in the kernel and, for a text, the most bytes a value and its slack take. */
interface KnownColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly number: number;
  readonly textBytes?: number | 'extra';
}

const bigint = types.bigint();
const string = types.string();
const time = types.timestamp(3);

type Definition = readonly [name: string, type: SqlType, textBytes?: number | 'extra'];

const numbered = (from: number, definitions: readonly Definition[]): readonly KnownColumn[] =>
  definitions.map(([name, type, textBytes], i) => ({ name, type, number: from + i, ...(textBytes !== undefined && { textBytes }) }));

const BID = numbered(10, [
  ['auction', bigint],
  ['bidder', bigint],
  ['price', bigint],
  ['channel', string, 16],
  ['url', string, 80],
  ['dateTime', time],
  ['extra', string, 'extra'],
]);

const AUCTION = numbered(20, [
  ['id', bigint],
  ['itemName', string, 32],
  ['description', string, 112],
  ['initialBid', bigint],
  ['reserve', bigint],
  ['dateTime', time],
  ['expires', time],
  ['seller', bigint],
  ['category', bigint],
  ['extra', string, 'extra'],
]);

const PERSON = numbered(30, [
  ['id', bigint],
  ['name', string, 32],
  ['emailAddress', string, 32],
  ['creditCard', string, 32],
  ['city', string, 32],
  ['state', string, 16],
  ['dateTime', time],
  ['extra', string, 'extra'],
]);

const KINDS = ['person', 'auction', 'bid'] as const;
type Kind = (typeof KINDS)[number];
const FIELDS: Readonly<Record<Kind, readonly KnownColumn[]>> = { person: PERSON, auction: AUCTION, bid: BID };
const rowOf = (fields: readonly KnownColumn[]): RowType => types.row(fields.map(({ name, type }) => ({ name, type })));

/** The official table's physical columns. */
export const nexmarkColumns: readonly Field[] = [
  { name: 'event_type', type: types.int() },
  ...KINDS.map((kind) => ({ name: kind, type: rowOf(FIELDS[kind]) })),
];

/** One call of the kernel per batch. `address` is where it writes; for a null map that is the map. */
export interface Fill {
  readonly number: number;
  readonly address: number;
  readonly auxAddress: number;
  /** Most bytes of text per row, 0 for other types. */
  readonly textBytes: number;
  /** Rows of this kind in a round of events. */
  readonly share: number;
}

/** What to fill for the columns asked for. Throws MS3001 for a column, field or type that the generator does not have. */
export function planFills(fields: readonly Field[], columns: readonly Column[], settings: NexmarkSettings): Fill[] {
  return fields.flatMap((field, i) => {
    const column = columns[i]!;
    if (field.name === 'event_type') return [eventTypeFill(field, column)];
    const kind = KINDS.find((name) => name === field.name);
    if (kind === undefined) throw unknownColumn(field.name, ['event_type', ...KINDS]);
    return rowFills(kind, field.type, column, settings);
  });
}

function eventTypeFill(field: Field, column: Column): Fill {
  if (field.type.root !== 'INT') throw wrongType(field.name, types.int());
  return { number: 0, address: column.valuesAddress, auxAddress: 0, textBytes: 0, share: 0 };
}

function rowFills(kind: Kind, type: SqlType, column: Column, settings: NexmarkSettings): Fill[] {
  if (type.root !== 'ROW' || !type.nullable) throw wrongType(kind, rowOf(FIELDS[kind]));
  column.hasNulls = true;
  const share = { person: settings.persons, auction: settings.auctions, bid: settings.bids }[kind];
  const nulls: Fill = { number: 1 + KINDS.indexOf(kind), address: column.nullsAddress, auxAddress: 0, textBytes: 0, share };
  return [nulls, ...type.fields.map((field, i) => fieldFill(kind, field, column.children[i]!, share, settings))];
}

function fieldFill(kind: Kind, field: Field, column: Column, share: number, settings: NexmarkSettings): Fill {
  const known = FIELDS[kind].find(({ name }) => name === field.name);
  if (known === undefined)
    throw unknownColumn(
      `${kind}.${field.name}`,
      FIELDS[kind].map(({ name }) => `${kind}.${name}`),
    );
  if (!sameType(known.type, field.type)) throw wrongType(`${kind}.${field.name}`, known.type);
  clearReferences(column);
  const textBytes = known.textBytes === 'extra' ? extraBytes(kind, settings) : (known.textBytes ?? 0);
  return { number: known.number, address: column.valuesAddress, auxAddress: column.auxAddress, textBytes, share };
}

/** Rows of another kind keep what was there: make that an empty text to begin with, not an arbitrary address. */
function clearReferences(column: Column): void {
  if (column.storage !== 'bytes') return;
  (column.values as Int32Array).fill(0);
  (column.aux as Int32Array).fill(0);
}

/** An extra text is at most 1.2 times the event's average size; the other texts of its event are tried out in its place first. */
function extraBytes(kind: Kind, settings: NexmarkSettings): number {
  const average = { person: settings.personBytes, auction: settings.auctionBytes, bid: settings.bidBytes }[kind];
  return Math.max(128, Math.ceil(average * 1.2) + 16);
}

function sameType(known: SqlType, type: SqlType): boolean {
  if (known.root !== type.root) return false;
  if (type.root === 'TIMESTAMP') return type.precision === 3;
  return !isText(type) || type.length === MAX_LENGTH;
}

function unknownColumn(name: string, known: readonly string[]): SqlError {
  return new SqlError('MS3001', `connector 'nexmark' has no column '${name}'`, { hint: `did you mean '${closest(name, [...known])}'?` });
}

function wrongType(name: string, type: SqlType): SqlError {
  const text = { INT: 'INT', BIGINT: 'BIGINT', VARCHAR: 'VARCHAR', TIMESTAMP: 'TIMESTAMP(3)' }[type.root as string];
  const expected = type.root === 'ROW' ? `a nullable ROW<${type.fields.map((field) => field.name).join(', ')}>` : text;
  return new SqlError('MS3001', `column '${name}' of connector 'nexmark' must be ${expected}`);
}
