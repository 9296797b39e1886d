import { StateError } from '../../common/errors.ts';
import { explainPlan } from '../../plan/explain.ts';
import type { Plan } from '../../plan/nodes/node.ts';
import type { Checkpoint } from '../../runtime/checkpoints/checkpoint.ts';
import type { CheckpointSettings } from '../../runtime/checkpoints/checkpoint-settings.ts';
import type { CheckpointStore } from '../../runtime/checkpoints/checkpoint-store.ts';
import type { SourceNode, TaskGraph } from '../../runtime/task.ts';

/** What a job keeps beyond its process, and how. */
export interface JobState {
  /** A name that the job keeps over restarts, and no other job has. */
  readonly uid: string;
  readonly store: CheckpointStore;
  readonly settings: CheckpointSettings;
}

/** The plan as checkpoints name it. */
export const planText = (plan: Plan): string => explainPlan(plan);

/** Throws MS4008 where a checkpoint is of another plan. */
export function checkPlan(checkpoint: Checkpoint, plan: string): void {
  if (checkpoint.plan === plan) return;
  const [before, now] = [checkpoint.plan.split('\n'), plan.split('\n')];
  const line = now.findIndex((text, i) => text !== before[i]);
  throw new StateError('MS4008', 'the state folder holds the state of another query', {
    detail: `it was: ${before[line]?.trim() ?? '(nothing)'}\nit is now: ${now[line]?.trim() ?? '(nothing)'}`,
    hint: 'run the statement it belongs to, or give this one another state folder',
  });
}

/**
 * Brings a graph that has just been built to where a checkpoint was made, or to its beginning where there is none. Returns the sources
 * that had ended. Throws MS4004 and MS4008 where the checkpoint does not fit, and what sources and sinks throw.
 */
export async function restoreGraph(graph: TaskGraph, checkpoint: Checkpoint | undefined): Promise<ReadonlySet<SourceNode>> {
  const ended = new Set<SourceNode>();
  if (checkpoint !== undefined) {
    for (const source of graph.sources) {
      const captured = the(checkpoint.sources, source.node.name);
      if (captured.ended) ended.add(source);
      if (!checkpoint.finished) source.reader.restore(captured.position);
    }
    if (!checkpoint.finished) for (const node of graph.nodes) node.restore(the(checkpoint.operators, node.name));
  }
  for (const { id, writer } of graph.sinks) {
    const sink = checkpoint?.sinks.find((prepared) => prepared.id === id);
    await writer.restore?.(sink?.prepared ?? []);
  }
  return ended;
}

function the<T extends { readonly id: string }>(parts: readonly T[], id: string): T {
  const found = parts.find((part) => part.id === id);
  if (found === undefined) throw new StateError('MS4008', `the checkpoint has nothing of ${id}`);
  return found;
}
