import type { Temporal } from 'temporal-polyfill';
import { UnsupportedError } from '../../common/errors.ts';

/** The Temporal namespace: the engine's own, or that of a polyfill. */
export type TemporalNamespace = typeof Temporal;

/** The given Temporal, else the engine's own. Throws MS2008 where there is neither. */
export function temporalOf(given: TemporalNamespace | undefined): TemporalNamespace {
  const found = given ?? (globalThis as { Temporal?: TemporalNamespace }).Temporal;
  if (found !== undefined) return found;
  throw new UnsupportedError('MS2008', 'this JavaScript engine has no Temporal', {
    hint: "import { Temporal } from 'temporal-polyfill' and call toTemporal(Temporal)",
  });
}
