import { StateError } from '../../../common/errors.ts';
import type { Checkpoint } from '../../../runtime/checkpoints/checkpoint.ts';
import type { SavedPlan } from '../../../runtime/checkpoints/saved-plan.ts';
import type { StartPoint } from '../job-state.ts';
import { type ChangeEntry, changePlan } from './plan-change.ts';

export interface FitOptions {
  /** Whether all rows before the checkpoint are visible. */
  readonly committed: boolean;
  readonly allowLostState: boolean;
  /** Gets the report where the plan is another one than the checkpoint's. */
  readonly onReport: (lines: readonly string[]) => void;
}

const WIDTH = 10;

/**
 * The checkpoint as one of this plan: itself where it is of the same. Throws StateError MS4008 where state would be lost that may not be, or
 * where the job had finished.
 */
export function fitCheckpoint(checkpoint: Checkpoint, plan: SavedPlan, { committed, allowLostState, onReport }: FitOptions): Checkpoint {
  if (checkpoint.plan.text === plan.text) return checkpoint;
  if (checkpoint.finished) throw finishedBefore(checkpoint.plan, plan);
  const { entries, checkpoint: fitted } = changePlan(checkpoint, plan, committed);
  const report = reportOf(entries);
  if (!allowLostState && entries.some(({ verdict }) => verdict === 'lost')) throw wouldLose(report, checkpoint.plan, plan);
  onReport(['the query is not the one that the state is of', ...report]);
  return fitted;
}

/** What starting a plan from `start` would do, line by line, without doing it; `loses` is whether it needs leave to lose state. */
export function previewStart(
  start: StartPoint | undefined,
  plan: SavedPlan,
): { readonly lines: readonly string[]; readonly loses: boolean } {
  if (start === undefined) return { lines: ['there is no state yet: it begins anew'], loses: false };
  const { name, checkpoint, committed } = start;
  if (checkpoint.plan.text === plan.text) return { lines: [`it goes on from ${name}, whose query is the same`], loses: false };
  if (checkpoint.finished) throw finishedBefore(checkpoint.plan, plan);
  const { entries } = changePlan(checkpoint, plan, committed);
  return {
    lines: [`it goes on from ${name}, with another query:`, ...reportOf(entries)],
    loses: entries.some(({ verdict }) => verdict === 'lost'),
  };
}

/** A line for each part, what is lost last. */
function reportOf(entries: readonly ChangeEntry[]): string[] {
  const lines = [...entries].sort((a, b) => Number(a.verdict === 'lost') - Number(b.verdict === 'lost'));
  return lines.map(({ verdict, part, id, label, details }) => {
    const name = part === 'operator' ? `${label} (${id})` : `${part} ${label}`;
    return `  ${verdict.padEnd(WIDTH)}${name}${details.length === 0 ? '' : `: ${details.join('; ')}`}`;
  });
}

function wouldLose(report: readonly string[], before: SavedPlan, now: SavedPlan): StateError {
  return new StateError('MS4008', 'with this query, state would be lost', {
    detail: [...report, difference(before, now)].join('\n'),
    hint: "run the query it belongs to, give this one a folder of its own, or lose it: --allow-lost-state, or SET 'execution.state-recovery.ignore-unclaimed-state' = 'true'",
  });
}

function finishedBefore(before: SavedPlan, now: SavedPlan): StateError {
  return new StateError('MS4008', 'the state folder holds the state of another query, or of other tables', {
    detail: `the job had finished\n${difference(before, now)}`,
    hint: 'run the statement it belongs to, or give this one another state folder',
  });
}

/** The first line in which two plans differ. */
function difference(before: SavedPlan, now: SavedPlan): string {
  const [old, text] = [before.text.split('\n'), now.text.split('\n')];
  const line = text.findIndex((one, i) => one !== old[i]);
  return `it was: ${old[line]?.trim() ?? '(nothing)'}\nit is now: ${text[line]?.trim() ?? '(nothing)'}`;
}
