/** What a message from worker to worker is. */
export const MESSAGE = {
  /** Rows (batch-layout.ts). */
  batch: 1,
  /** A piece of rows that are longer than a message may be; the last piece is a `batch`. */
  part: 2,
  /** i64 milliseconds: event time of the sender. */
  watermark: 3,
  /** u32 1: the sender expects no rows for now, and its time does not count; 0: it does again. */
  idle: 4,
  /** Nothing comes any more. */
  end: 5,
  /** Two f64: number of a checkpoint, to which belongs what came before, and whether the sender sends nothing more (1) or does (0). */
  marker: 6,
  /** In checkpoints only: the sender had ended, and this had been read. */
  ended: 7,
} as const;
