import { type LoadedScript, loadScript } from './code-cache/load-script.ts';
import type * as SqlBundle from './sql-bundle.ts';

/** dist/sql-bundle.cjs, beside the program that this code is bundled into. */
const BUNDLE = new URL('./sql-bundle.cjs', import.meta.url);
/** A process that has run for longer may have thrown away the code that it needed first. */
const KEPT_WITHIN_MS = 10_000;

let loaded: LoadedScript<typeof SqlBundle> | undefined;

/** The commands that need the engine, loaded when the first is called. */
export function sqlCommands(): typeof SqlBundle {
  loaded ??= loadScript<typeof SqlBundle>(BUNDLE);
  return loaded.exports;
}

/** Keeps the engine's compiled code for the processes to come. */
export function keepSqlCode(): void {
  if (performance.now() < KEPT_WITHIN_MS) loaded?.keepCode();
}
