import type { Clock } from '../common/clock.ts';
import { yieldToHost } from '../common/platform.ts';
import type { Batch } from '../data/batch.ts';
import type { LimitOperator } from '../operators/limit.ts';
import { END_OF_TIME, type OperatorNode } from './operator-node.ts';
import type { SinkOperator } from './sink-operator.ts';
import type { PollResult, SourceReader } from './source.ts';

/** A source and the node its rows enter. */
export interface SourceNode {
  readonly name: string;
  readonly reader: SourceReader;
  readonly node: OperatorNode;
  /** The split whose rows are on their way, for operators that keep time per split. */
  readonly splits: { current: number; active: ReadonlySet<number> };
  /** Nodes after which no more rows are wanted, when all of them are done. */
  readonly limits: readonly LimitOperator[];
  /** Whether what this source makes beside its rows piles up: it is not polled then. */
  readonly isHeldBack?: () => boolean;
  /** Readers whose by-product this source's rows are: it ends when they have ended and its reader is idle, whatever else happens. */
  readonly follows?: readonly SourceReader[];
}

/** What one worker runs: sources, all operators in topological order, sinks. */
export interface TaskGraph {
  readonly sources: readonly SourceNode[];
  readonly nodes: readonly OperatorNode[];
  readonly sinks: readonly SinkOperator[];
}

type SourceState = {
  readonly source: SourceNode;
  batch: Batch | undefined;
  phase: 'reading' | 'watermark' | 'ending' | 'ended';
  idle: boolean;
};

/** The worker gives the host a turn at least this often, in milliseconds. */
const TURN_MS = 4;

/**
 * Runs a graph in the thread it is called in: polls the sources in turn, pushes each batch through the operators, and waits where
 * nothing is to be had or a sink is full. The host's timers and I/O get a turn every few milliseconds.
 */
export class Task {
  readonly #graph: TaskGraph;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #drain: AbortSignal;
  readonly #states: SourceState[];
  #yieldedAt = 0;
  /** Milliseconds spent processing, not waiting. */
  busyMs = 0;

  /** `signal` ends the run at once; `drain` ends the sources, and what was read is still processed. */
  constructor(graph: TaskGraph, clock: Clock, signal: AbortSignal, drain: AbortSignal) {
    this.#graph = graph;
    this.#clock = clock;
    this.#signal = signal;
    this.#drain = drain;
    this.#states = graph.sources.map((source) => ({ source, batch: undefined, phase: 'reading', idle: false }));
  }

  /** Resolves when all sources have ended and all rows have reached the sinks, or when `signal` was aborted. */
  async run(): Promise<void> {
    this.#yieldedAt = this.#clock.monotonic();
    while (!this.#signal.aborted) {
      const progressed = this.#round();
      if (this.#states.every(({ phase }) => phase === 'ended')) return;
      if (this.#blockedSinks().length > 0) await this.#waitForSinks();
      else if (!progressed) await this.#waitForSources();
      else if (this.#clock.monotonic() - this.#yieldedAt >= TURN_MS) await this.#yield();
    }
  }

  /** One turn of every source; false when none had anything. */
  #round(): boolean {
    let progressed = this.#fireTimers();
    for (const state of this.#states) {
      if (state.phase === 'ended') continue;
      if (this.#step(state)) progressed = true;
      if (this.#blockedSinks().length > 0) return true;
    }
    return progressed;
  }

  /** Moves one source on by a batch; false when it had nothing, or a sink refused. */
  #step(state: SourceState): boolean {
    if (state.phase === 'reading' && state.batch === undefined) this.#poll(state);
    if (state.batch !== undefined) {
      if (!state.source.node.offer(state.batch)) return false;
      state.batch = undefined;
      return true;
    }
    if (state.phase === 'watermark') {
      if (!state.source.node.advance(END_OF_TIME)) return false;
      state.phase = 'ending';
    }
    if (state.phase === 'ending') {
      if (!state.source.node.forwardEnd()) return false;
      state.phase = 'ended';
      return true;
    }
    return !state.idle;
  }

  #poll(state: SourceState): void {
    const { source } = state;
    const result = source.follows === undefined ? this.#pollSource(source) : this.#pollFollower(source.reader, source.follows);
    state.idle = result === 'idle';
    if (result === 'end') state.phase = 'watermark';
    else if (result !== 'idle') {
      state.batch = result;
      source.splits.current = source.reader.split;
      source.splits.active = source.reader.activeSplits;
    }
  }

  #pollSource({ limits, reader, isHeldBack }: SourceNode): PollResult {
    const satisfied = limits.length > 0 && limits.every((limit) => limit.done);
    if (this.#drain.aborted || satisfied) return 'end';
    return isHeldBack?.() ? 'idle' : reader.poll();
  }

  #pollFollower(reader: SourceReader, follows: readonly SourceReader[]): PollResult {
    const result = reader.poll();
    const isReading = ({ source, phase }: SourceState): boolean => phase === 'reading' && follows.includes(source.reader);
    return result === 'idle' && !this.#states.some(isReading) ? 'end' : result;
  }

  /** Calls operators whose time has come; true when any was called. */
  #fireTimers(): boolean {
    let fired = false;
    for (const { operator } of this.#graph.nodes) {
      const at = operator.nextTimer();
      if (at === undefined || at > this.#clock.now()) continue;
      fired = true;
      if (!operator.timer(this.#clock.now())) return true;
    }
    return fired;
  }

  #blockedSinks(): SinkOperator[] {
    return this.#graph.sinks.filter((sink) => sink.blocked);
  }

  async #waitForSinks(): Promise<void> {
    for (const sink of this.#blockedSinks()) {
      await sink.writer.ready();
      sink.blocked = false;
    }
    await this.#yieldIfDue();
  }

  /** Nothing to read: hands out what sinks hold back, then sleeps until a source, a timer or the user has something. */
  async #waitForSources(): Promise<void> {
    for (const sink of this.#graph.sinks) await sink.writer.flush();
    const wake = new AbortController();
    const stop = () => wake.abort();
    for (const signal of [this.#signal, this.#drain]) signal.addEventListener('abort', stop, { once: true });
    if (this.#signal.aborted || this.#drain.aborted) wake.abort();
    const timers = this.#graph.nodes.map(({ operator }) => operator.nextTimer()).filter((at) => at !== undefined);
    const waits = this.#states.filter(({ phase }) => phase === 'reading').map(({ source }) => source.reader.wait(wake.signal));
    if (timers.length > 0) waits.push(this.#clock.sleep(Math.max(0, Math.min(...timers) - this.#clock.now()), wake.signal));
    try {
      if (waits.length > 0) await Promise.race(waits);
    } finally {
      wake.abort();
      for (const signal of [this.#signal, this.#drain]) signal.removeEventListener('abort', stop);
    }
    await this.#yieldIfDue();
  }

  async #yieldIfDue(): Promise<void> {
    if (this.#clock.monotonic() - this.#yieldedAt >= TURN_MS) await this.#yield();
  }

  async #yield(): Promise<void> {
    this.busyMs += this.#clock.monotonic() - this.#yieldedAt;
    await yieldToHost();
    this.#yieldedAt = this.#clock.monotonic();
  }
}
