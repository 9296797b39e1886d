import { loadKernels } from '../../../kernels/kernels.ts';
import type { Plan } from '../../../plan/nodes/node.ts';
import type { Checkpoint } from '../../../runtime/checkpoints/checkpoint.ts';
import type { SavedPlan } from '../../../runtime/checkpoints/saved-plan.ts';
import { createExchangeBuffers } from '../../../runtime/exchange/exchange-rings.ts';
import { Ring } from '../../../runtime/exchange/ring.ts';
import type { LocalEnvironment } from '../graph-context.ts';
import { describeJob } from '../identity/describe-job.ts';
import { planPartitionings } from '../partitioning.ts';
import { tableAbilities } from '../table-abilities.ts';
import { LocalSubtask } from './local-subtask.ts';
import type { OpenWorkers } from './open-job.ts';
import { ResultRings } from './result-rings.ts';
import { RingWriter } from './ring-writer.ts';
import { ThreadSubtask } from './thread-subtask.ts';
import type { WorkerOpening } from './worker-messages.ts';

/** Opens several workers: in threads of their own; without threads in this one, where they take turns, each with memory of its own. */
export async function openWorkers(
  plan: Plan,
  env: LocalEnvironment,
  checkpointFor: (plan: SavedPlan) => Promise<Checkpoint | undefined>,
): Promise<OpenWorkers> {
  const count = env.parallelism ?? 1;
  const partitionings = planPartitionings(plan.sinks, tableAbilities(env));
  const buffers = createExchangeBuffers(partitionings.count, count, env.ringBytes);
  const result = plan.sinks.find(({ target }) => target === undefined);
  const results = result && new ResultRings(count, result.schema, env.kernels, env.openResult(result.schema, env.kernels));
  const subtasks: (LocalSubtask | ThreadSubtask)[] = [];
  try {
    if (env.threads !== undefined && env.source !== undefined) {
      const described = describeJob(plan, env).plan();
      const checkpoint = env.state === undefined ? undefined : await checkpointFor(described);
      const opened = await Promise.allSettled(
        Array.from({ length: count }, (_, index) => {
          const opening: WorkerOpening = {
            source: env.source!,
            planText: described.text,
            index,
            count,
            buffers,
            resultBuffer: results?.buffers[index],
            state: env.state?.place,
            checkpoint: checkpoint?.isPartial ? checkpoint.id : checkpoint,
            jobName: env.jobName,
          };
          return ThreadSubtask.open(env.threads!, opening, env);
        }),
      );
      for (const one of opened) if (one.status === 'fulfilled') subtasks.push(one.value);
      for (const one of opened) if (one.status === 'rejected') throw one.reason;
      return { subtasks, results };
    }
    for (let index = 0; index < count; index++) {
      const kernels = await loadKernels();
      const openResult = () => new RingWriter(new Ring(results!.buffers[index]!), kernels);
      subtasks.push(await LocalSubtask.open(plan, { ...env, kernels, openResult, worker: { index, count, buffers } }, checkpointFor));
    }
  } catch (error) {
    for (const subtask of subtasks) await subtask.close(error).catch(() => undefined);
    await results?.finish(error).catch(() => undefined);
    throw error;
  }
  return { subtasks, results };
}
