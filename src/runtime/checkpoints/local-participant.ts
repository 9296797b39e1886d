import type { StateSnapshot } from '../../state/state-snapshot.ts';
import { MESSAGES, writeMessages } from '../exchange/saved-messages.ts';
import type { Task } from '../task.ts';
import type { TaskGraph } from '../task-graph.ts';
import type { Capture, CapturedOperator } from './captured.ts';
import type { SubtaskHead } from './checkpoint.ts';
import type { CheckpointStore } from './checkpoint-store.ts';
import type { CheckpointParticipant, SubtaskCheckpoint } from './participant.ts';
import type { WrittenState } from './written-state.ts';

/** The part in checkpoints of the worker that runs in this thread. */
export class LocalParticipant implements CheckpointParticipant {
  readonly subtask: number;
  readonly #task: Task;
  readonly #graph: TaskGraph;
  readonly #store: CheckpointStore;
  /** The last capture that was begun: by the coordinator, or by the marker of another worker that was captured first. */
  #begun: { readonly checkpoint: number; readonly capture: Promise<Capture | undefined> } | undefined;

  /** The tables of the last capture. */
  #snapshot: { readonly checkpoint: number; readonly state: StateSnapshot | undefined } | undefined;

  constructor(subtask: number, task: Task, graph: TaskGraph, store: CheckpointStore) {
    this.subtask = subtask;
    this.#task = task;
    this.#graph = graph;
    this.#store = store;
    graph.markers.onMarker = (checkpoint, halts) => void this.#begin(checkpoint, halts).catch(() => undefined);
  }

  #begin(checkpoint: number, halts: boolean): Promise<Capture | undefined> {
    if (this.#begun === undefined || this.#begun.checkpoint < checkpoint) {
      this.#begun = { checkpoint, capture: this.#task.barrier(checkpoint, halts) };
    }
    return this.#begun.capture;
  }

  async capture(checkpoint: number, halts: boolean): Promise<SubtaskCheckpoint | undefined> {
    const atBarrier = await this.#begin(checkpoint, halts);
    if (atBarrier === undefined && !this.#task.hasEnded) return undefined;
    const capture = atBarrier ?? this.#task.capture(checkpoint);
    this.#snapshot = { checkpoint, state: capture.state };
    if (atBarrier === undefined) capture.state?.finish().catch(() => undefined);
    // The tables are on their way to the disk while sinks prepare.
    const written = this.#write(checkpoint, capture);
    written.catch(() => undefined);
    // Who fails while another is waited for must not go unheard.
    for (const { prepared } of capture.sinks) prepared.catch(() => undefined);
    const prepared = await Promise.all(capture.sinks.map(async (sink) => ({ id: sink.id, value: await sink.prepared })));
    const { sources } = capture;
    const isOver = atBarrier === undefined;
    try {
      return { sources, prepared, state: await written, isOver };
    } catch (failure) {
      return { sources, prepared, failure, isOver };
    }
  }

  async #write(checkpoint: number, capture: Capture): Promise<WrittenState> {
    return this.#store.writeState(checkpoint, this.subtask, await withMessages(capture), capture.state);
  }

  abandon(checkpoint: number, cause: unknown): void {
    if (this.#snapshot?.checkpoint === checkpoint) this.#snapshot.state?.abandon(cause);
  }

  async commit(checkpoint: number, { sources, sinks }: SubtaskHead): Promise<void> {
    this.#store.stateCompleted(checkpoint);
    for (const { id, prepared } of sinks) {
      const { writer } = this.#graph.sinks.find((sink) => sink.id === id)!;
      for (const one of prepared) await writer.commit?.(one);
    }
    for (const [i, { position }] of sources.entries()) {
      await this.#graph.sources[i]!.reader.checkpointCompleted?.(position).catch(() => undefined);
    }
  }
}

/** What was on its way from other workers is kept with the node that it enters. */
async function withMessages({ operators, channels }: Capture): Promise<readonly CapturedOperator[]> {
  const messages = new Map<string, Uint8Array>();
  for (const channel of channels) {
    const read = await channel.messages;
    if (read.length > 0) messages.set(channel.id, writeMessages(read));
  }
  return operators.map((operator) => {
    const bytes = messages.get(operator.id);
    return bytes === undefined ? operator : { ...operator, groups: [{ name: MESSAGES, keyGroup: 0, bytes }] };
  });
}
