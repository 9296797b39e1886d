import type { CheckpointSubtask } from '../../../runtime/checkpoints/checkpoint.ts';
import { holdsMessages } from '../../../runtime/exchange/saved-messages.ts';
import type { LocalEnvironment } from '../graph-context.ts';

/**
 * How many workers the state is of that a job is to go on from, where it is to have another number of them now and something was on its way
 * in the middle: between workers, or of a batch that a source had handed out in part. Undefined where nothing was.
 */
export async function workersToSettle({ state, parallelism = 1 }: LocalEnvironment): Promise<number | undefined> {
  if (state === undefined) return undefined;
  // Nearly always the number is the same, and the state need not be read for that.
  if (((await state.store.workers()) ?? state.start?.checkpoint.subtasks.length ?? parallelism) === parallelism) return undefined;
  const checkpoint = (await state.store.latest(() => undefined)) ?? state.start?.checkpoint;
  if (checkpoint === undefined || checkpoint.finished) return undefined;
  const { subtasks } = checkpoint;
  return subtasks.length !== parallelism && subtasks.some(isInTheMiddle) ? subtasks.length : undefined;
}

const isInTheMiddle = ({ operators, sources }: CheckpointSubtask): boolean =>
  operators.some(({ groups }) => holdsMessages(groups)) || sources.some(({ rowsAhead }) => rowsAhead > 0);
