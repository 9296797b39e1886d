import { UnsupportedError } from '../../../../common/errors.ts';
import type { JsonNode } from '../read-json.ts';
import { parseSteps } from './parse-steps.ts';

/** What a value of a filter's comparison is: a constant, or a path from the filtered value (`@`) or from the root (`$`). */
export type FilterOperand =
  | { readonly kind: 'constant'; readonly node: JsonNode }
  | { readonly kind: 'regex'; readonly source: string }
  | { readonly kind: 'path'; readonly fromRoot: boolean; readonly steps: readonly JsonStep[] };

export type FilterOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | '=~' | 'in' | 'nin' | 'contains' | 'size' | 'empty';

/** The condition between `[?(` and `)]`. */
export type JsonFilter =
  | { readonly kind: 'and' | 'or'; readonly operands: readonly JsonFilter[] }
  | { readonly kind: 'not'; readonly operand: JsonFilter }
  | { readonly kind: 'exists'; readonly operand: FilterOperand }
  | { readonly kind: 'compare'; readonly operator: FilterOperator; readonly left: FilterOperand; readonly right: FilterOperand };

/** One step of a path, from a value to values in it. */
export type JsonStep =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'places'; readonly places: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'all' }
  /** `..`: the value and everything in it, to each of which the next step applies. */
  | { readonly kind: 'descend' }
  | { readonly kind: 'filter'; readonly filter: JsonFilter };

/** A path from the root, as Flink's library reads it (Jayway JsonPath). */
export interface JsonPath {
  /** As the query has it. */
  readonly text: string;
  /** Without a word before the path it is strict, as in Flink. */
  readonly isLax: boolean;
  readonly steps: readonly JsonStep[];
}

const MAX_KEPT = 1000;
const kept = new Map<string, JsonPath>();

/** Throws MS1402 for what is no path, and for functions in one. */
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
  const steps = parseSteps(/^[$@]/.test(path) ? path : `$.${path}`);
  if (typeof steps === 'string') {
    throw new UnsupportedError('MS1402', `the JSON path ${JSON.stringify(text.slice(0, 200))} cannot be followed: ${steps}`);
  }
  return { text, isLax: mode?.[1]?.toLowerCase() === 'lax', steps };
}

/** Whether a step leads to one value at most; several names do as the last step, which gives an object of them. */
export function isDefinite(steps: readonly JsonStep[], index: number): boolean {
  const step = steps[index]!;
  if (step.kind === 'names') return step.names.length === 1 || index === steps.length - 1;
  return step.kind === 'places' && step.places.length === 1;
}
