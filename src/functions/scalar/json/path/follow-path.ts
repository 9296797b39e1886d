import type { JsonNode } from '../read-json.ts';
import { isDefinite, type JsonPath, type JsonStep } from './json-path.ts';
import { passes } from './test-filter.ts';

/** Thrown inside only: a strict path that leads nowhere, or a filter of what is neither an object nor an array. */
class DeadEnd extends Error {
  readonly isInvalid: boolean;

  constructor(isInvalid: boolean) {
    super('the path leads nowhere');
    this.isInvalid = isInvalid;
  }
}

/**
 * What a path leads to. One that can name several values gives an array of them, also of none. Undefined where a path that names one value
 * leads nowhere; 'error' for what is an error of a lax path, too, and where a strict path of several values breaks off.
 */
export function followPath(root: JsonNode, { steps, isLax }: JsonPath): JsonNode | undefined | 'error' {
  return followSteps(root, root, steps, isLax);
}

/** As followPath, from a value below the root. */
export function followSteps(from: JsonNode, root: JsonNode, steps: readonly JsonStep[], isLax: boolean): JsonNode | undefined | 'error' {
  const isOne = steps.every((_, i) => isDefinite(steps, i));
  const walk = new Walk(root, steps, isLax);
  try {
    walk.go(from, 0, true);
  } catch (error) {
    if (!(error instanceof DeadEnd)) throw error;
    if (error.isInvalid || !isOne) return 'error';
  }
  return isOne ? walk.found.at(-1) : { kind: 'array', items: walk.found };
}

class Walk {
  readonly found: JsonNode[] = [];
  readonly #root: JsonNode;
  readonly #steps: readonly JsonStep[];
  readonly #isLax: boolean;

  constructor(root: JsonNode, steps: readonly JsonStep[], isLax: boolean) {
    this.#root = root;
    this.#steps = steps;
    this.#isLax = isLax;
  }

  /** `isSure`: every step so far led to one value at most. */
  go(node: JsonNode, index: number, isSure: boolean): void {
    const step = this.#steps[index];
    if (step === undefined) {
      this.found.push(node);
      return;
    }
    switch (step.kind) {
      case 'names':
        return this.#names(node, step.names, index, isSure);
      case 'places':
        return this.#places(node, step.places, index, isSure);
      case 'slice':
        return this.#places(node, node.kind === 'array' ? placesOf(step, node.items.length) : [], index, isSure);
      case 'all':
        for (const item of partsOf(node)) this.go(item, index + 1, false);
        return;
      case 'descend':
        return this.#descend(node, index + 1);
      case 'filter':
        return this.#filter(node, index, isSure);
    }
  }

  #deadEnd(isSure: boolean): void {
    if (isSure && !this.#isLax) throw new DeadEnd(false);
  }

  #names(node: JsonNode, names: readonly string[], index: number, isSure: boolean): void {
    if (node.kind !== 'object') return this.#deadEnd(isSure);
    const isLast = index === this.#steps.length - 1;
    if (isLast && names.length > 1) {
      const entries = names.flatMap((name) => (node.entries.has(name) ? [[name, node.entries.get(name)!] as const] : []));
      this.found.push({ kind: 'object', entries: new Map(entries) });
      return;
    }
    const isStillSure = isSure && isDefinite(this.#steps, index);
    for (const name of names) {
      const value = node.entries.get(name);
      if (value !== undefined) this.go(value, index + 1, isStillSure);
      else if (!isLast) this.#deadEnd(isStillSure);
    }
  }

  #places(node: JsonNode, places: readonly number[], index: number, isSure: boolean): void {
    if (node.kind !== 'array') return this.#deadEnd(isSure);
    const isStillSure = isSure && isDefinite(this.#steps, index);
    for (const place of places) {
      const item = node.items[place < 0 ? node.items.length + place : place];
      if (item !== undefined) this.go(item, index + 1, isStillSure);
    }
  }

  #filter(node: JsonNode, index: number, isSure: boolean): void {
    const step = this.#steps[index]!;
    if (step.kind !== 'filter') return;
    if (node.kind === 'object') {
      if (passes(step.filter, node, this.#root)) this.go(node, index + 1, false);
    } else if (node.kind === 'array') {
      for (const item of node.items) if (passes(step.filter, item, this.#root)) this.go(item, index + 1, false);
    } else if (isSure) throw new DeadEnd(true);
  }

  /** The step at `index` on the value, and on everything in it that is an object or an array. */
  #descend(node: JsonNode, index: number): void {
    if (node.kind !== 'object' && node.kind !== 'array') return;
    if (this.#applies(node, index)) this.go(node, index, false);
    for (const part of partsOf(node)) this.#descend(part, index);
  }

  #applies(node: JsonNode, index: number): boolean {
    const step = this.#steps[index]!;
    switch (step.kind) {
      case 'names':
        return node.kind === 'object' && (!isDefinite(this.#steps, index) || step.names.every((name) => node.entries.has(name)));
      case 'places':
      case 'slice':
        return node.kind === 'array';
      case 'filter':
        return passes(step.filter, node, this.#root);
      default:
        return true;
    }
  }
}

function partsOf(node: JsonNode): Iterable<JsonNode> {
  if (node.kind === 'array') return node.items;
  return node.kind === 'object' ? node.entries.values() : [];
}

/** The places of a slice, as Flink's library counts them: an end counts from behind only where there is no beginning, or both do. */
function placesOf({ from, to }: { readonly from: number | undefined; readonly to: number | undefined }, length: number): number[] {
  const start = to === undefined && from! < 0 ? Math.max(0, length + from!) : (from ?? 0);
  const end = to === undefined ? length : from === undefined && to < 0 ? length + to : Math.min(length, to);
  const places: number[] = [];
  // What lies before the first element is left out at once, however far.
  for (let i = Math.max(start, -length); i < Math.min(end, length); i++) places.push(i);
  return places;
}
