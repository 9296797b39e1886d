import { StateError } from '../../../common/errors.ts';
import type { CapturedOperator, CapturedSource } from '../../../runtime/checkpoints/captured.ts';
import type { Checkpoint, PreparedSink } from '../../../runtime/checkpoints/checkpoint.ts';
import type { SavedOperator, SavedPlan, SavedState, SavedTable } from '../../../runtime/checkpoints/saved-plan.ts';
import { holdsMessages } from '../../../runtime/exchange/saved-messages.ts';
import { END_OF_TIME, NO_WATERMARK } from '../../../runtime/operator-node.ts';
import { convertGroup } from '../../../state/memory/convert-group.ts';
import { readHeader } from '../../../state/memory/group-bytes.ts';
import { matchStates, type StateMatch } from './match-states.ts';
import { optionChanges } from './option-changes.ts';

/**
 * What becomes of a part of a checkpoint: `kept` as it is; `migrated` to other columns; `rebuilt` by the rows to come, without a
 * difference in the end; `new`, without a past; or `lost`.
 */
export type Verdict = 'kept' | 'migrated' | 'rebuilt' | 'new' | 'lost';

export interface ChangeEntry {
  readonly verdict: Verdict;
  readonly part: 'source' | 'operator' | 'sink';
  readonly id: string;
  readonly label: string;
  readonly details: readonly string[];
}

export interface PlanChange {
  readonly entries: readonly ChangeEntry[];
  /** The checkpoint as one of the plan as it is now. Sources that begin anew are not in it. */
  readonly checkpoint: Checkpoint;
}

/** A job as a checkpoint has it; of all its workers, or of one. */
interface OldJob {
  readonly plan: SavedPlan;
  readonly sources: readonly CapturedSource[];
  readonly operators: readonly CapturedOperator[];
  readonly sinks: readonly PreparedSink[];
}

/**
 * Fits a checkpoint to another plan. `committed` is whether all rows before it are visible. Nothing is changed by it. Throws MS4008 where rows
 * were on their way between workers, in columns that the new plan may not have.
 */
export function changePlan(checkpoint: Checkpoint, plan: SavedPlan, committed: boolean): PlanChange {
  const before = checkpoint.plan;
  const { subtasks } = checkpoint;
  if (subtasks.some(({ operators }) => operators.some(({ groups }) => holdsMessages(groups)))) {
    throw new StateError('MS4008', 'rows were on their way between the workers when the state was saved', {
      hint: 'let the query as it was run once more, and stop it with a savepoint',
    });
  }
  const all: OldJob = {
    plan: before,
    sources: subtasks.flatMap(({ sources }) => sources),
    operators: subtasks.flatMap(({ operators }) => operators),
    sinks: subtasks.flatMap(({ sinks }) => sinks),
  };
  const { entries } = new PlanChanger(all, plan, committed).change();
  const changed = subtasks.map(({ subtask, ...parts }) => ({
    subtask,
    ...new PlanChanger({ plan: before, ...parts }, plan, committed).change().parts,
  }));
  return { entries, checkpoint: { ...checkpoint, plan, subtasks: changed } };
}

class PlanChanger {
  readonly #old: OldJob;
  readonly #plan: SavedPlan;
  readonly #committed: boolean;
  readonly #entries: ChangeEntry[] = [];
  /** Ids of sources and operators of the new plan whose input has ended. */
  readonly #ended = new Set<string>();
  /** The watermark behind each operator of the new plan. */
  readonly #times = new Map<string, bigint>();
  /** Operators that see all rows of their sources from the first on. */
  readonly #fromStart = new Set<string>();

  constructor(old: OldJob, plan: SavedPlan, committed: boolean) {
    this.#old = old;
    this.#plan = plan;
    this.#committed = committed;
  }

  change(): { readonly entries: readonly ChangeEntry[]; readonly parts: Omit<OldJob, 'plan'> } {
    const sources = this.#plan.sources.flatMap((source) => this.#source(source));
    for (const gone of this.#old.plan.sources) {
      const isRead = this.#plan.sources.some(({ table }) => table === gone.table);
      if (!isInner(gone) && !isRead) this.#add('lost', 'source', gone.id, gone.table, ['its position: it is not read any more']);
    }
    const operators = this.#plan.operators.flatMap((operator) => this.#operator(operator));
    for (const gone of missing(this.#old.plan.operators, this.#plan.operators)) this.#goneOperator(gone);
    const sinks = this.#plan.sinks.map((sink) => this.#sink(sink));
    for (const gone of missing(this.#old.plan.sinks, this.#plan.sinks)) {
      if (this.#pending(gone.id).length > 0) this.#add('lost', 'sink', gone.id, gone.table, ['rows that may not be visible yet']);
    }
    return { entries: this.#entries, parts: { sources, operators: [...operators, ...this.#exchanges()], sinks } };
  }

  /** Parts that carry rows from worker to worker keep nothing but what is on its way. */
  #exchanges(): readonly CapturedOperator[] {
    const known = new Set([...this.#old.plan.operators, ...this.#plan.operators].map(({ id }) => id));
    return this.#old.operators.filter(({ id }) => !known.has(id));
  }

  #add(verdict: Verdict, part: ChangeEntry['part'], id: string, label: string, details: readonly string[] = []): void {
    this.#entries.push({ verdict, part, id, label, details });
  }

  #source(source: SavedTable): CapturedSource[] {
    const { id, table } = source;
    const readers = this.#old.plan.sources.filter((old) => (isInner(source) ? old.id === id : old.table === table));
    const same = readers.filter((old) => optionChanges(old, source, 'source').length === 0);
    const place = this.#placeOf(same);
    if (place !== undefined) {
      if (!isInner(source)) this.#add('kept', 'source', id, table);
      if (place.every(({ ended }) => ended)) this.#ended.add(id);
      return place.map((one) => ({ ...one, id }));
    }
    this.#fromStart.add(id);
    if (isInner(source)) return [];
    const before = this.#old.plan.sources.find((old) => old.table === table);
    if (before === undefined) this.#add('new', 'source', id, table, ['it is read from its beginning']);
    else this.#add('lost', 'source', id, table, [`its position, because ${whyLost(before, source)}: it is read from its beginning`]);
    return [];
  }

  /** Where all of these were, under whatever ids: undefined where there is none, or they were at different places. */
  #placeOf(readers: readonly SavedTable[]): CapturedSource[] | undefined {
    const places = readers.map(({ id }) => this.#old.sources.filter((old) => old.id === id));
    const texts = new Set(places.map((place) => JSON.stringify(place.map(({ id: _, ...where }) => where))));
    return texts.size === 1 ? places[0] : undefined;
  }

  #operator(operator: SavedOperator): CapturedOperator[] {
    const { id, inputs } = operator;
    const before = this.#old.plan.operators.find((old) => old.id === id);
    const captured = this.#old.operators.filter((old) => old.id === id);
    if (inputs.length > 0 && inputs.every((input) => this.#ended.has(input))) this.#ended.add(id);
    if (inputs.length > 0 && inputs.every((input) => this.#fromStart.has(input))) this.#fromStart.add(id);
    const fitted = before === undefined || captured.length === 0 ? undefined : this.#fit(operator, before, captured);
    if (before === undefined && (operator.states.length > 0 || operator.rebuilds)) this.#newOperator(operator);
    const openInputs = inputs.filter((input) => !this.#ended.has(input)).length;
    const result = (fitted ?? [this.#without(id)]).map((one): CapturedOperator => {
      const watermarks = one.watermarks.length === inputs.length ? one.watermarks : inputs.map((input) => this.#times.get(input)!);
      return { ...one, watermarks, openInputs };
    });
    this.#times.set(id, this.#timeBehind(operator, result));
    return result;
  }

  #without(id: string): CapturedOperator {
    return { id, watermarks: [], openInputs: 0, values: [], groups: [] };
  }

  #newOperator({ id, label, rebuilds, inputs }: SavedOperator): void {
    const isWhole = inputs.every((input) => this.#fromStart.has(input));
    if (rebuilds) this.#add('rebuilt', 'operator', id, label, ['by the next rows']);
    else if (isWhole) this.#add('new', 'operator', id, label, ['built from the source, which is read from its beginning']);
    else this.#add('new', 'operator', id, label, ['it begins empty, with the rows to come']);
  }

  /** Tables of the operator as it is now out of those it had; undefined where it begins empty. */
  #fit(operator: SavedOperator, before: SavedOperator, captured: readonly CapturedOperator[]): CapturedOperator[] | undefined {
    const { id, label, states } = operator;
    const matches: StateMatch[] = [];
    const details: string[] = [];
    for (const state of states) {
      const from = before.states.find((old) => aboutOf(old) === aboutOf(state));
      const match = from === undefined ? undefined : matchStates(from, state);
      if (match === undefined) continue;
      if (typeof match === 'string') {
        this.#add('lost', 'operator', id, label, [rowsText(captured), match]);
        return undefined;
      }
      matches.push(match);
      details.push(...match.details);
    }
    const isChanged =
      details.length > 0 || matches.some(({ conversion }) => conversion !== undefined) || matches.length < before.states.length;
    if (states.length > 0) this.#add(isChanged ? 'migrated' : 'kept', 'operator', id, label, [rowsText(captured), ...new Set(details)]);
    return captured.map((one) => ({ ...one, groups: one.groups.flatMap((group) => convert(group, matches)) }));
  }

  #goneOperator({ id, label, rebuilds }: SavedOperator): void {
    const captured = this.#old.operators.filter((old) => old.id === id);
    const holds = captured.some(({ groups, values }) => groups.length > 0 || values.length > 0);
    if (holds && !rebuilds) this.#add('lost', 'operator', id, label, [rowsText(captured), 'the query does not have it any more']);
  }

  #sink(sink: SavedTable): PreparedSink {
    const { id, table } = sink;
    const before = this.#old.plan.sinks.find((old) => old.id === id);
    const prepared = this.#old.sinks.filter((old) => old.id === id).flatMap((old) => old.prepared);
    const changes = before && optionChanges(before, sink, 'sink');
    if (before !== undefined && changes?.length === 0) {
      this.#add('kept', 'sink', id, table);
      return { id, prepared };
    }
    if (this.#pending(id).length > 0)
      this.#add('lost', 'sink', id, table, [`rows that may not be visible yet, because ${changes!.join(', ')}`]);
    else this.#add('new', 'sink', id, table, ['it gets the rows to come']);
    return { id, prepared: [] };
  }

  /** What may have to be made visible still. */
  #pending(id: string): readonly unknown[] {
    const prepared = this.#old.sinks.filter((old) => old.id === id).flatMap((old) => old.prepared);
    return this.#committed ? prepared.filter((one) => (one as { lasting?: boolean } | null)?.lasting) : prepared;
  }

  #timeBehind({ id, inputs, rebuilds }: SavedOperator, captured: readonly CapturedOperator[]): bigint {
    if (this.#ended.has(id)) return END_OF_TIME;
    if (!rebuilds) return least(inputs.length === 0 ? [NO_WATERMARK] : captured.flatMap(({ watermarks }) => watermarks));
    const emitted = captured
      .flatMap(({ values }) => values)
      .map(({ value }) => BigInt((value as { emitted?: string }).emitted ?? NO_WATERMARK));
    return least(emitted);
  }
}

function whyLost(before: SavedTable, now: SavedTable): string {
  const changes = optionChanges(before, now, 'source');
  return changes.length > 0 ? changes.join(', ') : 'several parts of the query read it, and were at different places';
}

/** Sources without a table. */
const isInner = ({ connector }: SavedTable): boolean => connector === 'values' || connector === 'bad-records';

const aboutOf = ({ name, about }: SavedState): string => about ?? name;

const missing = <T extends { readonly id: string }>(before: readonly T[], now: readonly T[]): readonly T[] =>
  before.filter(({ id }) => !now.some((one) => one.id === id));

const least = (times: readonly bigint[]): bigint =>
  times.length === 0 ? NO_WATERMARK : times.reduce((first, time) => (time < first ? time : first));

/** A key group in the form of the table it is for; left out where there is no such table any more. */
function convert(group: CapturedOperator['groups'][number], matches: readonly StateMatch[]): CapturedOperator['groups'] {
  const match = matches.find(({ from }) => from.name === group.name);
  if (match === undefined) return [];
  return [
    { ...group, name: match.to.name, bytes: match.conversion === undefined ? group.bytes : convertGroup(group.bytes, match.conversion) },
  ];
}

function rowsText(captured: readonly CapturedOperator[]): string {
  const groups = captured.flatMap(({ groups: all }) => all).filter(({ name, bytes }) => !name.startsWith('distinct-') && bytes.length > 0);
  const count = groups.reduce((sum, { bytes }) => sum + readHeader(bytes).header.rowCount, 0);
  return count === 1 ? '1 row' : `${count} rows`;
}
