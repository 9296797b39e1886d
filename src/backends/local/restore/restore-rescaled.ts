import { StateError } from '../../../common/errors.ts';
import type { CapturedOperator } from '../../../runtime/checkpoints/captured.ts';
import type { Checkpoint } from '../../../runtime/checkpoints/checkpoint.ts';
import { holdsMessages } from '../../../runtime/exchange/saved-messages.ts';
import { NO_WATERMARK, type OperatorNode } from '../../../runtime/operator-node.ts';
import type { SourceNode, SourceStart, TaskGraph } from '../../../runtime/task-graph.ts';
import { DEFAULT_MAX_PARALLELISM } from '../../../state/state-backend.ts';

interface Worker {
  readonly index: number;
  readonly count: number;
}

/**
 * Another number of workers than the checkpoint is of: each takes the key groups that are its own now, and sources deal their splits anew.
 * Event time goes on from the worker that was behind the others. Throws MS4012 where rows were on their way between workers, and where a
 * source cannot divide its position.
 */
export function restoreRescaled(graph: TaskGraph, checkpoint: Checkpoint, worker: Worker): Map<SourceNode, SourceStart> {
  const { subtasks, finished } = checkpoint;
  const operators = subtasks.flatMap((subtask) => subtask.operators);
  if (operators.some(({ groups }) => holdsMessages(groups))) {
    throw new StateError('MS4012', `rows were on their way between the ${subtasks.length} workers when the checkpoint was made`, {
      hint: `start it with ${subtasks.length} workers and stop it: the checkpoint at its end fits any number`,
    });
  }
  const starts = new Map<SourceNode, SourceStart>();
  for (const source of graph.sources) restoreSource(source, checkpoint, starts);
  if (finished) return starts;
  for (const node of graph.nodes) {
    const captured = operators.filter(({ id }) => id === node.id);
    // Nodes between workers are not the same with another number of them, and keep nothing.
    if (captured.length > 0) node.restore(merged(node, captured, worker, graph.singleIds.has(node.id)));
  }
  return starts;
}

function restoreSource(source: SourceNode, { subtasks, finished }: Checkpoint, starts: Map<SourceNode, SourceStart>): void {
  const { reader, node, follows, name } = source;
  const captured = subtasks.flatMap((subtask) => subtask.sources.filter(({ id }) => id === node.id));
  if (captured.length === 0) return;
  if (captured.some(({ rowsAhead }) => rowsAhead > 0)) {
    throw new StateError('MS4012', `${name} was in the middle of a batch when the checkpoint was made`, {
      hint: 'start it with as many workers as before and stop it once more',
    });
  }
  starts.set(source, { ended: captured.every(({ ended }) => ended), rowsAhead: 0 });
  if (finished || follows !== undefined) return;
  // A worker that read nothing of a table has no position.
  const positions = captured.map(({ position }) => position).filter((position) => position !== null && position !== undefined);
  if (reader.rescale !== undefined) reader.rescale(positions);
  else if (positions.length === 1) reader.restore(positions[0]);
  else if (positions.length > 1) throw new StateError('MS4012', `${name} cannot go on with another number of workers`);
}

function merged(node: OperatorNode, captured: readonly CapturedOperator[], worker: Worker, isSingle: boolean): CapturedOperator {
  const isMine = (keyGroup: number): boolean =>
    isSingle || Math.floor((keyGroup * worker.count) / DEFAULT_MAX_PARALLELISM) === worker.index;
  const least = captured
    .flatMap(({ watermarks }) => watermarks)
    .reduce((a, b) => (b < a ? b : a), captured[0]?.watermarks[0] ?? NO_WATERMARK);
  return {
    id: node.id,
    watermarks: Array.from({ length: node.inputCount }, () => least),
    openInputs: captured.every(({ openInputs }) => openInputs === 0) ? 0 : node.inputCount,
    // Times of splits are found anew: splits have other numbers now.
    values: captured.flatMap(({ values }) => values).filter(({ name }) => name !== 'watermark'),
    groups: captured.flatMap(({ groups }) => groups.filter(({ keyGroup }) => isMine(keyGroup))),
  };
}
