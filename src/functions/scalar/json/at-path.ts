import { DataError } from '../../../common/errors.ts';
import type { Code, Emitter } from '../../code.ts';
import { javaNumberText } from './json-number.ts';
import { followPath } from './path/follow-path.ts';
import { type JsonPath, parseJsonPath } from './path/json-path.ts';
import { type JsonNode, readJson } from './read-json.ts';

/**
 * What a JSON function finds at a path of a text: a value that is not null, 'empty', or 'error'. A strict path is an error where it leads
 * nowhere, to a null, or into what is no JSON; in a lax one there is nothing then. A null as the whole text is an error of both.
 */
export function atPath(text: string, path: JsonPath): JsonNode | 'empty' | 'error' {
  const root = readJson(text);
  if (root === undefined) return path.isLax ? 'empty' : 'error';
  if (root.kind === 'null') return 'error';
  const found = followPath(root, path);
  if (found === 'error') return 'error';
  if (found === undefined || found.kind === 'null') return path.isLax ? 'empty' : 'error';
  return found;
}

export const isScalar = ({ kind }: JsonNode): boolean => kind !== 'object' && kind !== 'array';

/** The text of a scalar that is not null. */
export function scalarText(node: JsonNode): string {
  if (node.kind === 'string') return node.text;
  return node.kind === 'number' ? javaNumberText(node.text) : String(node.kind === 'boolean' && node.value);
}

/** JavaScript of the path that an argument names: a constant one is parsed once. */
export function pathArgument(e: Emitter, path: Code): string {
  if (typeof path.constant === 'string') return e.helper('json_path', parseJsonPath(path.constant));
  return `${e.helper('parseJsonPath', parseJsonPath)}(${e.box(path)})`;
}

/** Throws MS2052: what ERROR ON EMPTY and ERROR ON ERROR ask for. */
export function refuseResult(name: string, what: 'empty' | 'error', path: string): never {
  const reason = what === 'empty' ? 'found nothing' : 'met an error';
  throw new DataError('MS2052', `${name} ${reason} at ${JSON.stringify(path.slice(0, 100))}`, {
    hint: `the call says ERROR ON ${what.toUpperCase()}; NULL ON ${what.toUpperCase()} gives NULL`,
  });
}
