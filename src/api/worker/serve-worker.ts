import type { JobState, StatePlace } from '../../backends/local/job-state.ts';
import { planText } from '../../backends/local/plan-text.ts';
import { LocalSubtask } from '../../backends/local/workers/local-subtask.ts';
import { RingWriter } from '../../backends/local/workers/ring-writer.ts';
import type { FromWorker, ToWorker, WorkerCall, WorkerOpening, WorkerOrder } from '../../backends/local/workers/worker-messages.ts';
import { packError, unpackError } from '../../common/error-transit.ts';
import { InternalError } from '../../common/errors.ts';
import { Ring } from '../../runtime/exchange/ring.ts';
import type { SpillFile } from '../../state/spill/spill-file.ts';
import { planOf } from '../plan-of.ts';
import { Session } from '../session.ts';
import type { ModuleLoader } from '../user-modules.ts';

/** How often a worker says what it has done, in milliseconds. */
const METRICS_MS = 200;

/** The side of a worker on its way to the thread that started it. */
export interface WorkerSide {
  post(message: FromWorker): void;
  onMessage(take: (message: ToWorker) => void): void;
  /** Makes a file for state that does not fit into memory. */
  openSpillFile(): SpillFile;
  /** Loads modules of the program's functions. */
  modules(): Promise<ModuleLoader>;
  /** State in the folder that the job keeps it in. */
  openState(place: StatePlace): JobState;
}

/** Does in this thread what the thread of the program asks for: one worker's part of one job. */
export function serveWorker(side: WorkerSide): void {
  const server = new WorkerServer(side);
  side.onMessage((message) => {
    if ('order' in message) server.order(message.order);
    else void server.answer(message.call, message.body);
  });
}

class WorkerServer {
  readonly #side: WorkerSide;
  #subtask: LocalSubtask | undefined;

  constructor(side: WorkerSide) {
    this.#side = side;
  }

  order(order: WorkerOrder): void {
    if (order.kind === 'drain') this.#subtask?.drain();
    else if (order.kind === 'stop') this.#subtask?.stop(unpackError(order.reason));
    else this.#subtask?.abandon(order.checkpoint, unpackError(order.cause));
  }

  async answer(call: number, body: WorkerCall): Promise<void> {
    try {
      this.#side.post({ kind: 'answer', call, value: await this.#do(body) });
    } catch (error) {
      this.#side.post({ kind: 'failure', call, error: packError(error) });
    }
  }

  async #do(body: WorkerCall): Promise<unknown> {
    switch (body.kind) {
      case 'open':
        this.#subtask = await open(this.#side, body.opening);
        return this.#subtask.metrics;
      case 'run':
        return this.#run(this.#subtask!);
      case 'capture': {
        const part = await this.#subtask!.capture(body.checkpoint, body.halts);
        return part?.failure === undefined ? part : { ...part, failure: packError(part.failure) };
      }
      case 'commit':
        return this.#subtask!.commit(body.checkpoint, body.head);
      case 'close':
        await this.#subtask?.close(unpackError(body.cause));
    }
  }

  async #run(subtask: LocalSubtask): Promise<void> {
    const tell = (): void => this.#side.post({ kind: 'metrics', metrics: subtask.metrics });
    const timer = setInterval(tell, METRICS_MS);
    try {
      await subtask.run();
    } finally {
      clearInterval(timer);
      tell();
    }
  }
}

async function open(side: WorkerSide, opening: WorkerOpening): Promise<LocalSubtask> {
  const { source, index, count, buffers, resultBuffer, checkpoint, jobName } = opening;
  const session = await Session.open({
    print: (text) => side.post({ kind: 'print', text }),
    onNote: (text) => side.post({ kind: 'note', text }),
    openSpillFile: () => side.openSpillFile(),
    modules: () => side.modules(),
  });
  const plan = await planOf(session, source);
  const base = session.environment();
  const text = planText(plan, base);
  if (text !== opening.planText) {
    throw new InternalError('MS9002', 'a worker has made another plan than the program', { detail: `${opening.planText}\n${text}` });
  }
  const state = opening.state && side.openState(opening.state);
  return LocalSubtask.open(
    plan,
    {
      ...base,
      jobName,
      // The workers share the budget.
      spill: base.spill && { ...base.spill, budgetBytes: Math.floor(base.spill.budgetBytes / count) },
      parallelism: count,
      worker: { index, count, buffers },
      openResult: () => new RingWriter(new Ring(resultBuffer!), session.kernels),
      onBadRecord: (bad, table, deadLetters) => side.post({ kind: 'bad-record', bad, table, deadLetters }),
      state,
    },
    async () => (typeof checkpoint === 'number' ? state!.store.readToRestore(checkpoint) : checkpoint),
  );
}
