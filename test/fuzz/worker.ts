import { parentPort } from 'node:worker_threads';
import { type FuzzOptions, fuzzTargets } from './targets.ts';

/** Runs in a thread of its own, so that scripts/fuzz.mjs notices an input on which a target hangs. */
parentPort?.on('message', async ({ target, ...options }: FuzzOptions & { readonly target: string }) => {
  parentPort?.postMessage(await fuzzTargets[target]!.run(options));
});
