import type { Clock } from '../common/clock.ts';
import { yieldToHost } from '../common/platform.ts';
import type { SettleReason } from '../operators/operator.ts';
import type { StateSnapshot } from '../state/state-snapshot.ts';
import { captureGraph } from './checkpoints/capture-graph.ts';
import type { Capture } from './checkpoints/captured.ts';
import { ChannelEntry, type Entry, SourceEntry } from './entry.ts';
import type { ExchangeOutput } from './exchange/exchange-output.ts';
import type { SinkOperator } from './sink-operator.ts';
import { Alarm, Sleep, WakeUp } from './sleep.ts';
import type { SourceReader } from './source.ts';
import type { SourceNode, SourceStart, TaskGraph } from './task-graph.ts';
import { TaskTurn } from './task-turn.ts';

interface Barrier {
  readonly checkpoint: number;
  /** Whether the run ends there: sources are not read any more, and what lies between workers is processed first. */
  readonly halts: boolean;
  readonly reached: (capture: Capture | undefined) => void;
  readonly failed: (cause: unknown) => void;
}

/** A call that was refused, to be repeated before anything that could meet the operators it has stopped in. */
interface Refused {
  readonly call: () => boolean;
  /** The exchange whose ring was full; none where a sink was full, or the turn over. */
  exchange: ExchangeOutput | undefined;
}

type Outcome = 'progress' | 'nothing' | 'refused';

/**
 * Runs a graph in the thread it is called in: polls the sources and the channels from other workers in turn, pushes each batch through
 * the operators, and waits where nothing is to be had or a sink is full. The host's timers and I/O get a turn every few milliseconds.
 *
 * While a ring to another worker is full, only what lies behind further exchanges than that ring's goes on. So two workers that send to
 * each other never wait for each other: of all workers, one whose full ring is furthest downstream is read from.
 */
export class Task {
  readonly #graph: TaskGraph;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #sources: readonly SourceEntry[];
  readonly #entries: readonly Entry[];
  readonly #wakeUps: ReadonlyMap<Entry | ExchangeOutput, WakeUp>;
  readonly #turn: TaskTurn;
  readonly #sleep: Sleep;
  readonly #alarm: Alarm;
  /** Each stopped behind further exchanges than the one before. */
  readonly #refused: Refused[] = [];
  /** The entry whose turn it is, so that one that is always refused does not hold up the others. */
  #next = 0;
  /** A checkpoint waits for the moment when nothing is on its way. */
  #barrier: Barrier | undefined;
  #isHalted = false;
  /** Exchanges through which nothing goes any more, because the run is about to halt. */
  readonly #halted = new Set<ExchangeOutput>();
  /** Sources stand still from the beginning. */
  readonly #settles: boolean;
  /** What the last barrier captured of tables, as long as it is being copied. */
  #snapshot: StateSnapshot | undefined;
  /** run() has resolved or rejected. */
  #over = false;
  /** Milliseconds spent processing, not waiting. */
  busyMs = 0;

  /**
   * `signal` ends the run at once; `drain` ends the sources, and what was read is still processed. `start` says where sources go on. With
   * `settles` they stand still: what was on its way before a restart is processed, and batches that were handed out in part come to their end.
   */
  constructor(
    graph: TaskGraph,
    clock: Clock,
    signal: AbortSignal,
    drain: AbortSignal,
    start: ReadonlyMap<SourceNode, SourceStart> = new Map(),
    settles = false,
  ) {
    this.#settles = settles;
    this.#graph = graph;
    this.#clock = clock;
    this.#signal = signal;
    this.#sleep = new Sleep(signal, drain);
    const isReading = (reader: SourceReader): boolean => this.#sources.some((entry) => entry.source.reader === reader && entry.isReading);
    this.#sources = graph.sources.map((source) => new SourceEntry(source, start.get(source), drain, isReading, settles));
    this.#entries = [...this.#sources, ...graph.channels.map((channel) => new ChannelEntry(channel))];
    this.#wakeUps = new Map([...this.#entries, ...graph.exchanges].map((waiting) => [waiting, new WakeUp(this.#sleep)]));
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
      // Nothing changes state any more.
      this.#snapshot?.finish().catch(() => undefined);
      this.#sleep.end();
      for (const entry of this.#sources) entry.free();
      for (const { reader } of this.#graph.channels) reader.abandon();
    }
  }

  async #run(): Promise<void> {
    while (!this.#signal.aborted) {
      const start = this.#clock.monotonic();
      const outcome = this.#work();
      const settled = outcome === 'nothing' || this.#turn.isOver() ? this.#settle('turn') : 'nothing';
      this.busyMs += this.#clock.monotonic() - start;
      this.#captureIfReady();
      if (this.#ended) return;
      if (this.#isHalted) return;
      const awaited = outcome === 'refused' ? this.#awaited() : undefined;
      if (this.#graph.sinks.some(isBlocked)) await this.#meanwhile(this.#waitForSinks());
      else if (awaited !== undefined) await this.#meanwhile(this.#sleep.until(awaited.then(() => undefined)));
      else if (outcome === 'nothing' && settled === 'nothing') await this.#meanwhile(this.#waitForEntries());
      if (this.#turn.isOver()) await this.#yield();
    }
  }

  /**
   * Lets a checkpoint's barrier through as soon as nothing is on its way here. Resolves with what was captured; with nothing when the run
   * was cancelled, or had ended before. With `halts`, which all workers are told, the run ends there, and nothing is on its way between
   * workers either: sources stand still from now on, and the barrier waits for all that others had sent.
   */
  barrier(checkpoint: number, halts = false): Promise<Capture | undefined> {
    if (this.#over) return Promise.resolve(undefined);
    return new Promise((reached, failed) => {
      this.#barrier = { checkpoint, halts, reached, failed };
      this.#sleep.wake();
    });
  }

  /** All that the sources and the other workers had has been processed. */
  get hasEnded(): boolean {
    return this.#over && this.#ended;
  }

  /** As `barrier`, at once: all sources have ended, or the run has not begun. */
  capture(checkpoint: number): Capture {
    return captureGraph(this.#graph, checkpoint, (source) => {
      const { hasEnded, rowsAhead } = this.#sources.find((entry) => entry.source === source)!;
      return { ended: hasEnded, rowsAhead };
    });
  }

  /** A bad record that is not written yet is on its way, too. */
  get #isStill(): boolean {
    return (
      this.#refused.length === 0 && this.#entries.every(({ isEmpty }) => isEmpty) && !this.#sources.some(({ isHeldBack }) => isHeldBack)
    );
  }

  #captureIfReady(): void {
    const barrier = this.#barrier;
    if (barrier === undefined || !this.#isAwaited) return;
    this.#settle('checkpoint');
    // What was held back may have been refused further on.
    if (!this.#isStill) return;
    this.#barrier = undefined;
    try {
      const capture = this.capture(barrier.checkpoint);
      this.#snapshot = capture.state;
      barrier.reached(capture);
      this.#isHalted = barrier.halts;
    } catch (cause) {
      barrier.failed(cause);
      return;
    }
    if (!barrier.halts) this.#mark(barrier);
  }

  /** Has operators hand on what they hold back, those upstream first; unless others wait in the middle of a call, whom that could meet. */
  #settle(reason: SettleReason): Outcome {
    let outcome: Outcome = 'nothing';
    if (this.#refused.length > 0) return outcome;
    for (const { operator } of this.#graph.nodes) {
      if (!operator.holdsBack) continue;
      if (!this.#try(() => operator.settle(reason))) return 'refused';
      if (!operator.holdsBack) outcome = 'progress';
    }
    return outcome;
  }

  /** Tells the other workers; those furthest downstream first, because what lies behind a ring that is full goes on meanwhile. */
  #mark({ checkpoint }: Barrier): void {
    const left = this.#graph.exchanges.toSorted((a, b) => a.level - b.level);
    this.#try(() => {
      for (let last = left.at(-1); last !== undefined; last = left.at(-1)) {
        if (!last.mark(checkpoint, false)) return false;
        left.pop();
      }
      return true;
    });
  }

  /**
   * Where the run is to halt: tells the workers behind each exchange that this one sends nothing more, as soon as all that could reach it
   * here has passed. Those that have been told by everybody before an exchange do the same, one level after the other.
   */
  #haltExchanges({ checkpoint }: Barrier): Outcome {
    let outcome: Outcome = 'nothing';
    for (const exchange of this.#graph.exchanges) {
      if (this.#halted.has(exchange) || !this.#isDrained(checkpoint, exchange.level)) continue;
      if (this.#settle('checkpoint') === 'refused') return 'progress';
      this.#halted.add(exchange);
      outcome = 'progress';
      if (!this.#try(() => exchange.mark(checkpoint, true))) return outcome;
    }
    return outcome;
  }

  /** Whether nothing comes any more from what has passed at most so many exchanges. */
  #isDrained(checkpoint: number, level: number): boolean {
    return this.#isStill && this.#entries.every((entry) => entry.level > level || entry.hasEnded || entry.isDrained(checkpoint));
  }

  get #ended(): boolean {
    return this.#refused.length === 0 && this.#entries.every(({ hasEnded }) => hasEnded);
  }

  /** Runs until the turn is over, a call was refused, or there is nothing to do. */
  #work(): Outcome {
    for (;;) {
      const round = this.#round();
      const outcome = this.#copyOn() && round === 'nothing' ? 'progress' : round;
      if (outcome !== 'progress' || this.#ended || this.#turn.isOver() || this.#isAwaited) return outcome;
    }
  }

  /** Copies a slice of the snapshot under way. Returns whether it can go on at once. */
  #copyOn(): boolean {
    if (this.#snapshot === undefined) return false;
    const end = this.#clock.monotonic() + SLICE_MS;
    const outcome = this.#snapshot.step(() => this.#clock.monotonic() >= end);
    if (outcome === 'done') this.#snapshot = undefined;
    return outcome === 'more';
  }

  /** While the task waits, a snapshot goes on. */
  async #meanwhile(wait: Promise<void>): Promise<void> {
    let isOver = false;
    const over = wait.finally(() => {
      isOver = true;
    });
    // It is awaited at the end, but may fail before.
    over.catch(() => undefined);
    while (!isOver && this.#snapshot !== undefined) {
      if (this.#copyOn()) await yieldToHost();
      else if (this.#snapshot !== undefined) await Promise.race([over, this.#snapshot.whenReady()]);
    }
    await over;
  }

  /** What was refused, then what is due, then one step of every entry. */
  #round(): Outcome {
    let outcome: Outcome = 'nothing';
    while (this.#refused.length > 0 && this.#retry()) outcome = 'progress';
    if (this.#isStopped) return 'refused';
    if (this.#refused.length === 0) {
      const made = this.#barrier?.halts ? this.#haltExchanges(this.#barrier) : this.#timers();
      if (made !== 'nothing') outcome = made;
    }
    // Where a batch takes longer than a turn, the one behind it would be refused each time, and a barrier would wait for ever.
    for (let n = this.#entries.length; n > 0 && !this.#isStopped && !this.#isAwaited; n--) {
      const entry = this.#entries[this.#next]!;
      this.#next = (this.#next + 1) % this.#entries.length;
      if (entry.level <= this.#floor || this.#isPaused(entry) || !entry.poll()) continue;
      if (this.#try(() => entry.push())) outcome = 'progress';
    }
    return this.#isStopped ? 'refused' : outcome;
  }

  /** A barrier waits, and nothing that it waits for is on its way. */
  get #isAwaited(): boolean {
    const barrier = this.#barrier;
    if (barrier === undefined || !this.#isStill) return false;
    return !barrier.halts || (this.#halted.size === this.#graph.exchanges.length && this.#isDrained(barrier.checkpoint, HIGHEST));
  }

  /** Nothing is read from a source once the run is to halt, or where it only settles. */
  #isPaused(entry: Entry): boolean {
    return (this.#settles || this.#barrier?.halts === true) && entry.pauses && entry.isEmpty;
  }

  /** A sink is full, or the turn over: nothing goes on. */
  get #isStopped(): boolean {
    return this.#refused.length > 0 && this.#refused.at(-1)!.exchange === undefined;
  }

  /** Operators behind at most so many exchanges may have stopped in the middle of a call. */
  get #floor(): number {
    return this.#refused.at(-1)?.exchange?.level ?? -1;
  }

  #timers(): Outcome {
    let outcome: Outcome = 'nothing';
    for (const { operator } of this.#graph.nodes) {
      const at = operator.nextTimer();
      if (at === undefined || at > this.#clock.now()) continue;
      const now = this.#clock.now();
      outcome = 'progress';
      if (!this.#try(() => operator.timer(now))) return outcome;
    }
    return outcome;
  }

  /** Makes a call that a sink, a ring, or the end of the turn, may refuse. */
  #try(call: () => boolean): boolean {
    const { refusals } = this.#graph;
    refusals.exchange = undefined;
    if (call()) return true;
    this.#refused.push({ call, exchange: refusals.exchange });
    return false;
  }

  /** Repeats the last call that was refused. */
  #retry(): boolean {
    const last = this.#refused.at(-1)!;
    const { refusals } = this.#graph;
    refusals.exchange = undefined;
    if (!last.call()) {
      last.exchange = refusals.exchange;
      return false;
    }
    this.#refused.pop();
    return true;
  }

  /** What an operator waits for that has refused a batch. */
  #awaited(): Promise<unknown> | undefined {
    for (const { operator } of this.#graph.nodes) {
      const { awaits } = operator;
      if (awaits !== undefined) return awaits;
    }
    return undefined;
  }

  async #waitForSinks(): Promise<void> {
    for (const sink of this.#graph.sinks.filter(isBlocked)) {
      await this.#sleep.until(sink.writer.ready());
      if (this.#signal.aborted) return;
      sink.blocked = false;
    }
  }

  /** Nothing to read: hands out what sinks hold back, then sleeps until an entry, a ring, a timer or the user has something. */
  async #waitForEntries(): Promise<void> {
    const refused = this.#refused.at(-1)?.exchange;
    const barrier = this.#barrier;
    if (refused === undefined) for (const sink of this.#graph.sinks) await this.#sleep.until(sink.writer.flush());
    // What is asked for while sinks flush is not slept over.
    if (this.#barrier !== barrier || this.#isAwaited) return;
    let isWaiting = refused !== undefined;
    if (refused !== undefined) this.#wakeUps.get(refused)!.after(refused);
    for (const entry of this.#entries) {
      if (entry.hasEnded || entry.level <= this.#floor || this.#isPaused(entry)) continue;
      this.#wakeUps.get(entry)!.after(entry);
      isWaiting = true;
    }
    const timer = refused === undefined && !this.#barrier?.halts ? this.#nextTimer() : undefined;
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

/** More exchanges than any rows pass. */
const HIGHEST = Number.POSITIVE_INFINITY;

const isBlocked = (sink: SinkOperator): boolean => sink.blocked;

/**
 * How long copying for a snapshot may hold up the next batch, milliseconds: a page takes a twentieth of that, and the longer the slices, the
 * fewer rows have to be saved.
 */
const SLICE_MS = 0.5;
