import type { ReadStream } from 'node:tty';

const CTRL_C = '\x03';

/**
 * While a query runs, the terminal shows nothing of what is typed, and Ctrl-C (or q) asks for its end. Returns the function that gives
 * the terminal back.
 */
export function watchKeys(input: ReadStream, interrupt: () => void): () => void {
  const listener = (keys: Buffer): void => {
    for (const key of keys.toString()) if (key === CTRL_C || key === 'q') interrupt();
  };
  input.setRawMode(true);
  input.on('data', listener);
  input.resume();
  return () => {
    input.off('data', listener);
    input.pause();
    input.setRawMode(false);
  };
}
