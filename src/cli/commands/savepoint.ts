import { requestSavepoint, requestStop } from '../../backends/local/node/ask-jobs.ts';
import { StateError } from '../../common/errors.ts';
import type { StopFlags } from '../create-program.ts';
import type { Messages } from '../messages.ts';
import { usage } from './script-of.ts';

/** `millstream savepoint STATE [TARGET]`: prints the path of a savepoint of the jobs of a state folder. */
export async function savepoint(state: string, target: string | undefined): Promise<void> {
  const { path } = await requestSavepoint(folderOf(state), target);
  process.stdout.write(`${path}\n`);
}

/** `millstream stop STATE`: ends the jobs of a state folder, and prints the path of a savepoint of how they ended, if one is asked for. */
export async function stop(state: string, { savepoint: wanted = false, drain = false }: StopFlags, messages: Messages): Promise<void> {
  const target = typeof wanted === 'string' ? wanted : undefined;
  const reply = await requestStop(folderOf(state), { savepoint: wanted !== false, target, drain });
  if (reply === undefined) {
    throw new StateError('MS4022', `no process works with ${state}: there is nothing to stop`, {
      hint: `millstream savepoint ${state} makes a savepoint of the newest checkpoint`,
    });
  }
  if (reply.jobs.length === 0) messages.note('no job was running');
  if (reply.path !== undefined) process.stdout.write(`${reply.path}\n`);
}

function folderOf(state: string): string {
  if (state.trim() === '') throw usage('the state folder has no name');
  return state;
}
