import { readOptions } from '../catalog/options.ts';
import { SqlError } from '../common/errors.ts';
import { type Settings, settingSpecs } from './settings.ts';

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
