import type { Batch } from '../data/batch.ts';
import type { Operator, OperatorMetrics, Outlet } from '../operators/operator.ts';
import { type CapturedOperator, type OperatorCapture, OperatorRestore } from './checkpoints/captured.ts';

/** The watermark before any: less than every time. */
export const NO_WATERMARK = -(2n ** 63n);
/** The watermark after all: the input has ended. */
export const END_OF_TIME = 2n ** 63n - 1n;

/** What can be counted of a node, for metrics and EXPLAIN. */
export interface NodeMetrics extends OperatorMetrics {
  rowsIn: number;
  rowsOut: number;
  /** Records that a source could not read, and did not fail for. */
  badRecords: number;
}

/** Says when the worker has run long enough and the host must have its turn. */
export interface Turn {
  isOver(): boolean;
}

const ENDLESS: Turn = { isOver: () => false };

interface Edge {
  readonly target: OperatorNode;
  readonly port: number;
}

/**
 * An operator in the graph of one worker, with the edges behind it. It delivers batches to several consumers in turn and keeps its
 * place when one refuses, aligns watermarks over the operator's ports, and forwards what the operator has seen.
 */
export class OperatorNode implements Outlet {
  readonly name: string;
  /** Its name in checkpoints. */
  readonly id: string;
  readonly operator: Operator;
  readonly metrics: NodeMetrics = { lateRows: 0, rowsIn: 0, rowsOut: 0, badRecords: 0 };
  /** When it is over, batches are refused, as by a sink that is full, and come again after the host's turn. */
  turn: Turn = ENDLESS;
  readonly #edges: Edge[] = [];
  readonly #inputs: bigint[] = [];
  /** Inputs that expect no rows for now: time does not wait for them. */
  readonly #idle: boolean[] = [];
  #isIdle = false;
  #openPorts = 0;
  #delivered = 0;
  #advanced = 0;
  #ended = 0;
  #idled = 0;
  /** The watermark the operator has seen. */
  time = NO_WATERMARK;
  #operatorDone = false;
  /** Before a restart its inputs had ended: the operator is not told of that once more. */
  #wasOver = false;

  constructor(name: string, operator: Operator, id = name) {
    this.name = name;
    this.id = id;
    this.operator = operator;
  }

  /** Adds a consumer; ports are numbered in the order of these calls. */
  connect(target: OperatorNode): void {
    this.#edges.push({ target, port: target.#inputs.length });
    target.#inputs.push(NO_WATERMARK);
    target.#idle.push(false);
    target.#openPorts++;
  }

  /** Ports, open or not. */
  get inputCount(): number {
    return this.#inputs.length;
  }

  /** What outlives the process, by `writer`; nothing may be on its way. */
  capture(writer: OperatorCapture): CapturedOperator {
    this.operator.snapshot(writer);
    const { values, groups } = writer;
    const wasOver = this.#wasOver && { wasOver: true as const };
    return { id: this.id, watermarks: [...this.#inputs], openInputs: this.#openPorts, ...wasOver, values, groups };
  }

  /** Goes on from where `capture` was made: before the first row. */
  restore(captured: CapturedOperator): void {
    this.operator.restore(new OperatorRestore(captured));
    for (const [port, time] of captured.watermarks.entries()) this.#inputs[port] = time;
    this.#openPorts = captured.openInputs;
    this.#wasOver = captured.wasOver === true;
    this.time = leastOf(this.#inputs, this.#idle);
  }

  /**
   * Goes on among another number of workers, whose inputs end once more: the operator has done at their end what it does, as `captured`, the
   * merged state of all workers before, says of all of them.
   */
  restoreEnded(captured: CapturedOperator): void {
    this.restore({ ...captured, openInputs: this.inputCount, wasOver: true });
  }

  receive(port: number, batch: Batch): boolean {
    if (this.turn.isOver() || !this.operator.process(port, batch)) return false;
    this.metrics.rowsIn += batch.size;
    return true;
  }

  offer(batch: Batch): boolean {
    for (; this.#delivered < this.#edges.length; this.#delivered++) {
      const { target, port } = this.#edges[this.#delivered]!;
      if (!target.receive(port, batch)) return false;
    }
    this.#delivered = 0;
    this.metrics.rowsOut += batch.size;
    return true;
  }

  advance(time: bigint): boolean {
    for (; this.#advanced < this.#edges.length; this.#advanced++) {
      const { target, port } = this.#edges[this.#advanced]!;
      if (!target.receiveWatermark(port, time)) return false;
    }
    this.#advanced = 0;
    return true;
  }

  idle(isIdle: boolean): boolean {
    for (; this.#idled < this.#edges.length; this.#idled++) {
      const { target, port } = this.#edges[this.#idled]!;
      if (!target.receiveIdle(port, isIdle)) return false;
    }
    this.#idled = 0;
    return true;
  }

  /** The watermark of one port; the operator sees the least over its ports that are not idle. */
  receiveWatermark(port: number, time: bigint): boolean {
    if (time > this.#inputs[port]!) this.#inputs[port] = time;
    return this.#align();
  }

  /** A port expects no rows for now, or does again. When that is so of all ports, the consumers are told. */
  receiveIdle(port: number, isIdle: boolean): boolean {
    this.#idle[port] = isIdle;
    if (!this.#align()) return false;
    const allIdle = this.#idle.every((idle, i) => idle || this.#inputs[i] === END_OF_TIME);
    if (allIdle === this.#isIdle) return true;
    if (!this.#operatorDone && !this.#wasOver) {
      if (!this.operator.idle(allIdle)) return false;
      this.#operatorDone = true;
    }
    if (!this.idle(allIdle)) return false;
    this.#operatorDone = false;
    this.#isIdle = allIdle;
    return true;
  }

  #align(): boolean {
    const aligned = leastOf(this.#inputs, this.#idle);
    if (aligned <= this.time) return true;
    if (!this.#operatorDone && !this.#wasOver) {
      if (!this.operator.watermark(aligned)) return false;
      this.#operatorDone = true;
    }
    if (!this.advance(this.#delayed(aligned))) return false;
    this.#operatorDone = false;
    this.time = aligned;
    return true;
  }

  #delayed(time: bigint): bigint {
    const { delayMs = 0n } = this.operator;
    if (time === END_OF_TIME) return time;
    return time - delayMs < NO_WATERMARK ? NO_WATERMARK : time - delayMs;
  }

  /** One port has ended. After the last, the end goes on to the consumers. */
  end(port: number): boolean {
    if (!this.#operatorDone && !this.#wasOver) {
      if (!this.operator.endOfInput(port)) return false;
      this.#operatorDone = true;
    }
    if (this.#openPorts === 1 && !this.forwardEnd()) return false;
    this.#operatorDone = false;
    this.#openPorts--;
    return true;
  }

  forwardEnd(): boolean {
    for (; this.#ended < this.#edges.length; this.#ended++) {
      const { target, port } = this.#edges[this.#ended]!;
      if (!target.end(port)) return false;
    }
    this.#ended = 0;
    return true;
  }
}

/**
 * The time that all inputs have reached; those that are idle, or at their end, are not waited for. None where only such are left, and
 * the end of time where all are at their end.
 */
function leastOf(times: readonly bigint[], idle: readonly boolean[]): bigint {
  let least: bigint | undefined;
  let ended = 0;
  for (const [i, time] of times.entries()) {
    if (time === END_OF_TIME) ended++;
    else if (!idle[i] && (least === undefined || time < least)) least = time;
  }
  if (ended > 0 && ended === times.length) return END_OF_TIME;
  return least ?? NO_WATERMARK;
}
