import type { Clock } from '../../common/clock.ts';
import { DataError } from '../../common/errors.ts';
import { callText, type UserCall, userFailure } from '../../functions/user/user-errors.ts';
import type { UserCode } from '../../functions/user/user-function.ts';

/** How an asynchronous function is called: Flink's options table.exec.async-scalar.*. Times in milliseconds. */
export interface AsyncCalls {
  /** Calls that are awaited at once at most, by each worker. */
  readonly capacity: number;
  /** How long a call may take with all its attempts. */
  readonly timeoutMs: number;
  /** How often a call is made before its failure is one of the job. */
  readonly attempts: number;
  readonly retryDelayMs: number;
}

/**
 * The value that a call of the program's code comes to. Rejects with MS1252 where the last attempt fails, and with MS1258 where it takes too
 * long. `over` ends the waits of a call that nobody waits for any more.
 */
export async function awaitCall(
  place: UserCall,
  code: UserCode,
  args: readonly unknown[],
  calls: AsyncCalls,
  clock: Clock,
  over: AbortController,
): Promise<unknown> {
  const { timeoutMs, attempts, retryDelayMs } = calls;
  const made = async (): Promise<unknown> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await code(...(args as never[]));
      } catch (error) {
        if (attempt >= attempts || over.signal.aborted) throw userFailure(place, error, args);
      }
      await clock.sleep(retryDelayMs, over.signal);
    }
  };
  const late = clock.sleep(timeoutMs, over.signal).then(() => {
    if (!over.signal.aborted) throw timedOut(place, args, timeoutMs);
  });
  try {
    return await Promise.race([made(), late]);
  } finally {
    over.abort();
  }
}

function timedOut({ name, operator }: UserCall, args: readonly unknown[], timeoutMs: number): DataError {
  return new DataError('MS1258', `${callText(name, args)} in ${operator} has not come to a value within ${timeoutMs} ms`, {
    operator,
    hint: `give it longer: asyncScalar({ timeout: ... }), or SET 'table.exec.async-scalar.timeout'`,
  });
}
