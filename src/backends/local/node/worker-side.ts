import { parentPort } from 'node:worker_threads';
import { CheckpointStore } from '../../../runtime/checkpoints/checkpoint-store.ts';
import type { JobState, StatePlace } from '../job-state.ts';
import type { FromWorker, ToWorker } from '../workers/worker-messages.ts';
import { NodeFiles } from './node-files.ts';
import { openSpillFile } from './node-spill-file.ts';

/** A thread's side of its way to the thread that started it. */
export const workerSide = {
  post(message: FromWorker): void {
    parentPort!.postMessage(message);
  },
  onMessage(take: (message: ToWorker) => void): void {
    parentPort!.on('message', take);
  },
  openSpillFile: () => openSpillFile(),
  modules: () => import('./load-module.ts'),
  /** Workers write; the thread of the program alone completes, reads and removes checkpoints. */
  openState({ root, folder, uid, settings }: StatePlace): JobState {
    return { uid, settings, store: new CheckpointStore(new NodeFiles(root), folder, 1) };
  },
};
