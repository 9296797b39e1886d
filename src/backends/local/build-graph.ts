import type { LimitOperator } from '../../operators/limit.ts';
import { LimitOperator as Limit } from '../../operators/limit.ts';
import type { Operator, OperatorContext } from '../../operators/operator.ts';
import { PassThroughOperator } from '../../operators/pass-through.ts';
import type { Plan, PlanNode, PlanTable, ScanNode, SinkNode, ValuesNode } from '../../plan/nodes/node.ts';
import { needUpdateBefore } from '../../plan/update-before.ts';
import { inputsOf } from '../../plan/visit.ts';
import { DeadLetterReader } from '../../runtime/dead-letter-reader.ts';
import { OperatorNode } from '../../runtime/operator-node.ts';
import { SinkOperator } from '../../runtime/sink-operator.ts';
import type { SourceReader } from '../../runtime/source.ts';
import type { SourceNode, TaskGraph } from '../../runtime/task-graph.ts';
import { ValuesReader } from '../../runtime/values-reader.ts';
import { MemoryState } from '../../state/memory/memory-state.ts';
import type { StateBackend } from '../../state/state-backend.ts';
import { computeConstant } from './evaluate.ts';
import type { LocalEnvironment } from './graph-context.ts';
import { operatorOf } from './nodes/operator-of.ts';
import { openScan, openSink } from './open-table.ts';

/** A graph ready to run, and what must be closed afterwards. */
export interface OpenGraph extends TaskGraph {
  readonly state: StateBackend;
  /** Those that the plan names; `sinks` has the dead-letter tables', too. */
  readonly planned: { readonly sources: readonly SourceNode[]; readonly sinks: readonly SinkOperator[] };
  close(): Promise<void>;
}

interface OpenSource {
  readonly plan: PlanNode;
  readonly name: string;
  readonly reader: SourceReader;
  readonly node: OperatorNode;
  readonly splits: Splits;
  readonly isHeldBack?: () => boolean;
}

/** A dead-letter table that is being written, and the readers whose bad records it gets. */
interface DeadLetters {
  readonly reader: DeadLetterReader;
  readonly follows: SourceReader[];
}

interface Splits {
  current: number;
  active: ReadonlySet<number>;
}

/** Turns a plan into operators of one worker: every plan node once, however many consumers it has. */
export async function buildGraph(plan: Plan, env: LocalEnvironment): Promise<OpenGraph> {
  const builder = new GraphBuilder(
    env,
    needUpdateBefore(plan, (sink) => wantsUpdateBefore(sink, env)),
  );
  try {
    for (const sink of plan.sinks) await builder.node(sink);
    return builder.finish(plan);
  } catch (error) {
    await builder.abandon(error);
    throw error;
  }
}

class GraphBuilder {
  readonly #env: LocalEnvironment;
  readonly #updateBefore: ReadonlySet<PlanNode>;
  readonly #built = new Map<PlanNode, OperatorNode>();
  readonly #splits = new Map<PlanNode, Splits>();
  readonly #nodes: OperatorNode[] = [];
  readonly #sources: OpenSource[] = [];
  readonly #sinks: SinkOperator[] = [];
  /** By the table's name: it has one writer, however many scans fill it. */
  readonly #deadLetters = new Map<string, DeadLetters>();
  readonly #followers: SourceNode[] = [];
  readonly #deadLetterSinks: SinkOperator[] = [];
  readonly #state: StateBackend;

  constructor(env: LocalEnvironment, updateBefore: ReadonlySet<PlanNode>) {
    this.#env = env;
    this.#updateBefore = updateBefore;
    this.#state = new MemoryState(env.kernels);
  }

  /** The operator node of a plan node, inputs first. */
  async node(plan: PlanNode): Promise<OperatorNode> {
    const known = this.#built.get(plan);
    if (known !== undefined) return known;
    const inputs: OperatorNode[] = [];
    for (const input of inputsOf(plan)) inputs.push(await this.node(input));
    const made = await this.#make(plan);
    for (const input of inputs) input.connect(made);
    this.#built.set(plan, made);
    return made;
  }

  async #make(plan: PlanNode): Promise<OperatorNode> {
    if (plan.kind === 'scan' || plan.kind === 'values') return this.#source(plan);
    const splits = this.#splitsOf(plan);
    if (plan.kind === 'sink') return this.#sink(plan, splits);
    return this.#open(plan.kind, operatorOf(plan, { ...this.#env, updateBefore: this.#updateBefore.has(plan) }), splits);
  }

  async #source(plan: ScanNode | ValuesNode): Promise<OperatorNode> {
    const splits = firstSplit();
    this.#splits.set(plan, splits);
    if (plan.kind === 'scan') return this.#scan(plan, splits);
    const node = this.#open('values', new PassThroughOperator(), splits);
    const reader = new ValuesReader(this.#env.kernels, plan.schema, plan.rows.length, () => constantRows(plan, this.#env));
    this.#sources.push({ plan, name: 'values', reader, node, splits });
    return node;
  }

  async #scan(plan: ScanNode, splits: Splits): Promise<OperatorNode> {
    const { table, deadLetters: target } = plan;
    const name = `scan_${table.name}`;
    const node = this.#open(name, new PassThroughOperator(), splits);
    const deadLetters = target && (await this.#deadLettersOf(plan, target));
    const queue = deadLetters?.reader.open();
    const reader = await openScan(plan, this.#env, (bad) => {
      node.metrics.badRecords++;
      queue?.add(bad);
      this.#env.onBadRecord(bad, table, target);
    });
    deadLetters?.follows.push(reader);
    const isHeldBack = queue && (() => queue.hasMore);
    this.#sources.push({ plan, name, reader, node, splits, ...(isHeldBack && { isHeldBack }) });
    return node;
  }

  async #deadLettersOf(scan: ScanNode, target: PlanTable): Promise<DeadLetters> {
    const known = this.#deadLetters.get(target.name);
    if (known !== undefined) return known;
    const { schema } = target;
    const id = this.#sinkId(target.name);
    const sink = new SinkOperator(await openSink({ kind: 'sink', input: scan, target, schema, insertOnly: true }, this.#env, id), id);
    this.#sinks.push(sink);
    this.#deadLetterSinks.push(sink);
    const splits = firstSplit();
    const name = `bad_records_${target.name}`;
    const node = this.#open(name, new PassThroughOperator(), splits);
    node.connect(this.#open(`sink_${target.name}`, sink, splits));
    const made = { reader: new DeadLetterReader(this.#env.kernels, schema), follows: [] };
    this.#deadLetters.set(target.name, made);
    this.#followers.push({ ...made, name, node, splits, limits: [] });
    return made;
  }

  async #sink(plan: SinkNode, splits: Splits): Promise<OperatorNode> {
    const id = this.#sinkId(plan.target?.name ?? 'result');
    const operator = new SinkOperator(await openSink(plan, this.#env, id), id);
    this.#sinks.push(operator);
    return this.#open(`sink_${plan.target?.name ?? 'result'}`, operator, splits);
  }

  /** The same whenever the plan is built. */
  #sinkId(table: string): string {
    return `${this.#sinks.length}_${table}`;
  }

  #open(name: string, operator: Operator, splits: Splits): OperatorNode {
    const unique = `${this.#nodes.length}_${name}`;
    const node = new OperatorNode(unique, operator);
    const context: OperatorContext = {
      kernels: this.#env.kernels,
      clock: this.#env.clock,
      out: node,
      state: this.#state,
      name: `${this.#env.jobName}/${unique}`,
      metrics: node.metrics,
      splits,
    };
    operator.open(context);
    this.#nodes.push(node);
    return node;
  }

  /** The splits of the one source below a node; over several sources none are told apart. */
  #splitsOf(plan: PlanNode): Splits {
    const [first] = inputsOf(plan);
    const found = first === undefined ? undefined : (this.#splits.get(first) ?? this.#splitsOf(first));
    const splits = found ?? firstSplit();
    this.#splits.set(plan, splits);
    return splits;
  }

  finish(plan: Plan): OpenGraph {
    const scans = this.#sources.map(({ plan: source, ...rest }): SourceNode => ({ ...rest, limits: this.#limitsAbove(plan, source) }));
    return {
      sources: [...scans, ...this.#followers],
      channels: [],
      exchanges: [],
      refusals: { exchange: undefined },
      markers: { onMarker: () => undefined },
      nodes: this.#nodes,
      sinks: this.#sinks,
      planned: { sources: scans, sinks: this.#sinks.filter((sink) => !this.#deadLetterSinks.includes(sink)) },
      state: this.#state,
      close: () => this.#close(),
    };
  }

  /** Limits through which everything that a source delivers must pass; empty where some rows reach a sink another way. */
  #limitsAbove(plan: Plan, source: PlanNode): LimitOperator[] {
    const limits = new Set<LimitOperator>();
    const known = new Map<PlanNode, boolean>([[source, true]]);
    const reaches = (node: PlanNode): boolean => {
      let found = known.get(node);
      if (found === undefined) {
        found = inputsOf(node).filter(reaches).length > 0;
        const { operator } = this.#built.get(node)!;
        if (found && operator instanceof Limit) {
          limits.add(operator);
          found = false;
        }
        known.set(node, found);
      }
      return found;
    };
    return plan.sinks.filter(reaches).length > 0 ? [] : [...limits];
  }

  /** Closes everything, whatever fails at it; rejects with the first failure. */
  async #close(): Promise<void> {
    const failures: unknown[] = [];
    const attempt = async (close: () => unknown): Promise<void> => {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    };
    for (const { reader } of [...this.#sources, ...this.#followers]) await attempt(() => reader.close());
    for (const { operator } of this.#nodes) await attempt(() => operator.close());
    await attempt(() => this.#state.close());
    if (failures.length > 0) throw failures[0];
  }

  /** Building failed: what is open is closed, unfinished output given up. */
  async abandon(cause: unknown): Promise<void> {
    for (const sink of this.#sinks) await (async () => sink.writer.close(cause))().catch(() => undefined);
    await this.#close().catch(() => undefined);
  }
}

const firstSplit = (): Splits => ({ current: 0, active: new Set([0]) });

/** The rows of VALUES. What constant folding left (RAND(), 1 / 0) is computed now. */
function constantRows({ rows }: ValuesNode, { kernels, timeZone }: LocalEnvironment): unknown[][] {
  return rows.map((row) => row.map((value) => (value.kind === 'literal' ? value.value : computeConstant(value, kernels, timeZone))));
}

/** A program sees every change; a table's sink says what it takes. */
function wantsUpdateBefore({ target }: SinkNode, env: LocalEnvironment): boolean {
  if (target === undefined) return true;
  const sink = env.connectors.get(target.connector)?.descriptor.sink;
  return sink?.updateBefore ?? sink?.changelog !== 'upsert';
}
