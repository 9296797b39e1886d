import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownPackage } from '../own-package.ts';

/** The topmost place of an error's stack that lies in a file of the user's: `job.ts:3:7`. */
export function userFrame(error: unknown): string | undefined {
  const stack = error instanceof Error ? error.stack : undefined;
  const ownCode = [new URL('dist/', ownPackage().folder).href, new URL('.', import.meta.url).href];
  for (const [, url, position] of stack?.matchAll(/(file:\/\/[^\s)]+?)(:\d+:\d+)\)?$/gm) ?? []) {
    if (url!.includes('/node_modules/') || ownCode.some((folder) => url!.startsWith(folder))) continue;
    const path = fileURLToPath(url!.replace(/\?.*$/, ''));
    const shorter = relative(process.cwd(), path);
    return (shorter.startsWith('..') ? path : shorter) + position;
  }
  return undefined;
}
