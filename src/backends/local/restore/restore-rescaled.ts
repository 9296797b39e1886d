import { StateError } from '../../../common/errors.ts';
import type { CapturedOperator } from '../../../runtime/checkpoints/captured.ts';
import type { Checkpoint } from '../../../runtime/checkpoints/checkpoint.ts';
import { ExchangeOutput } from '../../../runtime/exchange/exchange-output.ts';
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
 * Event time goes on from the worker that was behind the others, and no source has ended yet: those that had end once more, so that
 * all workers hear of it; operators whose input had ended in all workers do not. Throws MS4012 where something was on its way, and where
 * a source cannot divide its position.
 */
export function restoreRescaled(graph: TaskGraph, checkpoint: Checkpoint, worker: Worker): Map<SourceNode, SourceStart> {
  const { subtasks, finished } = checkpoint;
  const operators = subtasks.flatMap((subtask) => subtask.operators);
  if (operators.some(({ groups }) => holdsMessages(groups))) throw inTheMiddle(`rows were on their way between ${subtasks.length} workers`);
  const starts = new Map<SourceNode, SourceStart>();
  for (const source of graph.sources) restoreSource(source, checkpoint, starts, worker.count === 1 || graph.singleIds.has(source.node.id));
  if (finished) return starts;
  for (const node of graph.nodes) {
    const captured = operators.filter(({ id }) => id === node.id);
    if (captured.length === 0) continue;
    const merged = mergedState(node, captured, worker, graph.singleIds.has(node.id));
    // An exchange has another number of workers to tell.
    const isOver = captured.every(isEnded) && !(node.operator instanceof ExchangeOutput);
    if (isOver) node.restoreEnded(merged);
    else node.restore(merged);
  }
  return starts;
}

/** Whether its inputs had ended; that they were to end once more does not count. */
const isEnded = ({ openInputs, wasOver }: CapturedOperator): boolean => openInputs === 0 || wasOver === true;

const inTheMiddle = (what: string): StateError =>
  new StateError('MS4012', `${what} when the checkpoint was made`, {
    hint: 'run the query as it was, in as many workers as then, and stop it: the checkpoint at its end fits any number of workers',
  });

/** `isAlone`: one reader has all of the table. */
function restoreSource(
  source: SourceNode,
  { subtasks, finished }: Checkpoint,
  starts: Map<SourceNode, SourceStart>,
  isAlone: boolean,
): void {
  const { reader, node, follows, name } = source;
  const captured = subtasks.flatMap((subtask) => subtask.sources.filter(({ id }) => id === node.id));
  if (captured.length === 0) return;
  if (captured.some(({ rowsAhead }) => rowsAhead > 0)) throw inTheMiddle(`${name} was in the middle of a batch`);
  starts.set(source, { ended: finished, rowsAhead: 0 });
  if (finished || follows !== undefined) return;
  // A worker that read nothing of a table has no position.
  const positions = captured.map(({ position }) => position).filter((position) => position !== null && position !== undefined);
  if (positions.length === 0) return;
  if (reader.rescale !== undefined) reader.rescale(positions);
  else if (isAlone && positions.length === 1) reader.restore(positions[0]);
  else throw new StateError('MS4012', `${name} cannot go on with another number of workers`);
}

function mergedState(node: OperatorNode, captured: readonly CapturedOperator[], worker: Worker, isSingle: boolean): CapturedOperator {
  const isMine = (keyGroup: number): boolean =>
    isSingle || Math.floor((keyGroup * worker.count) / DEFAULT_MAX_PARALLELISM) === worker.index;
  const open = captured.filter((one) => !isEnded(one));
  // What a worker kept whose input had ended is needed by no row any more.
  const kept = open.length > 0 ? open : captured;
  return {
    id: node.id,
    watermarks: Array.from({ length: node.inputCount }, (_, port) => leastTime(captured, node.inputCount, port)),
    openInputs: node.inputCount,
    // Times of splits are found anew: splits have other numbers now.
    values: captured.flatMap(({ values }) => values).filter(({ name }) => name !== 'watermark'),
    groups: kept.flatMap(({ groups }) => groups.filter(({ keyGroup }) => isMine(keyGroup))),
    readTables: (name, take) => {
      for (const { readTables } of kept) readTables?.(name, (keyGroup, bytes) => isMine(keyGroup) && take(keyGroup, bytes));
    },
  };
}

/** The time of a port in the worker that is behind; of all ports where they are those of workers, whose number was another. */
function leastTime(captured: readonly CapturedOperator[], inputCount: number, port: number): bigint {
  const times = captured.flatMap(({ watermarks }) => (watermarks.length === inputCount ? watermarks.slice(port, port + 1) : watermarks));
  return times.length === 0 ? NO_WATERMARK : times.reduce((least, time) => (time < least ? time : least));
}
