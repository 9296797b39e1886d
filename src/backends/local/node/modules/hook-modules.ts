import * as nodeModule from 'node:module';
import { pathToFileURL } from 'node:url';
import { builtFile } from '../built-file.ts';
import { type HookData, resolveHere } from './module-hooks.ts';

let hooked = false;

/**
 * Lets this thread import TypeScript without a build step, and `millstream` from anywhere: the program's own, or else this package. Newer Nodes
 * take hooks in this thread (and warn of the older way), older ones only in a thread of their own.
 */
export function hookModules(): void {
  if (hooked) return;
  hooked = true;
  const { registerHooks }: { readonly registerHooks?: typeof nodeModule.registerHooks } = nodeModule;
  if (registerHooks !== undefined && nodeStripsTypes()) registerHooks({ resolve: resolveHere });
  else nodeModule.register<HookData>(pathToFileURL(builtFile('module-hooks.js')), { data: { stripTypes: !nodeStripsTypes() } });
}

function nodeStripsTypes(): boolean {
  const features: { readonly typescript?: string | false } = process.features;
  return typeof features.typescript === 'string';
}
