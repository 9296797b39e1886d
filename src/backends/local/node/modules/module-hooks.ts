import { readFile } from 'node:fs/promises';
import type { LoadHook, ResolveHook, ResolveHookSync } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What the thread that runs the program says: whether this Node leaves types to us. */
export interface HookData {
  readonly stripTypes: boolean;
}

interface Stripper {
  transformSync(source: string, options: { readonly mode: 'strip-only'; readonly filename: string }): { readonly code: string };
}

let stripTypes = false;
let stripper: Promise<Stripper> | undefined;

export function initialize(data: HookData): void {
  ({ stripTypes } = data);
}

const isOurs = (specifier: string): boolean => specifier === 'millstream' || specifier.startsWith('millstream/');
const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';

/** `millstream` is the package that the program has installed, or else the one that runs it. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  if (!isOurs(specifier)) return next(specifier, context);
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return next(specifier, { ...context, parentURL: import.meta.url });
  }
};

/** The same as resolve, for hooks that run in the program's own thread. */
export const resolveHere: ResolveHookSync = (specifier, context, next) => {
  if (!isOurs(specifier)) return next(specifier, context);
  try {
    return next(specifier, context);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return next(specifier, { ...context, parentURL: import.meta.url });
  }
};

/** Takes the types out of TypeScript where Node does not: each is replaced by blanks, so that lines and columns stay. */
export const load: LoadHook = async (url, context, next) => {
  if (!stripTypes || !/^file:.*\.m?ts$/.test(url)) return next(url, context);
  const path = fileURLToPath(url);
  const source = await readFile(path, 'utf8');
  stripper ??= import('@swc/wasm-typescript').then((loaded) => (loaded.default ?? loaded) as Stripper);
  const { transformSync } = await stripper;
  return { format: 'module', source: strip(transformSync, source, path), shortCircuit: true };
};

function strip(transformSync: Stripper['transformSync'], source: string, filename: string): string {
  try {
    return transformSync(source, { mode: 'strip-only', filename }).code;
  } catch (error) {
    throw syntaxError(error as StripError, source, filename);
  }
}

interface StripError {
  readonly message?: string;
  readonly startLine?: number;
  readonly startColumn?: number;
}

/** The stripper's error in the form that Node gives to its own: the place and the line begin the stack. */
function syntaxError({ message, startLine, startColumn = 0 }: StripError, source: string, filename: string): SyntaxError {
  const error = new SyntaxError(message?.trim() ?? 'the types cannot be taken out');
  const line = startLine === undefined ? undefined : source.split('\n')[startLine - 1];
  error.stack = `${filename}:${startLine ?? 1}\n${line ?? ''}\n${' '.repeat(startColumn)}^\n\n${error.stack}`;
  return error;
}
