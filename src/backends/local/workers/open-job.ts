import { StateError } from '../../../common/errors.ts';
import type { Plan } from '../../../plan/nodes/node.ts';
import type { Checkpoint } from '../../../runtime/checkpoints/checkpoint.ts';
import type { PassedOver } from '../../../runtime/checkpoints/checkpoint-store.ts';
import type { SavedPlan } from '../../../runtime/checkpoints/saved-plan.ts';
import { promisesOf } from '../delivery.ts';
import type { LocalEnvironment } from '../graph-context.ts';
import type { JobState } from '../job-state.ts';
import { fitCheckpoint } from '../restore/fit-checkpoint.ts';
import { LocalSubtask } from './local-subtask.ts';
import { openWorkers } from './open-workers.ts';
import type { ResultRings } from './result-rings.ts';
import type { Subtask } from './subtask.ts';

/** A job whose workers stand where it begins. */
export interface OpenJob {
  readonly subtasks: readonly Subtask[];
  /** The way of a query's rows to the program, where several workers have them. */
  readonly results: ResultRings | undefined;
  readonly plan: SavedPlan;
  /** Number of the next checkpoint. */
  readonly nextId: number;
  /** The job had finished in an earlier process: nothing is left to do. */
  readonly wasFinished: boolean;
}

/**
 * Opens the workers of a plan, from the job's newest checkpoint where it has one; a damaged one is passed over. `again` is whether it has
 * run in this process before.
 */
export async function openJob(plan: Plan, env: LocalEnvironment, again = false): Promise<OpenJob> {
  env.state?.store.forgetPages();
  const beginning = new Beginning(plan, env, { readsLate: true, again });
  try {
    return await open(plan, env, beginning);
  } catch (error) {
    if (!(error instanceof StateError) || error.code !== 'MS4005') {
      beginning.tell();
      throw error;
    }
  }
  // Tables are checked while they are restored: before another attempt all checkpoints are checked whole.
  const checked = new Beginning(plan, env, { readsLate: false, again });
  try {
    return await open(plan, env, checked);
  } catch (error) {
    checked.tell();
    throw error;
  }
}

async function open(plan: Plan, env: LocalEnvironment, beginning: Beginning): Promise<OpenJob> {
  if ((env.parallelism ?? 1) > 1) return beginning.describe(await openWorkers(plan, env, beginning.checkpointFor));
  const subtask = await LocalSubtask.open(plan, env, beginning.checkpointFor);
  return beginning.describe({ subtasks: [subtask], results: undefined });
}

export type OpenWorkers = Pick<OpenJob, 'subtasks' | 'results'>;

interface BeginningOptions {
  /** Tables are read from their files while they are restored. */
  readonly readsLate: boolean;
  /** The job has run in this process before. */
  readonly again: boolean;
}

/** Finds where a job begins, and says so. */
class Beginning {
  readonly #state: JobState | undefined;
  readonly #promises: ReturnType<typeof promisesOf>;
  /** What is to be said once the workers stand where the job begins. */
  readonly #notes: string[] = [];
  readonly #say: (text: string) => void;
  readonly #how: BeginningOptions;
  #plan: SavedPlan = { text: '', sources: [], operators: [], sinks: [] };
  #checkpoint: Promise<Checkpoint | undefined> | undefined;

  constructor(plan: Plan, { state, onNote, descriptors }: LocalEnvironment, how: BeginningOptions) {
    this.#how = how;
    this.#promises = promisesOf(plan, descriptors);
    this.#state = state;
    this.#say = (text) => onNote?.(text);
  }

  #note(text: string): void {
    this.#notes.push(text);
  }

  tell(): void {
    for (const text of this.#notes.splice(0)) this.#say(text);
  }

  /** The checkpoint from which the plan goes on. Throws MS4008 where it is of another plan. */
  readonly checkpointFor = (plan: SavedPlan): Promise<Checkpoint | undefined> => {
    this.#plan = plan;
    this.#checkpoint ??= this.#find(plan);
    return this.#checkpoint;
  };

  async #find(plan: SavedPlan): Promise<Checkpoint | undefined> {
    if (this.#state === undefined) return undefined;
    const { store, start } = this.#state;
    const passOver = ({ id }: PassedOver): void => this.#note(`checkpoint ${id} is damaged`);
    let own = await store.latest(passOver, this.#how.readsLate);
    // What is fitted to another plan is looked at as a whole.
    if (own?.isPartial && own.plan.text !== plan.text) own = await store.latest(() => undefined);
    const checkpoint = own ?? start?.checkpoint;
    if (checkpoint === undefined) {
      if (this.#how.again) this.#note('starting anew: there is no checkpoint yet');
      return undefined;
    }
    const fitted = fitCheckpoint(checkpoint, plan, {
      committed: own === undefined && start?.committed === true,
      allowLostState: this.#state.allowLostState === true,
      onReport: (lines) => {
        for (const line of lines) this.#note(line);
      },
    });
    const name = own === undefined ? start!.name : `checkpoint ${own.id}`;
    if (checkpoint.finished) this.#note(`the job had finished with ${own === undefined ? 'the savepoint' : name}; nothing is left to do`);
    else this.#note(own === undefined ? `starting from ${name}` : `going on from ${name}`);
    return fitted;
  }

  async describe({ subtasks, results }: OpenWorkers): Promise<OpenJob> {
    const described = await this.#describe({ subtasks, results });
    this.tell();
    return described;
  }

  async #describe({ subtasks, results }: OpenWorkers): Promise<OpenJob> {
    const [state, plan] = [this.#state, this.#plan];
    if (state === undefined) return { subtasks, results, plan, nextId: 1, wasFinished: false };
    const checkpoint = await this.#checkpoint;
    const wasFinished = checkpoint?.finished === true;
    if (!wasFinished && !this.#how.again)
      for (const { part, table, text, isExact } of this.#promises) if (!isExact) this.#note(`${part} ${table}: ${text}`);
    return { subtasks, results, plan, nextId: await state.store.nextId(), wasFinished };
  }
}
