import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where this package's own code lies: dist/, or the folder of this file when it runs unbundled. */
const OWN_FOLDER = /^.*\/dist\//.exec(import.meta.url)?.[0] ?? new URL('.', import.meta.url).href;

/** The topmost place of an error's stack that lies in a file of the user's: `job.ts:3:7`. */
export function userFrame(error: unknown): string | undefined {
  const stack = error instanceof Error ? error.stack : undefined;
  for (const [, url, position] of stack?.matchAll(/(file:\/\/[^\s)]+?)(:\d+:\d+)\)?$/gm) ?? []) {
    if (url!.includes('/node_modules/') || url!.startsWith(OWN_FOLDER)) continue;
    const path = fileURLToPath(url!.replace(/\?.*$/, ''));
    const shorter = relative(process.cwd(), path);
    return (shorter.startsWith('..') ? path : shorter) + position;
  }
  return undefined;
}
