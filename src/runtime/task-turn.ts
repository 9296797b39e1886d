import type { Clock } from '../common/clock.ts';
import type { Turn } from './operator-node.ts';

/** The worker gives the host a turn at least this often, in milliseconds. */
const TURN_MS = 4;
/** And after so many batches, on a clock that stands still. */
const TURN_BATCHES = 2000;

/** How long a worker may go on before the host has its turn. */
export class TaskTurn implements Turn {
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
