import type { FunctionEntry, FunctionModule } from '../catalog/user-functions.ts';
import { SqlError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import { declarationOf, userFunctionKey } from '../functions/user/user-function.ts';
import type { Plan } from '../plan/nodes/node.ts';
import type { Session } from './session.ts';

/** Loads modules; their paths are the host's. */
export interface ModuleLoader {
  /** The URL of the module that a statement names. */
  moduleUrl(path: string, base?: string): string;
  loadModule(url: string): Promise<Readonly<Record<string, unknown>>>;
}

/** Makes a function of a module known to a session. Throws MS1254, MS1255, and what loading throws. */
export async function createFromModule(session: Session, entry: FunctionEntry & { readonly module: FunctionModule }): Promise<void> {
  const loader = await requireLoader(session);
  const { url, exportName } = entry.module;
  const exports = await loader.loadModule(url);
  if (!(exportName in exports)) throw noExport(url, exportName, exports);
  session.functions.user.set(entry, declarationOf(exports[exportName], `${exportName} of ${url}`));
}

/** Throws MS1255 where the host loads no modules. */
export async function requireLoader(session: Session): Promise<ModuleLoader> {
  const loader = await session.options.modules?.();
  if (loader !== undefined) return loader;
  throw new SqlError('MS1255', 'modules cannot be loaded here', { hint: 'give the function to createFunction() of the program' });
}

function noExport(url: string, name: string, exports: Readonly<Record<string, unknown>>): SqlError {
  const declared = Object.keys(exports).filter((key) => {
    const value = exports[key];
    return ((typeof value === 'object' && value !== null) || typeof value === 'function') && userFunctionKey in value;
  });
  const hint =
    declared.length === 0 ? 'it exports no declared function' : (didYouMean(name, declared) ?? `it exports ${declared.join(', ')}`);
  return new SqlError('MS1255', `${url} has no export ${name}`, { hint });
}

/** The name of a function in a plan that is a value of the program in this thread, wherever in a node it stands. */
export function closureOf(plan: Plan): string | undefined {
  const seen = new Set<object>();
  const walk = (value: unknown): string | undefined => {
    if (typeof value !== 'object' || value === null || seen.has(value) || ArrayBuffer.isView(value)) return undefined;
    seen.add(value);
    const { program, name } = value as { readonly program?: unknown; readonly name?: string };
    if (program === true) return name;
    for (const part of Object.values(value)) {
      const found = walk(part);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return walk(plan.sinks);
}
