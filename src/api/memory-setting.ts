import { readOptions } from '../catalog/options.ts';
import { SqlError } from '../common/errors.ts';
import type { Plan, PlanNode } from '../plan/nodes/node.ts';
import { inputsOf } from '../plan/visit.ts';
import { type Settings, settingSpecs } from './settings.ts';

const TTL_SETTING = 'table.exec.state.ttl';
export const MEMORY_SETTING = 'taskmanager.memory.managed.size';

/** Bytes that state may take of memory; undefined where nothing is said. Throws MS1303 for none at all. */
export function memorySetting(settings: Settings): number | undefined {
  const text = settings.get(MEMORY_SETTING);
  if (text === undefined) return undefined;
  const specs = settingSpecs.filter(({ name }) => name === MEMORY_SETTING);
  const byteCount = readOptions(specs, new Map([[MEMORY_SETTING, text]]), { what: 'SET' }).number(MEMORY_SETTING);
  if (byteCount > 0) return byteCount;
  throw new SqlError('MS1303', `'${MEMORY_SETTING}' is '${text}'`, { hint: "it is a size above 0, such as '512 mb'" });
}

/** How long state is kept that is not written, in milliseconds; undefined for ever. */
export function stateTtlSetting(settings: Settings): number | undefined {
  const specs = settingSpecs.filter(({ name }) => name === TTL_SETTING);
  const options = readOptions(specs, new Map([[TTL_SETTING, settings.get(TTL_SETTING)!]]), { what: 'SET' });
  const ttlMs = options.number(TTL_SETTING);
  return ttlMs > 0 ? ttlMs : undefined;
}

/** Whether a plan has an operator whose rows cannot leave memory: ORDER BY sorts them there. */
export function sortsInMemory(plan: Plan): boolean {
  const walk = (node: PlanNode): boolean => (node.kind === 'sort' && node.keys.length > 0) || inputsOf(node).some(walk);
  return plan.sinks.some(walk);
}
