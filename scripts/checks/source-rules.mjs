// Rules for single source files: where Node may be used, where code may be made from text, and what silences the type checker.

import { builtinModules } from 'node:module';
import { codeOnly, importsOf, lineAt } from './scan-source.mjs';

/** Where `node:` may be imported and Node's globals used (invariant 9); everything else runs anywhere. */
const nodePlaces = [
  'src/backends/local/node/',
  'src/state/lmdb/',
  'src/connectors/',
  'src/server/',
  'src/cli/',
  'src/testing/node/',
  'src/testing/node.ts',
];

const NODE_GLOBALS =
  /(?<![.\w$#])(?:process\.(?:argv|cwd|env|exit|exitCode|hrtime|memoryUsage|nextTick|on|once|platform|stderr|stdin|stdout|version|versions)|Buffer\.\w+|__dirname|__filename|require\()/g;

/** Uses of Node outside the places that may. @param {string} path @param {string} text @returns {string[]} */
export function nodeViolations(path, text) {
  if (nodePlaces.some((place) => path.startsWith(place))) return [];
  const isNode = (/** @type {string} */ specifier) => specifier.startsWith('node:') || builtinModules.includes(specifier);
  const imports = importsOf(text).filter(({ specifier }) => isNode(specifier));
  return [
    ...imports.map(({ specifier, line }) => `${path}:${line}: imports ${specifier}: the core runs anywhere`),
    ...matches(path, text, NODE_GLOBALS, 'is a global of Node: the core runs anywhere'),
  ];
}

const compilePlace = 'src/codegen/compile.ts';
const MAKES_CODE = /\bnew\s+(?:Async|Generator)?Function\s*\(|(?<![.\w$#])(?:eval|Function)\s*\(|\bsetTimeout\s*\(\s*['"`]/g;

/** Code made from text outside codegen/compile.ts. @param {string} path @param {string} text @returns {string[]} */
export const codeMakingViolations = (path, text) =>
  path === compilePlace ? [] : matches(path, text, MAKES_CODE, `makes code from text: only ${compilePlace} may`);

const ANY = /(?:[:<,|&(=]\s*|\bas\s+|\bextends\s+)any\b(?!\s*[:(.])/g;
const SILENCERS = /@ts-(?:ignore|nocheck|expect-error)\b|biome-ignore(?:-all)?\s+lint\/suspicious\/noExplicitAny/g;

/** `any`, and comments that silence the type checker. Type tests say `@ts-expect-error`; they are not in src/. @param {string} path @param {string} text @returns {string[]} */
export const typeHoleViolations = (path, text) => [
  ...matches(path, text, ANY, 'is a hole in the types'),
  ...[...text.matchAll(SILENCERS)].map((match) => `${path}:${lineAt(text, match.index)}: ${match[0]} silences the type checker`),
];

/** @param {string} path @param {string} text @param {RegExp} pattern @param {string} why */
function matches(path, text, pattern, why) {
  const code = codeOnly(text);
  return [...code.matchAll(pattern)].map((match) => `${path}:${lineAt(text, match.index)}: ${match[0].trim()} ${why}`);
}
