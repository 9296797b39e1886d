import { access, constants } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ConnectorError, SqlError } from '../../../common/errors.ts';
import { importModule } from '../../../common/platform.ts';
import { hookModules } from './modules/hook-modules.ts';

/** The URL of a module that a statement names, relative to the folder or file URL `base`; the working folder without one. */
export function moduleUrl(path: string, base?: string): string {
  if (path.startsWith('file:')) return path;
  const folder = base?.startsWith('file:') === true ? dirname(fileURLToPath(base)) : (base ?? '.');
  return pathToFileURL(resolve(folder, path)).href;
}

/** Loads a JavaScript or TypeScript module. Throws MS5002 where there is no such file, MS1255 for what is wrong in it. */
export async function loadModule(url: string): Promise<Readonly<Record<string, unknown>>> {
  const path = fileURLToPath(url);
  await access(path, constants.R_OK).catch((cause) => {
    throw new ConnectorError('MS5002', `${path} cannot be read: there is no such file`, { cause });
  });
  hookModules();
  try {
    return (await importModule(url)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new SqlError('MS1255', `${path} cannot be loaded: ${message}`, {
      cause,
      detail: cause instanceof Error ? cause.stack : undefined,
    });
  }
}
