import type { Colours } from './terminal/colours.ts';
import { createColours } from './terminal/colours.ts';

/** A terminal, a file or a pipe that is written to. */
export type OutputStream = NodeJS.WriteStream;

export interface StreamOptions {
  /** False under --no-color. */
  readonly color: boolean;
}

/** Whether a stream is a terminal that can be drawn on. */
export function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true && process.env['TERM'] !== 'dumb';
}

/** Colours only on a terminal, unless the user does not want them. */
export function coloursOf(stream: OutputStream, { color }: StreamOptions): Colours {
  const unwanted = !color || (process.env['NO_COLOR'] ?? '') !== '';
  return createColours(!unwanted && isTerminal(stream));
}
