import { maskOption } from '../../catalog/options.ts';
import { StateError } from '../../common/errors.ts';
import { explainPlan } from '../../plan/explain.ts';
import type { Plan, PlanNode, PlanTable } from '../../plan/nodes/node.ts';
import { inputsOf } from '../../plan/visit.ts';
import type { Checkpoint, CheckpointSubtask } from '../../runtime/checkpoints/checkpoint.ts';
import type { CheckpointSettings } from '../../runtime/checkpoints/checkpoint-settings.ts';
import type { CheckpointStore } from '../../runtime/checkpoints/checkpoint-store.ts';
import type { SourceNode, SourceStart, TaskGraph } from '../../runtime/task-graph.ts';
import type { LocalEnvironment } from './graph-context.ts';

/** What a job keeps beyond its process, and how. */
export interface JobState {
  /** A name that the job keeps over restarts, and no other job has. */
  readonly uid: string;
  readonly store: CheckpointStore;
  readonly settings: CheckpointSettings;
}

/** Where a cluster is and who may use it can change without the data being other data. */
const MAY_CHANGE = /^properties\./;

/** The plan as checkpoints name it, with what its tables are. Secrets are masked. */
export function planText(plan: Plan, { timeZone, changelog }: Pick<LocalEnvironment, 'timeZone' | 'changelog'>): string {
  const tables = new Map<string, string>();
  const visit = (node: PlanNode): void => {
    if (node.kind === 'scan') tables.set(node.table.name, tableText(node.table));
    if (node.kind === 'sink' && node.target !== undefined) tables.set(node.target.name, tableText(node.target));
    for (const input of inputsOf(node)) visit(input);
  };
  for (const sink of plan.sinks) visit(sink);
  return `${explainPlan(plan)}${[...tables.values()].join('')}time zone ${timeZone}, changelog by ${changelog}\n`;
}

function tableText({ name, options }: PlanTable): string {
  const shown = [...options].filter(([key]) => !MAY_CHANGE.test(key)).map(([key, value]) => `'${key}' = '${maskOption(key, value)}'`);
  return `${name}: ${shown.sort().join(', ')}\n`;
}

/** Throws MS4008 where a checkpoint is of another plan. */
export function checkPlan(checkpoint: Checkpoint, plan: string): void {
  if (checkpoint.plan === plan) return;
  const [before, now] = [checkpoint.plan.split('\n'), plan.split('\n')];
  const line = now.findIndex((text, i) => text !== before[i]);
  throw new StateError('MS4008', 'the state folder holds the state of another query, or of other tables', {
    detail: `it was: ${before[line]?.trim() ?? '(nothing)'}\nit is now: ${now[line]?.trim() ?? '(nothing)'}`,
    hint: 'run the statement it belongs to, or give this one another state folder',
  });
}

/**
 * Brings a graph that has just been built to where a checkpoint was made, or to its beginning where there is none. Returns the sources
 * how each source goes on. Throws MS4004 and MS4008 where the checkpoint does not fit, and what sources and sinks throw.
 */
export async function restoreGraph(graph: TaskGraph, checkpoint: Checkpoint | undefined): Promise<ReadonlyMap<SourceNode, SourceStart>> {
  const starts = new Map<SourceNode, SourceStart>();
  const subtask = checkpoint && onlySubtask(checkpoint);
  if (checkpoint !== undefined && subtask !== undefined) {
    for (const source of graph.sources) {
      const captured = the(subtask.sources, source.node.name);
      starts.set(source, captured);
      if (!checkpoint.finished) source.reader.restore(captured.position);
    }
    if (!checkpoint.finished) for (const node of graph.nodes) node.restore(the(subtask.operators, node.name));
  }
  for (const { id, writer } of graph.sinks) {
    const sink = subtask?.sinks.find((prepared) => prepared.id === id);
    await writer.restore?.(sink?.prepared ?? [], checkpoint?.finished ?? false);
  }
  return starts;
}

function onlySubtask({ subtasks }: Checkpoint): CheckpointSubtask {
  const [first, second] = subtasks;
  if (first === undefined || second !== undefined)
    throw new StateError('MS4008', `the checkpoint is of ${subtasks.length} workers, the job runs in one`);
  return first;
}

function the<T extends { readonly id: string }>(parts: readonly T[], id: string): T {
  const found = parts.find((part) => part.id === id);
  if (found === undefined) throw new StateError('MS4008', `the checkpoint has nothing of ${id}`);
  return found;
}
