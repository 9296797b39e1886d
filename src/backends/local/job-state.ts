import { StateError } from '../../common/errors.ts';
import type { Checkpoint, CheckpointSubtask } from '../../runtime/checkpoints/checkpoint.ts';
import type { CheckpointSettings } from '../../runtime/checkpoints/checkpoint-settings.ts';
import type { CheckpointStore } from '../../runtime/checkpoints/checkpoint-store.ts';
import { ENDED } from '../../runtime/exchange/channel-reader.ts';
import { MESSAGES, readMessages } from '../../runtime/exchange/saved-messages.ts';
import type { SourceNode, SourceStart, TaskGraph } from '../../runtime/task-graph.ts';
import { restoreRescaled } from './restore/restore-rescaled.ts';

/** What a job keeps beyond its process, and how. */
export interface JobState {
  /** A name that the job keeps over restarts, and no other job has. */
  readonly uid: string;
  readonly store: CheckpointStore;
  readonly settings: CheckpointSettings;
  readonly place?: StatePlace;
  /** Where the job begins when the store has no checkpoint: a savepoint. */
  readonly start?: StartPoint;
  /** Whether state that the plan has no place for may be left out. */
  readonly allowLostState?: boolean;
  /** Told of the job when it runs, so that others can ask things of it. */
  attach?(job: AttachedJob): void;
  /** Makes a savepoint of the running job in a folder of its own below `target`. Resolves with its path. Rejects with MS4020. */
  savepoint?(target: string | undefined): Promise<string>;
  /** Ends the job, or with `drain` its sources, and makes a savepoint of how it ended. Resolves with its path. */
  stop?(target: string | undefined, drain: boolean): Promise<string>;
}

/** Where a job keeps its state, for workers in other threads. */
export interface StatePlace {
  readonly root: string;
  readonly folder: string;
  readonly uid: string;
  readonly settings: CheckpointSettings;
}

/** State that a job does not go on with but begins with. */
export interface StartPoint {
  /** What people know it by: a path. */
  readonly name: string;
  readonly checkpoint: Checkpoint;
  /** Whether all rows before it are visible. */
  readonly committed: boolean;
}

/** A running job, as far as its state is concerned. */
export interface AttachedJob {
  readonly done: Promise<void>;
  /** Whether all rows before its newest checkpoint are visible, when it has ended. */
  readonly isCommitted: boolean;
  suspend(): Promise<void>;
  drain(): Promise<void>;
  /** Makes a checkpoint and hands it to `use`; false where the job has ended meanwhile. */
  withCheckpoint(use: (checkpoint: Checkpoint) => Promise<void>): Promise<boolean>;
}

/**
 * Brings a graph that has just been built to where a checkpoint was made, or to its beginning where there is none. Returns the sources
 * how each source goes on. Throws MS4004 and MS4008 where the checkpoint does not fit, and what sources and sinks throw.
 */
export async function restoreGraph(
  graph: TaskGraph,
  checkpoint: Checkpoint | undefined,
  worker: { readonly index: number; readonly count: number } = { index: 0, count: 1 },
): Promise<ReadonlyMap<SourceNode, SourceStart>> {
  const starts =
    checkpoint === undefined
      ? new Map<SourceNode, SourceStart>()
      : isOfSame(graph, checkpoint, worker.count)
        ? restoreSame(graph, checkpoint, worker.index)
        : restoreRescaled(graph, checkpoint, worker);
  // No worker sends anything any more, nor says that it has ended.
  if (checkpoint?.finished === true) for (const { reader } of graph.channels) reader.restore(ENDED);
  for (const { id, writer } of graph.sinks) {
    const prepared = checkpoint?.subtasks.flatMap(({ sinks }) => sinks.filter((sink) => sink.id === id).flatMap((sink) => sink.prepared));
    await writer.restore?.(prepared ?? [], checkpoint?.finished ?? false);
  }
  return starts;
}

/** Whether each worker has a predecessor. Another query, even in as many workers, may have other ways between them. */
function isOfSame({ channels }: TaskGraph, { subtasks, finished }: Checkpoint, count: number): boolean {
  if (subtasks.length !== count) return false;
  const known = new Set(subtasks.flatMap(({ operators }) => operators.map(({ id }) => id)));
  return finished || channels.every(({ node }) => known.has(node.id));
}

/** As many workers as there were: each takes what its predecessor had. */
function restoreSame(graph: TaskGraph, { subtasks, finished }: Checkpoint, index: number): Map<SourceNode, SourceStart> {
  const starts = new Map<SourceNode, SourceStart>();
  const subtask = subtasks.find((one) => one.subtask === index)!;
  for (const source of graph.sources) {
    const captured = subtask.sources.find(({ id }) => id === source.node.id);
    // A source that the checkpoint knows nothing of begins.
    if (captured === undefined) continue;
    starts.set(source, captured);
    if (!finished) source.reader.restore(captured.position);
  }
  if (finished) return starts;
  for (const node of graph.nodes) node.restore(the(subtask.operators, node.id));
  restoreChannels(graph, subtask);
  return starts;
}

/** What was on its way from other workers comes first. */
function restoreChannels({ channels }: TaskGraph, { operators }: CheckpointSubtask): void {
  for (const { node, reader } of channels) {
    const groups = the(operators, node.id).groups.filter(({ name }) => name === MESSAGES);
    reader.restore(groups.flatMap(({ bytes }) => readMessages(bytes)));
  }
}

function the<T extends { readonly id: string }>(parts: readonly T[], id: string): T {
  const found = parts.find((part) => part.id === id);
  if (found === undefined) throw new StateError('MS4008', `the checkpoint has nothing of ${id}`);
  return found;
}
