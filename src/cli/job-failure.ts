const MARK = Symbol.for('millstream.job-failure');

/** A job failed while it ran: errors of this kind end the process with 1, whatever their class. */
export class JobFailure {
  readonly error: unknown;
  readonly [MARK] = true;

  constructor(error: unknown) {
    this.error = error;
  }
}

/** Asked by its mark and not by its class: SQL is run by a bundle of its own, which has a copy of the class. */
export function isJobFailure(error: unknown): error is JobFailure {
  return typeof error === 'object' && error !== null && MARK in error;
}
