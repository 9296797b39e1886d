import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { constants, Script } from 'node:vm';
import { hashText } from '../../common/hash-text.ts';
import { lendImport } from '../../common/platform.ts';
import { CacheFile } from './cache-file.ts';

/** scripts/bundle.mjs puts a hash of the text in front of it; V8 itself would tell texts apart by their lengths only. */
const HASH = /^\/\* (\w+) \*\//;

type Wrapper = (module: { exports: object }, require: NodeJS.Require, moduleUrl: string) => void;

/** What a script exports, and a way to keep the code that V8 has compiled so far. */
export interface LoadedScript<Exports> {
  readonly exports: Exports;
  /** Writes the file that the next process starts from, unless it is there. */
  keepCode(): void;
}

/**
 * Runs a bundle in CommonJS form with the code that an earlier process has compiled: V8 takes a third of a short process's time to read a
 * megabyte of program text. Node has a cache of its own from 22 on only; NODE_DISABLE_COMPILE_CACHE turns off this one, too.
 */
export function loadScript<Exports extends object>(url: URL): LoadedScript<Exports> {
  lendImport((name) => import(name));
  const text = readFileSync(url, 'latin1');
  const hash = HASH.exec(text)?.[1];
  // Compiled code knows where its text lay, and stack traces tell it.
  const file =
    hash === undefined || process.env['NODE_DISABLE_COMPILE_CACHE']
      ? undefined
      : new CacheFile(`${hash}-${hashText(url.href).toString(16)}`);
  const cachedData = file?.read();
  const script = new Script(`(function (module, require, moduleUrl) {${text}\n})`, {
    filename: url.href,
    ...(cachedData === undefined ? {} : { cachedData }),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const module = { exports: {} };
  (script.runInThisContext() as Wrapper)(module, createRequire(fileURLToPath(url)), url.href);
  const isKept = cachedData !== undefined && script.cachedDataRejected !== true;
  return { exports: module.exports as Exports, keepCode: () => (isKept ? undefined : file?.write(script.createCachedData())) };
}
