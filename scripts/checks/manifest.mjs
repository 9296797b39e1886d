// package.json must offer what is built, and nothing else.
import { isDeepStrictEqual } from 'node:util';
import { manifestFields } from '../entry-points.mjs';

/**
 * @param {{ exports?: unknown, bin?: unknown }} manifest
 * @param {{ exports: object, bin: object }} [expected]
 * @returns {string[]}
 */
export function manifestViolations(manifest, expected = manifestFields()) {
  const actual = { exports: manifest.exports ?? {}, bin: manifest.bin ?? {} };
  return /** @type {const} */ (['exports', 'bin'])
    .filter((field) => !isDeepStrictEqual(actual[field], expected[field]))
    .map((field) => `package.json: "${field}" should be ${JSON.stringify(expected[field])} as scripts/entry-points.mjs has it`);
}
