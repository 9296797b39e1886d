import { isStreamError } from './errors/is-stream-error.ts';

/** What the process ends with. */
export const ExitCode = {
  /** Done, drained by the first Ctrl-C, or the reader of the output has gone. */
  ok: 0,
  /** Failed while running; a missing file and a bad record included. */
  failed: 1,
  /** Refused before a record was read: SQL, options, flags, a state folder that does not fit or is in use. */
  refused: 2,
  /** The second Ctrl-C. */
  interrupted: 130,
} as const;

const REFUSALS: ReadonlySet<string> = new Set(['SqlError', 'UnsupportedError', 'StateError']);

/** The exit code of an error that came up before anything ran: errors of a job that runs are failures, whatever their class. */
export function exitCodeOf(error: unknown): number {
  return isStreamError(error) && REFUSALS.has(error.name) ? ExitCode.refused : ExitCode.failed;
}
