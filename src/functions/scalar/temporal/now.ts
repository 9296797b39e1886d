import type { Clock } from '../../../common/clock.ts';
import { type SqlType, types } from '../../../data/types/sql-type.ts';
import { MS_PER_DAY } from '../../../data/values/civil-date.ts';
import { zoneRules } from '../../../data/values/time-zone.ts';
import { code, type Emitter } from '../../code.ts';
import { type Definition, define } from '../../plain-function.ts';
import type { ScalarFunction } from '../../scalar-function.ts';
import { signature } from '../../signatures.ts';

/** What the clock shows, in the session's zone, as milliseconds from 1970-01-01 00:00:00. */
export function localNow(e: Emitter): string {
  const rules = zoneRules(e.timeZone);
  return `${e.helper('localNow', (clock: Clock) => clock.now() + rules.offsetAt(clock.now()))}(${e.helper('clock', e.clock)})`;
}

/** Milliseconds since 1970-01-01T00:00:00Z. */
export const instantNow = (e: Emitter): string => `Math.floor(${e.helper('clock', e.clock)}.now())`;

/** A function of the time at which a row is processed, which is the same for the rows of a batch. `of` is JavaScript of its value. */
export function nowFunction(
  definition: Pick<Definition, 'name' | 'aliases' | 'doc' | 'examples' | 'flink'>,
  type: SqlType,
  of: (e: Emitter) => string,
): ScalarFunction {
  return define({
    family: 'temporal',
    signatures: [signature([], type)],
    deterministic: false,
    emit: (e, _args, returns) => code(returns, e.once('now', of(e))),
    ...definition,
  });
}

export const NOW_TYPE = types.timestampLtz(3, false);
export const msOfDay = (ms: string): string => `(Math.floor(${ms} / 1000) * 1000) % ${MS_PER_DAY}`;
