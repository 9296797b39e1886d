import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../src/common/clock.ts';
import { Alarm, Sleep, WakeUp } from '../../../src/runtime/sleep.ts';

function setUp() {
  const cancel = new AbortController();
  const drain = new AbortController();
  return { cancel, drain, sleep: new Sleep(cancel.signal, drain.signal) };
}

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const settled = await Promise.race([promise.then(() => true), new Promise((resolve) => setImmediate(() => resolve(false)))]);
  return settled === true;
}

describe('a task that sleeps', () => {
  it('is woken by a wait that is over, and asks a source to wait once at a time', async () => {
    const { sleep } = setUp();
    const wakeUp = new WakeUp(sleep);
    const waits: (() => void)[] = [];
    const source = { wait: () => new Promise<void>((resolve) => waits.push(resolve)) };
    wakeUp.after(source);
    const first = sleep.untilWoken();
    expect(await isSettled(first)).toBe(false);
    wakeUp.after(source);
    expect(waits).toHaveLength(1);
    waits[0]!();
    await first;
    wakeUp.after(source);
    expect(waits).toHaveLength(2);
  });

  it('fails at the next wait when one has failed', async () => {
    const { sleep } = setUp();
    const wakeUp = new WakeUp(sleep);
    wakeUp.after({ wait: () => Promise.reject(new Error('gone')) });
    await sleep.untilWoken();
    expect(() => wakeUp.after({ wait: () => Promise.resolve() })).toThrow('gone');
  });

  it.each(['cancel', 'drain', 'end'] as const)('does not sleep on after %s, and ends the waits', async (how) => {
    const { sleep, cancel, drain } = setUp();
    let signal: AbortSignal | undefined;
    new WakeUp(sleep).after({
      wait: (given: AbortSignal) => {
        signal = given;
        return new Promise<void>(() => undefined);
      },
    });
    const sleeping = sleep.untilWoken();
    if (how === 'cancel') cancel.abort();
    else if (how === 'drain') drain.abort();
    else sleep.end();
    await sleeping;
    await sleep.untilWoken();
    expect(signal!.aborted).toBe(true);
  });

  it('waits for a sink although sources have something, until it is cancelled', async () => {
    const { sleep, cancel, drain } = setUp();
    const full = sleep.until(new Promise(() => undefined));
    sleep.wake();
    drain.abort();
    expect(await isSettled(full)).toBe(false);
    cancel.abort();
    await full;
    await sleep.until(new Promise(() => undefined));
    await expect(setUp().sleep.until(Promise.reject(new Error('full disk')))).rejects.toThrow('full disk');
  });

  it('is woken at the time that was set last', async () => {
    const { sleep } = setUp();
    const clock = new VirtualClock(1000);
    const alarm = new Alarm(clock, sleep);
    alarm.set(1500);
    alarm.set(1200);
    const early = sleep.untilWoken();
    clock.advance(199);
    expect(await isSettled(early)).toBe(false);
    clock.advance(1);
    expect(await isSettled(early)).toBe(true);
    const late = sleep.untilWoken();
    clock.advance(1000);
    expect(await isSettled(late)).toBe(false);
    alarm.set(2300);
    clock.advance(100);
    await late;
  });
});
