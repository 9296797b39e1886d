import { UnsupportedError } from '../../../common/errors.ts';
import type { JsonNode } from './read-json.ts';

/** A path of names and places from the root: the part of JSON paths that names one value. */
export interface JsonPath {
  /** Without a word before the path it is strict, as in Flink. */
  readonly isLax: boolean;
  readonly steps: readonly (string | number)[];
}

const STEP = /\.([A-Za-z_][A-Za-z0-9_]*)|\[(0|[1-9][0-9]{0,8})\]|\['([^'\\\]]*)'\]|\["([^"\\\]]*)"\]/y;

const MAX_KEPT = 1000;
const kept = new Map<string, JsonPath>();

/** Throws MS1402 for a path that is none of names and places: filters, wildcards, functions. */
export function parseJsonPath(text: string): JsonPath {
  const known = kept.get(text);
  if (known !== undefined) return known;
  if (kept.size >= MAX_KEPT) kept.clear();
  const path = parseNew(text);
  kept.set(text, path);
  return path;
}

function parseNew(text: string): JsonPath {
  const mode = /^\s*(strict|lax)\s+(.+)$/is.exec(text);
  const path = (mode?.[2] ?? text).trim();
  const steps: (string | number)[] = [];
  let at = 1;
  while (path.startsWith('$') && at < path.length) {
    STEP.lastIndex = at;
    const match = STEP.exec(path);
    if (match === null) break;
    at = STEP.lastIndex;
    steps.push(match[2] === undefined ? (match[1] ?? match[3] ?? match[4])! : Number(match[2]));
  }
  if (!path.startsWith('$') || at < path.length) {
    throw new UnsupportedError('MS1402', `the JSON path ${JSON.stringify(text.slice(0, 200))} is not supported yet`);
  }
  return { isLax: mode?.[1]?.toLowerCase() === 'lax', steps };
}

/** The value at a path; undefined where there is none. */
export function followPath(root: JsonNode, { steps }: JsonPath): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const step of steps) {
    if (typeof step === 'string') node = node.kind === 'object' ? node.entries.get(step) : undefined;
    else node = node.kind === 'array' ? node.items[step] : undefined;
    if (node === undefined) return undefined;
  }
  return node;
}
