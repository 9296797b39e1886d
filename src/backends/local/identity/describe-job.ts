import { maskOption } from '../../../catalog/options.ts';
import { explainPlan } from '../../../plan/explain.ts';
import type { Plan, PlanNode, PlanTable, WindowSpec } from '../../../plan/nodes/node.ts';
import { inputsOf } from '../../../plan/visit.ts';
import type { SavedOperator, SavedPlan, SavedTable } from '../../../runtime/checkpoints/saved-plan.ts';
import { digest, Lineages } from './lineage.ts';
import { statesOf } from './states-of.ts';

/** A plan as checkpoints describe it, and the ids that the parts of its graph have in them. */
export interface DescribedJob {
  /** Put together when it is asked for: most jobs keep no state. */
  readonly plan: () => SavedPlan;
  readonly idOf: ReadonlyMap<PlanNode, string>;
  /** Of a dead-letter table by its name: the source of its rows, and its sink. */
  readonly deadLetters: ReadonlyMap<string, { readonly source: string; readonly sink: string }>;
}

/** What the values of expressions and the changelog depend on beside the plan. */
export interface DescribeSettings {
  readonly timeZone: string;
  readonly changelog: 'batch' | 'record';
  readonly stateTtlMs?: number | undefined;
}

/** Where a cluster is, and who may use it, can change without the data being other data. */
const MAY_CHANGE = /^properties\./;

export function describeJob(plan: Plan, settings: DescribeSettings): DescribedJob {
  return new Describer(plan, settings).describe();
}

class Describer {
  readonly #plan: Plan;
  readonly #settings: DescribeSettings;
  readonly #lineages: Lineages;
  readonly #idOf = new Map<PlanNode, string>();
  readonly #deadLetters = new Map<string, { source: string; sink: string }>();
  readonly #counts = new Map<string, number>();
  readonly #sources: SavedTable[] = [];
  readonly #operators: SavedOperator[] = [];
  readonly #sinks: SavedTable[] = [];

  constructor(plan: Plan, settings: DescribeSettings) {
    this.#plan = plan;
    this.#settings = settings;
    this.#lineages = new Lineages(settings.timeZone);
  }

  describe(): DescribedJob {
    for (const sink of this.#plan.sinks) this.#node(sink);
    const [sources, operators, sinks] = [this.#sources, this.#operators, this.#sinks];
    return { plan: () => ({ text: this.#text(), sources, operators, sinks }), idOf: this.#idOf, deadLetters: this.#deadLetters };
  }

  #node(node: PlanNode): string {
    const known = this.#idOf.get(node);
    if (known !== undefined) return known;
    const inputs = inputsOf(node).map((input) => this.#node(input));
    const { stem, label } = this.#nameOf(node);
    const id = this.#unique(stem);
    this.#idOf.set(node, id);
    const states = statesOf(node, this.#lineages, this.#settings.stateTtlMs !== undefined);
    this.#operators.push({ id, label, inputs, ...(node.kind === 'watermark' && { rebuilds: true }), states });
    if (node.kind === 'scan') this.#scan(node, id);
    if (node.kind === 'values') this.#sources.push({ id, table: 'VALUES', connector: 'values', options: {} });
    if (node.kind === 'sink') this.#sinks.push(savedTable(id, node.target));
    return id;
  }

  #scan({ table, deadLetters }: PlanNode & { kind: 'scan' }, id: string): void {
    this.#sources.push(savedTable(id, table));
    if (deadLetters === undefined || this.#deadLetters.has(deadLetters.name)) return;
    const source = this.#unique(`bad-records-${plain(deadLetters.name)}`);
    const sink = this.#unique(`sink-${plain(deadLetters.name)}`);
    this.#deadLetters.set(deadLetters.name, { source, sink });
    const label = `bad records for ${deadLetters.name}`;
    this.#operators.push({ id: source, label, inputs: [], states: [] });
    this.#operators.push({ id: sink, label: deadLetters.name, inputs: [source], states: [] });
    this.#sources.push({ id: source, table: deadLetters.name, connector: 'bad-records', options: {} });
    this.#sinks.push(savedTable(sink, deadLetters));
  }

  /** The beginning of a node's id, and what people call it. Equal nodes have equal stems. */
  #nameOf(node: PlanNode): { stem: string; label: string } {
    switch (node.kind) {
      case 'scan':
        return { stem: `source-${plain(node.table.name)}`, label: node.table.name };
      case 'sink': {
        const name = node.target?.name ?? 'result';
        return { stem: `sink-${plain(name)}`, label: name };
      }
      case 'watermark': {
        const { name } = node.schema.fields[node.column]!;
        return { stem: `watermark-${plain(name)}-${short(this.#lineages.of(node).rows)}`, label: `WATERMARK FOR ${name}` };
      }
      case 'aggregate':
      case 'window-aggregate': {
        const { columns } = this.#lineages.of(node.input);
        const names = node.keys.map((key) => plain(columns[key]!.name ?? 'value'));
        const keys = node.keys.map((key) => node.input.schema.fields[key]!.name);
        const isWindowed = node.kind === 'window-aggregate';
        const window = isWindowed ? [windowLabel(node.window)] : [];
        return {
          stem: [isWindowed ? 'window' : 'group', ...names, short(this.#lineages.grouping(node) + perWindow(node))].join('-'),
          label: keys.length + window.length === 0 ? 'aggregate of all rows' : `GROUP BY ${[...window, ...keys].join(', ')}`,
        };
      }
      case 'join':
      case 'interval-join':
      case 'temporal-join': {
        const keys = node.leftKeys.map((key) => node.left.schema.fields[key]!.name);
        return { stem: ['join', ...keys.map(plain), short(this.#lineages.matching(node))].join('-'), label: `JOIN BY ${keys.join(', ')}` };
      }
      case 'rank': {
        const keys = node.partition.map((key) => node.input.schema.fields[key]!.name);
        return {
          stem: ['rank', ...keys.map(plain), short(this.#lineages.ranking(node))].join('-'),
          label: `first rows of ${keys.join(', ')}`,
        };
      }
      case 'over': {
        const keys = node.partition.map((key) => node.input.schema.fields[key]!.name);
        return {
          stem: ['over', ...keys.map(plain), short(this.#lineages.ordering(node))].join('-'),
          label: `OVER (PARTITION BY ${keys.join(', ')})`,
        };
      }
      default: {
        const { rows, columns } = this.#lineages.of(node);
        return { stem: `${node.kind}-${short(digest(rows, ...columns.map(({ of }) => of)))}`, label: node.kind };
      }
    }
  }

  #unique(stem: string): string {
    const count = (this.#counts.get(stem) ?? 0) + 1;
    this.#counts.set(stem, count);
    return count === 1 ? stem : `${stem}.${count}`;
  }

  #text(): string {
    const { timeZone, changelog, stateTtlMs } = this.#settings;
    const tables = new Map([...this.#sources, ...this.#sinks].map((table) => [table.table, tableText(table)]));
    return `${explainPlan(this.#plan)}${[...tables.values()].join('')}time zone ${timeZone}, changelog by ${changelog}${stateTtlMs === undefined ? '' : ', state with a time to live'}\n`;
  }
}

function savedTable(id: string, table: PlanTable | undefined): SavedTable {
  if (table === undefined) return { id, table: 'result', connector: 'result', options: {} };
  const shown = [...table.options].filter(([key]) => !MAY_CHANGE.test(key)).map(([key, value]) => [key, maskOption(key, value)] as const);
  return { id, table: table.name, connector: table.connector, options: Object.fromEntries(shown.sort()) };
}

const tableText = ({ table, options }: SavedTable): string =>
  `${table}: ${Object.entries(options)
    .map(([key, value]) => `'${key}' = '${value}'`)
    .join(', ')}\n`;

/** Letters, digits and _: an id is typed into command lines. */
const plain = (name: string): string => name.replace(/[^\p{L}\p{N}_]+/gu, '_') || '_';
const short = (text: string): string => digest(text).slice(0, 8);

const windowLabel = ({ kind, sizeMs }: WindowSpec): string => (kind === 'attached' ? 'window' : `${kind.toUpperCase()} of ${sizeMs} ms`);

/** With DISTINCT, the state of a hopping window is kept by window and not by slice: other state. */
function perWindow(node: PlanNode): string {
  if (node.kind !== 'window-aggregate' || node.window.sizeMs === node.window.slideMs) return '';
  return node.calls.some(({ distinct }) => distinct) ? 'by window' : '';
}
