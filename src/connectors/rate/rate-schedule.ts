/**
 * When the rows of a rate source are due. Second s (from 0) holds the rows valueAt(s) to valueAt(s + 1) - 1, evenly spread over
 * it. The speed grows for `rampUpSeconds`, by the same whole number of rows each second, and then stays: the semantics of
 * Spark's RateStreamProvider.
 */
export class RateSchedule {
  readonly #rowsPerSecond: number;
  readonly #rampUpSeconds: number;
  readonly #step: number;
  readonly #rampUpRows: number;

  constructor(rowsPerSecond: number, rampUpSeconds: number) {
    this.#rowsPerSecond = rowsPerSecond;
    this.#rampUpSeconds = rampUpSeconds;
    this.#step = Math.floor(rowsPerSecond / (rampUpSeconds + 1));
    this.#rampUpRows = this.#rampUpTo(rampUpSeconds);
  }

  /** Rows due in all seconds before this one. */
  valueAt(second: number): number {
    if (second <= this.#rampUpSeconds) return this.#rampUpTo(second);
    return this.#rampUpRows + (second - this.#rampUpSeconds) * this.#rowsPerSecond;
  }

  /** Rows due within the first `elapsedMs` milliseconds, both ends included. */
  dueWithin(elapsedMs: number): number {
    if (elapsedMs < 0) return 0;
    const second = Math.floor(elapsedMs / 1000);
    const first = this.valueAt(second);
    const rows = this.valueAt(second + 1) - first;
    if (rows === 0) return first;
    const within = Math.floor(elapsedMs) - second * 1000;
    return first + Math.min(rows, Math.floor(((within + 1) * rows - 1) / 1000) + 1);
  }

  /** When a row is due, in whole milliseconds after the start. */
  dueMs(value: number): number {
    const second = this.#secondOf(value);
    const first = this.valueAt(second);
    return second * 1000 + Math.floor(((value - first) * 1000) / (this.valueAt(second + 1) - first));
  }

  #rampUpTo(second: number): number {
    return (this.#step * second * (second + 1)) / 2;
  }

  #secondOf(value: number): number {
    if (value >= this.#rampUpRows) return this.#rampUpSeconds + Math.floor((value - this.#rampUpRows) / this.#rowsPerSecond);
    let second = Math.floor((Math.sqrt(1 + (8 * value) / this.#step) - 1) / 2);
    while (this.valueAt(second + 1) <= value) second++;
    while (second > 0 && this.valueAt(second) > value) second--;
    return second;
  }
}
