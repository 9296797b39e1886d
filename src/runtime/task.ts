import type { Clock } from '../common/clock.ts';
import { yieldToHost } from '../common/platform.ts';
import type { Batch } from '../data/batch.ts';
import type { LimitOperator } from '../operators/limit.ts';
import { captureGraph } from './checkpoints/capture-graph.ts';
import type { Capture } from './checkpoints/captured.ts';
import { END_OF_TIME, type OperatorNode, type Turn } from './operator-node.ts';
import { RowSkip } from './row-skip.ts';
import type { SinkOperator } from './sink-operator.ts';
import { Alarm, Sleep, WakeUp } from './sleep.ts';
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

/** Where a source goes on after a restart. */
export interface SourceStart {
  readonly ended: boolean;
  /** Rows to pass over. */
  readonly rowsAhead: number;
}

/** What one worker runs: sources, all operators in topological order, sinks. */
export interface TaskGraph {
  readonly sources: readonly SourceNode[];
  readonly nodes: readonly OperatorNode[];
  readonly sinks: readonly SinkOperator[];
}

type SourceState = {
  readonly source: SourceNode;
  readonly wakeUp: WakeUp;
  readonly skip: RowSkip;
  batch: Batch | undefined;
  phase: 'reading' | 'watermark' | 'ending' | 'ended';
};

interface Barrier {
  readonly checkpoint: number;
  /** Whether the run ends there. */
  readonly halts: boolean;
  readonly reached: (capture: Capture | undefined) => void;
  readonly failed: (cause: unknown) => void;
}

type Outcome = 'progress' | 'nothing' | 'refused';

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
  readonly #turn: TaskTurn;
  readonly #sleep: Sleep;
  readonly #alarm: Alarm;
  /** The call that was refused: it is repeated before anything else. */
  #refused: (() => boolean) | undefined;
  /** The source whose turn it is, so that one that is always refused does not hold up the others. */
  #next = 0;
  /** A checkpoint waits for the moment when nothing is on its way. */
  #barrier: Barrier | undefined;
  #isHalted = false;
  /** run() has resolved or rejected. */
  #over = false;
  /** Milliseconds spent processing, not waiting. */
  busyMs = 0;

  /** `signal` ends the run at once; `drain` ends the sources, and what was read is still processed. `start` says where sources go on. */
  constructor(
    graph: TaskGraph,
    clock: Clock,
    signal: AbortSignal,
    drain: AbortSignal,
    start: ReadonlyMap<SourceNode, SourceStart> = new Map(),
  ) {
    this.#graph = graph;
    this.#clock = clock;
    this.#signal = signal;
    this.#drain = drain;
    this.#sleep = new Sleep(signal, drain);
    this.#states = graph.sources.map((source) => ({
      source,
      wakeUp: new WakeUp(this.#sleep),
      batch: undefined,
      phase: start.get(source)?.ended ? 'ended' : 'reading',
      skip: new RowSkip(source.reader, start.get(source)?.rowsAhead ?? 0),
    }));
    this.#turn = new TaskTurn(clock);
    this.#alarm = new Alarm(clock, this.#sleep);
    for (const node of graph.nodes) node.turn = this.#turn;
  }

  /** Resolves when all sources have ended and all rows have reached the sinks, or when `signal` was aborted. */
  async run(): Promise<void> {
    try {
      await this.#run();
    } finally {
      this.#over = true;
      this.#barrier?.reached(undefined);
      this.#barrier = undefined;
      this.#sleep.end();
      for (const { skip } of this.#states) skip.free();
    }
  }

  async #run(): Promise<void> {
    while (!this.#signal.aborted) {
      const start = this.#clock.monotonic();
      const outcome = this.#work();
      this.busyMs += this.#clock.monotonic() - start;
      this.#captureIfStill();
      if (this.#ended || this.#isHalted) return;
      if (this.#graph.sinks.some(isBlocked)) await this.#waitForSinks();
      else if (outcome === 'nothing') await this.#waitForSources();
      if (this.#turn.isOver()) await this.#yield();
    }
  }

  /**
   * Lets a checkpoint's barrier through as soon as nothing is on its way. Resolves with what was captured; with nothing when the run
   * was cancelled, or had ended before. With `halts` the run ends there: no row is read or written afterwards.
   */
  barrier(checkpoint: number, halts = false): Promise<Capture | undefined> {
    if (this.#over) return Promise.resolve(undefined);
    return new Promise((reached, failed) => {
      this.#barrier = { checkpoint, halts, reached, failed };
      this.#sleep.wake();
    });
  }

  /** As `barrier`, at once: all sources have ended, or the run has not begun. */
  capture(checkpoint: number): Capture {
    return captureGraph(this.#graph, checkpoint, (source) => {
      const { phase, skip } = this.#states.find((state) => state.source === source)!;
      return { ended: phase === 'ended', rowsAhead: skip.left };
    });
  }

  /** A bad record that is not written yet is on its way, too. */
  get #isStill(): boolean {
    return this.#refused === undefined && this.#states.every(({ batch, source }) => batch === undefined && !source.isHeldBack?.());
  }

  #captureIfStill(): void {
    const barrier = this.#barrier;
    if (barrier === undefined || !this.#isStill) return;
    this.#barrier = undefined;
    try {
      barrier.reached(this.capture(barrier.checkpoint));
      this.#isHalted = barrier.halts;
    } catch (cause) {
      barrier.failed(cause);
    }
  }

  get #ended(): boolean {
    return this.#states.every(({ phase }) => phase === 'ended');
  }

  /** Runs until the turn is over, a call was refused, or there is nothing to do. */
  #work(): Outcome {
    for (;;) {
      const outcome = this.#round();
      if (outcome !== 'progress' || this.#ended || this.#turn.isOver() || (this.#barrier !== undefined && this.#isStill)) return outcome;
    }
  }

  /** What was refused, then what is due, then one step of every source. */
  #round(): Outcome {
    let outcome: Outcome = 'nothing';
    if (this.#refused !== undefined) {
      if (!this.#refused()) return 'refused';
      this.#refused = undefined;
      outcome = 'progress';
    }
    for (const { operator } of this.#graph.nodes) {
      const at = operator.nextTimer();
      if (at === undefined || at > this.#clock.now()) continue;
      const now = this.#clock.now();
      if (!this.#try(() => operator.timer(now))) return 'refused';
      outcome = 'progress';
    }
    for (let n = this.#states.length; n > 0; n--) {
      const state = this.#states[this.#next]!;
      this.#next = (this.#next + 1) % this.#states.length;
      if (state.phase === 'reading') this.#poll(state);
      if (state.batch === undefined && (state.phase === 'reading' || state.phase === 'ended')) continue;
      if (!this.#try(() => this.#push(state))) return 'refused';
      outcome = 'progress';
    }
    return outcome;
  }

  /** Makes a call that a sink, or the end of the turn, may refuse. */
  #try(call: () => boolean): boolean {
    if (call()) return true;
    this.#refused = call;
    return false;
  }

  /** Sends on what a source had: a batch, or its end. */
  #push(state: SourceState): boolean {
    const { node } = state.source;
    if (state.batch !== undefined) {
      // Once all that this source's rows can reach is satisfied, nobody looks at the rest of them.
      if (!isSatisfied(state.source) && !node.offer(state.batch)) return false;
      state.batch = undefined;
      return true;
    }
    if (state.phase === 'watermark') {
      if (!node.advance(END_OF_TIME)) return false;
      state.phase = 'ending';
    }
    if (!node.forwardEnd()) return false;
    state.phase = 'ended';
    return true;
  }

  #poll(state: SourceState): void {
    const { source } = state;
    const result = source.follows === undefined ? this.#pollSource(state) : this.#pollFollower(source.reader, source.follows);
    if (result === 'end') state.phase = 'watermark';
    else if (result !== 'idle') {
      state.batch = result;
      source.splits.current = source.reader.split;
      source.splits.active = source.reader.activeSplits;
    }
  }

  #pollSource({ source, skip }: SourceState): PollResult {
    if (this.#drain.aborted || isSatisfied(source)) return 'end';
    return source.isHeldBack?.() ? 'idle' : skip.poll();
  }

  #pollFollower(reader: SourceReader, follows: readonly SourceReader[]): PollResult {
    const result = reader.poll();
    const isReading = ({ source, phase }: SourceState): boolean => phase === 'reading' && follows.includes(source.reader);
    return result === 'idle' && !this.#states.some(isReading) ? 'end' : result;
  }

  async #waitForSinks(): Promise<void> {
    for (const sink of this.#graph.sinks.filter(isBlocked)) {
      await this.#sleep.until(sink.writer.ready());
      if (this.#signal.aborted) return;
      sink.blocked = false;
    }
  }

  /** Nothing to read: hands out what sinks hold back, then sleeps until a source, a timer or the user has something. */
  async #waitForSources(): Promise<void> {
    for (const sink of this.#graph.sinks) await this.#sleep.until(sink.writer.flush());
    // What is asked for while sinks flush is not slept over.
    if (this.#barrier !== undefined) return;
    let isWaiting = false;
    for (const { source, phase, wakeUp } of this.#states) {
      if (phase !== 'reading') continue;
      wakeUp.after(source.reader);
      isWaiting = true;
    }
    const timer = this.#nextTimer();
    if (timer !== undefined) this.#alarm.set(timer);
    if (isWaiting || timer !== undefined) await this.#sleep.untilWoken();
  }

  #nextTimer(): number | undefined {
    let earliest: number | undefined;
    for (const { operator } of this.#graph.nodes) {
      const at = operator.nextTimer();
      if (at !== undefined && (earliest === undefined || at < earliest)) earliest = at;
    }
    return earliest;
  }

  async #yield(): Promise<void> {
    await yieldToHost();
    this.#turn.begin();
  }
}

const isBlocked = (sink: SinkOperator): boolean => sink.blocked;

/** Whether no more rows of the source are wanted. */
function isSatisfied({ limits }: SourceNode): boolean {
  return limits.length > 0 && limits.every((limit) => limit.done);
}

/** The worker gives the host a turn at least this often, in milliseconds. */
const TURN_MS = 4;
/** And after so many batches, on a clock that stands still. */
const TURN_BATCHES = 2000;

class TaskTurn implements Turn {
  readonly #clock: Clock;
  #start: number;
  #batches = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#start = clock.monotonic();
  }

  begin(): void {
    this.#start = this.#clock.monotonic();
    this.#batches = 0;
  }

  isOver(): boolean {
    return ++this.#batches > TURN_BATCHES || this.#clock.monotonic() - this.#start >= TURN_MS;
  }
}
