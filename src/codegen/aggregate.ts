import type { Batch } from '../data/batch.ts';
import type { Column } from '../data/column.ts';
import type { Schema } from '../data/schema.ts';
import type { SqlType } from '../data/types/sql-type.ts';
import { storageOf } from '../data/types/storage.ts';
import type { Slot, SlotKind } from '../functions/aggregate-function.ts';
import type { Code } from '../functions/code.ts';
import type { AggregateCall } from '../plan/nodes/node.ts';
import { BatchColumns } from './calc.ts';
import { storeStatements } from './column-access.ts';
import { compile, type GeneratedSource } from './compile.ts';
import { type DistinctPart, writeDistinct } from './distinct.ts';
import type { CodegenContext } from './environment.ts';
import { isTrue } from './expression.ts';
import { FunctionBuilder } from './function-builder.ts';
import { compileSameKept, type KeptCall, withKeptResults } from './kept-results.ts';
import { safeName } from './names.ts';

/** What generated code knows of a table of state rows: where slots lie, and how bytes are kept. State's KeyedTable is one. */
export interface RowTable {
  readonly slotOffsets: readonly number[];
  setBytes(row: number, slotOffset: number, address: number, byteLength: number): void;
  bytesAddress(row: number, slotOffset: number): number;
}

/** Where the slots of each call lie in a state row, by position among the table's slots. */
export interface AggregateLayout {
  /** All slots of the row, those of the operator itself first. */
  readonly slots: readonly SlotKind[];
  /** First slot of each call. */
  readonly firstSlot: readonly number[];
  /** The slot that counts rows of a group whose rows can be taken back; undefined over insert-only input. */
  readonly rowCount: number | undefined;
}

/** Lays out the slots of `calls`, behind `own` slots of the operator. */
export function layoutOf(calls: readonly AggregateCall[], input: Schema, counted: boolean, own: readonly SlotKind[] = []): AggregateLayout {
  const slots: SlotKind[] = [...own];
  const rowCount = counted ? slots.push('i64') - 1 : undefined;
  const firstSlot = calls.map((call) => {
    const first = slots.length;
    slots.push(...call.function.slots(argumentType(call, input), counted));
    return first;
  });
  return { slots, firstSlot, rowCount };
}

export function argumentType(call: AggregateCall, input: Schema): SqlType | undefined {
  return call.argument === undefined ? undefined : input.fields[call.argument]!.type;
}

/** Positions of the calls whose values are kept in order where rows may be taken back. */
export const orderedCalls = (calls: readonly AggregateCall[]): number[] =>
  calls.flatMap((call, i) => (call.function.ordered === undefined || call.function.retract !== undefined ? [] : [i]));

/**
 * `(input, rows, distinct, from, to) => void`: rows[i] is the state row of input row i; distinct[n][i] that of the n-th DISTINCT table.
 * `from` and `to` say which of the counting rows; all by default.
 */
export type AccumulateFunction = (input: Batch, rows: Int32Array, distinct: readonly Int32Array[], from?: number, to?: number) => void;
/** `(sources, end, columns, start) => void`: aggregates' values of the state rows at `start` (0 by default) to `end` into columns. */
export type ValuesFunction = (sources: Int32Array, end: number, columns: readonly Column[], start?: number) => void;
/** `(row, before) => boolean`: whether any aggregate's value differs between two state rows. */
export type ChangedFunction = (row: number, before: number) => boolean;
/** `(targets, sources, count) => void`: adds state rows to others. */
export type MergeFunction = (targets: Int32Array, sources: Int32Array, count: number) => void;

/** `(input, slots) => void`: makes each row an accumulator, whose slots are the columns `slots` (those of the calls last) at the row's index. */
export type MakeFunction = (input: Batch, slots: readonly Column[]) => void;

/** What a step of a sliding aggregation does with its row; `forget` is for the values of DISTINCT only, and none for what is added up. */
export const SlideStep = { add: 0, takeBack: 1, reset: 2, none: 3, forget: 4 } as const;

/**
 * `(input, rows, kinds, emits, columns, count) => void`: step by step adds the input's row to the state row `rows[i]`, takes it back, or sets that to zero, as
 * `kinds[i]` says, and then, where `emits[i]` is not negative, writes the aggregates' values into columns at it.
 */
export type SlideFunction = (
  input: Batch,
  rows: Int32Array,
  kinds: Uint8Array,
  emits: Int32Array,
  columns: readonly Column[],
  from: number,
  to: number,
) => void;

/** Generates what an aggregation does with its state rows. */
export class AggregateCodegen {
  readonly #context: CodegenContext;
  readonly #table: RowTable;
  readonly #layout: AggregateLayout;
  readonly #calls: readonly AggregateCall[];
  readonly #input: Schema;

  constructor(context: CodegenContext, table: RowTable, layout: AggregateLayout, calls: readonly AggregateCall[], input: Schema) {
    this.#context = context;
    this.#table = table;
    this.#layout = layout;
    this.#calls = calls;
    this.#input = input;
  }

  /** The loop over a batch. `retracts`: rows of kind -U and -D are taken back. */
  accumulate(variant: { nulls: boolean; selected: boolean; kinds: boolean }, distinct: readonly DistinctPart[]): AccumulateFunction {
    const { source, env } = this.generateAccumulate(variant, distinct);
    return compile<AccumulateFunction>(source, env);
  }

  generateAccumulate(
    variant: { nulls: boolean; selected: boolean; kinds: boolean },
    distinct: readonly DistinctPart[],
  ): { source: GeneratedSource; env: object } {
    const b = this.#builder();
    const columns = new BatchColumns(b, this.#input, () => variant.nulls);
    b.line('const r = rows[i];');
    if (variant.kinds) {
      b.prologue('const kinds = input.kinds.view;');
      b.block('if (kinds[i] === 1 || kinds[i] === 3)', () => this.#rows(b, columns, distinct, true));
      b.block('else', () => this.#rows(b, columns, distinct, false));
    } else this.#rows(b, columns, distinct, false);
    const text = this.#accumulateText(b, 'accumulate', variant.selected);
    const name = `${this.#context.name}.accumulate${variant.nulls ? '' : '.no-nulls'}${variant.selected ? '.selected' : ''}${variant.kinds ? '.kinds' : ''}`;
    return { source: { name, text }, env: b.env };
  }

  /** As accumulate, of rows that are accumulators: `first` is the first of the columns of `partial` that hold the calls' slots. */
  accumulateSlots(selected: boolean, partial: Schema, first: number): AccumulateFunction {
    const b = this.#builder();
    const columns = new BatchColumns(b, partial, () => false);
    b.line('const r = rows[i];');
    for (const [n, call] of this.#calls.entries()) {
      const slots = this.#slotsOf('r', n);
      const sources = slots.map(({ kind }, k): Slot => {
        const { value, aux } = columns.column(first + this.#layout.firstSlot[n]! - this.#own + k);
        return { kind, value, aux, row: '', store: () => '' };
      });
      call.function.merge(b, slots, sources, argumentType(call, this.#input));
    }
    const text = this.#accumulateText(b, 'accumulate_slots', selected);
    return compile<AccumulateFunction>({ name: `${this.#context.name}.accumulate-slots${selected ? '.selected' : ''}`, text }, b.env);
  }

  /** The text of an AccumulateFunction whose loop's body `b` has. */
  #accumulateText(b: FunctionBuilder, name: string, selected: boolean): string {
    const head = selected
      ? '  const picked = input.selection.view;\n  for (let n = from; n < to; n++) {\n    const i = picked[n];\n'
      : '  for (let i = from; i < to; i++) {\n';
    const parameters = `input, rows, distinct, from = 0, to = ${selected ? 'input.selectedCount' : 'input.rowCount'}`;
    return b.build(this.#name(name), parameters, { head, tail: '  }' });
  }

  /** `(values, rows) => void`: sets the slots of calls whose values are kept in order; column n of `values` is of the n-th of `calls`. */
  assign(calls: readonly number[], values: Schema): AccumulateFunction {
    const b = this.#builder();
    const columns = new BatchColumns(b, values, () => true);
    b.line('const r = rows[i];');
    for (const [n, index] of calls.entries()) {
      this.#calls[index]!.function.ordered!.assign(b, this.#slotsOf('r', index), columns.column(n));
    }
    const text = this.#accumulateText(b, 'assign', false);
    return compile<AccumulateFunction>({ name: `${this.#context.name}.assign`, text }, b.env);
  }

  /** Slots of the operator itself: they lie before those of the calls. */
  get #own(): number {
    return this.#layout.firstSlot[0] ?? this.#layout.slots.length;
  }

  /** Makes accumulators of rows, in columns that are zero. No slot may be bytes. */
  make(variant: { nulls: boolean; selected: boolean }): MakeFunction {
    const b = this.#builder();
    const columns = new BatchColumns(b, this.#input, () => variant.nulls);
    for (const [n, call] of this.#calls.entries()) {
      const slots = this.#slotsOf('r', n).map(({ kind }, k) => columnSlot(b, kind, this.#layout.firstSlot[n]! + k));
      this.#guarded(columns, call, b, (argument) => call.function.accumulate(b, slots, argument && { ...argument, isNull: null }));
    }
    const text = b.build(this.#name('make'), 'input, slots', {
      head: variant.selected
        ? '  const picked = input.selection.view;\n  for (let n = 0; n < input.selectedCount; n++) {\n    const i = picked[n];'
        : '  for (let i = 0; i < input.rowCount; i++) {',
      tail: '  }',
    });
    const name = `${this.#context.name}.make${variant.nulls ? '' : '.no-nulls'}${variant.selected ? '.selected' : ''}`;
    return compile<MakeFunction>({ name, text }, b.env);
  }

  #builder(depth = 2): FunctionBuilder {
    const b = new FunctionBuilder(this.#context, depth);
    b.env['table'] = this.#table;
    return b;
  }

  #name(what: string): string {
    return safeName(`${this.#context.name.split('/').at(-1)!}_${what}`);
  }

  #rows(b: FunctionBuilder, columns: BatchColumns, distinct: readonly DistinctPart[], retract: boolean): void {
    const { rowCount } = this.#layout;
    // As in Flink, a group without rows has nothing to take back.
    if (rowCount !== undefined && retract) b.line(`if (${this.#slot('r', rowCount).value} === 0n) continue;`);
    if (rowCount !== undefined) b.line(`${this.#slot('r', rowCount).value} ${retract ? '-=' : '+='} 1n;`);
    const inTables = distinct.flatMap(({ filters }) => filters.flatMap(({ calls }) => calls));
    const guarded = new Set([...inTables, ...(rowCount === undefined ? [] : orderedCalls(this.#calls))]);
    for (const [i, call] of this.#calls.entries()) if (!guarded.has(i)) this.#guardedCall(b, columns, call, i, retract);
    for (const [n, part] of distinct.entries()) {
      const argument = columns.column(part.argument);
      writeDistinct(b, columns, part, { n, retract }, (call) => this.#function(b, this.#calls[call]!, call, argument, retract));
    }
  }

  /** Filter and null test, then the function's own statements. */
  #guardedCall(b: FunctionBuilder, columns: BatchColumns, call: AggregateCall, index: number, retract: boolean): void {
    this.#guarded(columns, call, b, (argument) => this.#function(b, call, index, argument, retract));
  }

  #guarded(columns: BatchColumns, call: AggregateCall, b: FunctionBuilder, write: (argument: Code | undefined) => void): void {
    const tests: string[] = [];
    if (call.filter !== undefined) tests.push(isTrue(columns.column(call.filter)));
    const argument = call.argument === undefined ? undefined : columns.column(call.argument);
    if (argument !== undefined && argument.isNull !== null) tests.push(`!${argument.isNull}`);
    const body = () => write(argument);
    if (tests.length === 0) body();
    else b.block(`if (${tests.join(' && ')})`, body);
  }

  #function(b: FunctionBuilder, call: AggregateCall, index: number, argument: Code | undefined, retract: boolean): void {
    const slots = this.#slotsOf('r', index);
    const present = argument && { ...argument, isNull: null };
    if (retract) call.function.retract!(b, slots, present);
    else call.function.accumulate(b, slots, present);
  }

  /** Writes the values of all calls of a vector of state rows (or saved copies) of a table into columns. */
  values(table = this.#table): ValuesFunction {
    const b = this.#builder();
    b.env['into'] = table;
    const epilogue: string[] = [];
    b.line('const r = sources[i];');
    for (const [i, call] of this.#calls.entries()) {
      if (call.function.kept !== undefined) continue;
      const value = call.function.value(b, this.#slotsOf('r', i, table), call.type, argumentType(call, this.#input));
      this.#storeValue(b, value, call.name, i, epilogue);
    }
    const text = b.build(this.#name('values'), 'sources, end, columns, start = 0', {
      head: '  for (let i = start; i < end; i++) {',
      tail: ['  }', ...epilogue].join('\n'),
    });
    const values = compile<ValuesFunction>({ name: `${this.#context.name}.values`, text }, b.env);
    return withKeptResults(this.#context, table, this.#keptCalls(table), values);
  }

  /** Aggregates over frames of rows that follow one another. Without `retracts` rows are only added. Values keep the nulls that columns have; those of kept entries are not written. */
  slide(retracts: boolean): SlideFunction {
    const b = this.#builder();
    const columns = new BatchColumns(b, this.#input, () => true);
    const epilogue: string[] = [];
    b.line('const r = rows[i];');
    b.block(`if (kinds[i] === ${SlideStep.add})`, () => this.#rows(b, columns, [], false));
    if (retracts) {
      b.block(`else if (kinds[i] === ${SlideStep.takeBack})`, () => this.#rows(b, columns, [], true));
      b.block(`else if (kinds[i] === ${SlideStep.reset})`, () => this.#reset(b));
    }
    b.line('const o = emits[i];');
    b.block('if (o >= 0)', () => {
      for (const [i, call] of this.#calls.entries()) {
        if (call.function.kept !== undefined) continue;
        const value = call.function.value(b, this.#slotsOf('r', i), call.type, argumentType(call, this.#input));
        this.#storeValue(b, value, call.name, i, epilogue, 'o');
      }
    });
    const text = b.build(this.#name('slide'), 'input, rows, kinds, emits, columns, start, to', {
      head: '  for (let i = start; i < to; i++) {',
      tail: ['  }', ...epilogue].join('\n'),
    });
    return compile<SlideFunction>({ name: `${this.#context.name}.slide${retracts ? '' : '.adds'}`, text }, b.env);
  }

  #reset(b: FunctionBuilder): void {
    for (const { kind, value, aux, store } of this.#calls.flatMap((_, i) => this.#slotsOf('r', i))) {
      if (kind === 'bytes16') {
        b.line(store('0', '0'));
        continue;
      }
      b.line(`${value} = ${kind === 'i8' || kind === 'i32' || kind === 'f64' ? '0' : '0n'};`);
      if (aux !== '') b.line(`${aux} = ${kind === 'i128' ? '0n' : '0'};`);
    }
  }

  #storeValue(b: FunctionBuilder, value: Code, name: string, position: number, epilogue: string[], at = 'i'): void {
    const out = b.names.unique(`out_${name}`);
    b.prologue(`const ${out} = columns[${position}].values;`);
    const aux = value.aux === '' ? '' : b.names.unique(`${out}_2`);
    if (aux !== '') b.prologue(`const ${aux} = columns[${position}].aux;`);
    if (value.isNull === null) {
      if (at === 'i') epilogue.push(`  columns[${position}].hasNulls = false;`);
    } else {
      const nulls = b.names.unique(`${out}_nulls`);
      const some = b.names.unique(`${out}_some`);
      b.prologue(`const ${nulls} = columns[${position}].nulls;`);
      b.prologue(`let ${some} = ${at === 'i' ? 'start === 0 || ' : ''}!columns[${position}].hasNulls ? 0 : 1;`);
      b.line(`${some} |= ${nulls}[${at}] = ${value.isNull} ? 1 : 0;`);
      epilogue.push(`  columns[${position}].hasNulls = ${some} !== 0;`);
    }
    for (const statement of storeStatements(value, out, aux, at)) b.line(statement);
  }

  /** The calls that keep entries. */
  #keptCalls(table: RowTable): KeptCall[] {
    return this.#calls.flatMap(({ function: fn }, position) =>
      fn.kept === undefined ? [] : [{ position, offset: table.slotOffsets[this.#layout.firstSlot[position]!]!, results: fn.kept }],
    );
  }

  /** Compares the values of two state rows. */
  changed(): ChangedFunction {
    const b = this.#builder(1);
    for (const call of this.#keptCalls(this.#table))
      b.line(`if (!${b.helper('same_kept', compileSameKept(this.#context, this.#table, call))}(r, before)) return true;`);
    for (const [i, call] of this.#calls.entries()) {
      if (call.function.kept !== undefined) continue;
      const type = argumentType(call, this.#input);
      const now = call.function.value(b, this.#slotsOf('r', i), call.type, type);
      const was = call.function.value(b, this.#slotsOf('before', i), call.type, type);
      b.line(`if (${differ(b, now, was)}) return true;`);
    }
    const text = b.build(this.#name('changed'), 'r, before', { head: '', tail: '  return false;' });
    return compile<ChangedFunction>({ name: `${this.#context.name}.changed`, text }, b.env);
  }

  /** Adds the rows `sources` to the rows `targets` of `into`, a table of the same slots. */
  merge(into: RowTable): MergeFunction {
    const b = this.#builder();
    b.env['into'] = into;
    b.line('const target = targets[i];');
    b.line('const source = sources[i];');
    for (const [i, call] of this.#calls.entries()) {
      const type = argumentType(call, this.#input);
      call.function.merge(b, this.#slotsOf('target', i, into), this.#slotsOf('source', i), type);
    }
    const text = b.build(this.#name('merge'), 'targets, sources, count', { head: '  for (let i = 0; i < count; i++) {', tail: '  }' });
    return compile<MergeFunction>({ name: `${this.#context.name}.merge`, text }, b.env);
  }

  #slotsOf(row: string, index: number, table = this.#table): Slot[] {
    const call = this.#calls[index]!;
    const count = call.function.slots(argumentType(call, this.#input), this.#layout.rowCount !== undefined).length;
    return Array.from({ length: count }, (_, i) => this.#slot(row, this.#layout.firstSlot[index]! + i, table));
  }

  #slot(row: string, index: number, table = this.#table): Slot {
    const offset = table.slotOffsets[index]!;
    const kind = this.#layout.slots[index]!;
    const at = (extra: number, shift: number) => `(${row} + ${offset + extra}) >>> ${shift}`;
    const setBytes = (address: string, byteLength: string) => `${tableName}.setBytes(${row}, ${offset}, ${address}, ${byteLength});`;
    const tableName = table === this.#table ? 'table' : 'into';
    const none = () => '';
    switch (kind) {
      case 'i8':
        return { kind, value: `I8[(${row} + ${offset}) >>> 0]`, aux: '', row, store: none };
      case 'i32':
        return { kind, value: `I32[${at(0, 2)}]`, aux: '', row, store: none };
      case 'f64':
        return { kind, value: `F64[${at(0, 3)}]`, aux: '', row, store: none };
      case 'i128':
        return { kind, value: `I64[${at(0, 3)}]`, aux: `I64[${at(8, 3)}]`, row, store: none };
      case 'ts96':
        return { kind, value: `I64[${at(0, 3)}]`, aux: `I32[${at(8, 2)}]`, row, store: none };
      case 'bytes16':
        return {
          kind,
          value: `${tableName}.bytesAddress(${row}, ${offset})`,
          aux: `I32[${at(0, 2)}]`,
          row,
          store: setBytes,
        };
      default:
        return { kind, value: `I64[${at(0, 3)}]`, aux: '', row, store: none };
    }
  }
}

/** A slot that is an element of a column. */
function columnSlot(b: FunctionBuilder, kind: SlotKind, index: number): Slot {
  const name = b.names.unique(`slot_${index}`);
  b.prologue(`const ${name} = slots[${index}].values;`);
  if (kind !== 'i128' && kind !== 'ts96') return { kind, value: `${name}[i]`, aux: '', row: '', store: () => '' };
  b.prologue(`const ${name}_2 = slots[${index}].aux;`);
  return { kind, value: `${name}[i]`, aux: `${name}_2[i]`, row: '', store: () => '' };
}

function differ(b: FunctionBuilder, now: Code, was: Code): string {
  const same =
    storageOf(now.type) === 'bytes'
      ? `${b.kernels}.bytesEqual(${now.value}, ${now.aux}, ${was.value}, ${was.aux}) !== 0`
      : [`${now.value} === ${was.value}`, ...(now.aux === '' ? [] : [`${now.aux} === ${was.aux}`])].join(' && ');
  if (now.isNull === null || was.isNull === null) return `!(${same})`;
  return `${now.isNull} !== ${was.isNull} || (!${now.isNull} && !(${same}))`;
}
