import type { Schema } from '../../data/schema.ts';
import type { LimitOperator } from '../../operators/limit.ts';
import { LimitOperator as Limit } from '../../operators/limit.ts';
import type { Operator, OperatorContext } from '../../operators/operator.ts';
import type { PartialAggregateOperator } from '../../operators/partial-aggregate.ts';
import type { PartialLayout } from '../../operators/partial-layout.ts';
import { PassThroughOperator } from '../../operators/pass-through.ts';
import { needEveryChange } from '../../plan/every-change.ts';
import type { LookupJoinNode, Plan, PlanNode, PlanTable, ScanNode, SinkNode, ValuesNode } from '../../plan/nodes/node.ts';
import { needUpdateBefore } from '../../plan/update-before.ts';
import { inputsOf } from '../../plan/visit.ts';
import { DeadLetterReader } from '../../runtime/dead-letter-reader.ts';
import { EmptyReader } from '../../runtime/empty-reader.ts';
import { ChannelReader } from '../../runtime/exchange/channel-reader.ts';
import { ExchangeOutput, type Partitioning } from '../../runtime/exchange/exchange-output.ts';
import { Ring } from '../../runtime/exchange/ring.ts';
import { NoWriter } from '../../runtime/no-writer.ts';
import { OperatorNode } from '../../runtime/operator-node.ts';
import type { SinkWriter } from '../../runtime/sink.ts';
import { SinkOperator } from '../../runtime/sink-operator.ts';
import type { SourceReader } from '../../runtime/source.ts';
import type { ChannelNode, SourceNode, TaskGraph } from '../../runtime/task-graph.ts';
import { ValuesReader } from '../../runtime/values-reader.ts';
import { MemoryState } from '../../state/memory/memory-state.ts';
import { spillingTables } from '../../state/spill/spilling-tables.ts';
import type { StateBackend } from '../../state/state-backend.ts';
import { computeConstant } from './evaluate.ts';
import type { LocalEnvironment } from './graph-context.ts';
import { type DescribedJob, describeJob } from './identity/describe-job.ts';
import { lookupJoinOperator } from './nodes/lookup-join.ts';
import { operatorOf } from './nodes/operator-of.ts';
import { partialOf } from './nodes/partial-of.ts';
import { ALONE, openLookup, openScan, openSink, type Subtask } from './open-table.ts';
import { type Partitionings, planPartitionings } from './partitioning.ts';
import { wantsUpdateBefore } from './sink-needs.ts';
import { tableAbilities } from './table-abilities.ts';

/** A graph ready to run, and what must be closed afterwards. */
export interface OpenGraph extends TaskGraph {
  readonly state: StateBackend;
  readonly described: DescribedJob;
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
    needUpdateBefore(plan, (sink) => wantsUpdateBefore(sink, (name) => env.connectors.get(name)?.descriptor)),
    needEveryChange(plan),
    describeJob(plan, env),
    env.worker === undefined ? undefined : planPartitionings(plan.sinks, tableAbilities(env)),
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
  /** Nodes whose changes are wanted one by one. */
  readonly #everyChange: ReadonlySet<PlanNode>;
  readonly #described: DescribedJob;
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
  /** Undefined where one worker runs the plan. */
  readonly #partitionings: Partitionings | undefined;
  readonly #channels: ChannelNode[] = [];
  readonly #exchanges: ExchangeOutput[] = [];
  readonly #refusals: TaskGraph['refusals'] = { exchange: undefined };
  readonly #markers: TaskGraph['markers'] = { onMarker: () => undefined };
  readonly #singleIds = new Set<string>();
  /** Number of exchanges that the rows of a node have passed. */
  readonly #levels = new Map<OperatorNode, number>();

  constructor(
    env: LocalEnvironment,
    updateBefore: ReadonlySet<PlanNode>,
    everyChange: ReadonlySet<PlanNode>,
    described: DescribedJob,
    partitionings: Partitionings | undefined,
  ) {
    this.#env = env;
    this.#updateBefore = updateBefore;
    this.#everyChange = everyChange;
    this.#described = described;
    this.#partitionings = partitionings;
    this.#state = new MemoryState(env.kernels, env.spill && spillingTables(env.spill));
  }

  /** The operator node of a plan node, inputs first. */
  async node(plan: PlanNode): Promise<OperatorNode> {
    const known = this.#built.get(plan);
    if (known !== undefined) return known;
    const inputs: OperatorNode[] = [];
    let partial: PartialLayout | undefined;
    for (const [i, input] of inputsOf(plan).entries()) {
      const partitioning = this.#partitionings?.before(plan, i);
      const node = await this.node(input);
      if (partitioning === undefined) inputs.push(node);
      else {
        const before = partialOf(plan, this.#env.timeZone, this.#changelogOf(plan));
        partial = before?.layout;
        const id = `${this.#idOf(plan)}-${i}`;
        inputs.push(
          before === undefined ? this.#exchange(node, input.schema, partitioning, id) : this.#partial(node, before, partitioning, id),
        );
      }
    }
    const made = await this.#make(plan, partial);
    for (const input of inputs) input.connect(made);
    this.#levels.set(made, Math.max(0, ...inputs.map((input) => this.#levels.get(input) ?? 0)));
    this.#built.set(plan, made);
    if (this.#partitionings?.isSingle(plan) === true) this.#singleIds.add(this.#idOf(plan));
    return made;
  }

  /** An exchange of accumulators, that are made before it. */
  #partial(node: OperatorNode, operator: PartialAggregateOperator, { kind }: Partitioning, id: string): OperatorNode {
    const made = this.#open('partial', operator, firstSplit(), `partial-${id}`);
    node.connect(made);
    this.#levels.set(made, this.#levels.get(node) ?? 0);
    const { schema, keys } = operator.layout;
    // Named after what it carries: messages that a checkpoint keeps are not read as something else.
    return this.#exchange(made, schema, kind === 'single' ? { kind } : { kind, keys }, `slots-${id}`);
  }

  /** Two nodes with the rings to and from the other workers between them; the second has a port for each worker. */
  #exchange(node: OperatorNode, schema: Schema, partitioning: Partitioning, id: string): OperatorNode {
    const { index, count, buffers } = this.#env.worker!;
    const number = this.#exchanges.length;
    const level = this.#levels.get(node) ?? 0;
    const ringTo = (from: number, to: number): Ring | undefined => {
      const buffer = buffers[number]![from]![to];
      return buffer && new Ring(buffer);
    };
    const workers = Array.from({ length: count }, (_, worker) => worker);
    const rings = workers.map((to) => ringTo(index, to));
    const refusals = this.#refusals;
    const onFull = (exchange: ExchangeOutput): void => {
      refusals.exchange = exchange;
    };
    const output = new ExchangeOutput({ input: schema, partitioning, rings, worker: index, level, onFull });
    this.#exchanges.push(output);
    const sender = this.#open('exchange', output, firstSplit(), `exchange-${id}`);
    const receiver = this.#open('exchanged', new PassThroughOperator(), firstSplit(), `exchanged-${id}`);
    node.connect(sender);
    for (const from of workers) {
      (from === index ? sender : this.#channel(number, from, level + 1, ringTo(from, index)!, schema, id)).connect(receiver);
    }
    this.#levels.set(receiver, level + 1);
    return receiver;
  }

  #channel(exchange: number, from: number, level: number, ring: Ring, schema: Schema, id: string): OperatorNode {
    const types = schema.fields.map(({ type }) => type);
    const node = this.#open(`from_${from}`, new PassThroughOperator(), firstSplit(), `from-${from}-${id}`);
    const reader = new ChannelReader(ring, this.#env.kernels, types, (checkpoint, halts) => this.#markers.onMarker(checkpoint, halts));
    this.#channels.push({ exchange, from, level, reader, node });
    return node;
  }

  /** Which part of a table this worker reads or writes; nothing of one that the first worker has alone. */
  #subtask(isSingle: boolean): Subtask | undefined {
    const { worker } = this.#env;
    if (worker === undefined || (isSingle && worker.index === 0)) return ALONE;
    return isSingle ? undefined : worker;
  }

  async #make(plan: PlanNode, partial: PartialLayout | undefined): Promise<OperatorNode> {
    if (plan.kind === 'scan' || plan.kind === 'values') return this.#source(plan);
    const splits = this.#splitsOf(plan);
    if (plan.kind === 'sink') return this.#sink(plan, splits);
    // Rows of a node that the first worker runs alone do not come here, and it must not emit for an input that has none.
    if (this.#subtask(this.#partitionings?.isSingle(plan) === true) === undefined)
      return this.#open(plan.kind, new PassThroughOperator(), splits, this.#idOf(plan));
    if (plan.kind === 'lookup-join') return this.#lookup(plan, splits);
    const settings = { ...this.#env, changelog: this.#changelogOf(plan), updateBefore: this.#updateBefore.has(plan), partial };
    return this.#open(plan.kind, operatorOf(plan, settings), splits, this.#idOf(plan));
  }

  async #lookup(plan: LookupJoinNode, splits: Splits): Promise<OperatorNode> {
    const table = openLookup(plan.scan, this.#env, (bad) => this.#env.onBadRecord(bad, plan.scan.table, undefined));
    const operator = lookupJoinOperator(plan, table, this.#env.timeZone);
    const node = this.#open(plan.kind, operator, splits, this.#idOf(plan));
    await operator.load();
    return node;
  }

  #changelogOf(plan: PlanNode): 'batch' | 'record' {
    return this.#everyChange.has(plan) ? 'record' : this.#env.changelog;
  }

  async #source(plan: ScanNode | ValuesNode): Promise<OperatorNode> {
    const splits = firstSplit();
    this.#splits.set(plan, splits);
    if (plan.kind === 'scan') return this.#scan(plan, splits);
    const node = this.#open('values', new PassThroughOperator(), splits, this.#idOf(plan));
    const subtask = this.#subtask(this.#partitionings?.isSingle(plan) === true);
    const reader =
      subtask === undefined
        ? new EmptyReader()
        : new ValuesReader(this.#env.kernels, plan.schema, plan.rows.length, () => constantRows(plan, this.#env));
    this.#sources.push({ plan, name: 'values', reader, node, splits });
    return node;
  }

  async #scan(plan: ScanNode, splits: Splits): Promise<OperatorNode> {
    const { table, deadLetters: target } = plan;
    const name = `scan_${table.name}`;
    const node = this.#open(name, new PassThroughOperator(), splits, this.#idOf(plan));
    const deadLetters = target && (await this.#deadLettersOf(plan, target));
    const queue = deadLetters?.reader.open();
    const subtask = this.#subtask(this.#partitionings?.isSingle(plan) === true);
    if (subtask === undefined) {
      this.#sources.push({ plan, name, reader: new EmptyReader(), node, splits });
      return node;
    }
    const reader = await openScan(plan, this.#env, subtask, (bad) => {
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
    const ids = this.#described.deadLetters.get(target.name)!;
    const sink = new SinkOperator(
      await openSink({ kind: 'sink', input: scan, target, schema, insertOnly: true }, this.#env, ids.sink, this.#env.worker ?? ALONE),
      ids.sink,
    );
    this.#sinks.push(sink);
    this.#deadLetterSinks.push(sink);
    const splits = firstSplit();
    const name = `bad_records_${target.name}`;
    const node = this.#open(name, new PassThroughOperator(), splits, ids.source);
    node.connect(this.#open(`sink_${target.name}`, sink, splits, ids.sink));
    const made = { reader: new DeadLetterReader(this.#env.kernels, schema), follows: [] };
    this.#deadLetters.set(target.name, made);
    this.#followers.push({ ...made, name, node, splits, limits: [] });
    return made;
  }

  async #sink(plan: SinkNode, splits: Splits): Promise<OperatorNode> {
    const id = this.#idOf(plan);
    const operator = new SinkOperator(await this.#writer(plan, id), id);
    this.#sinks.push(operator);
    return this.#open(`sink_${plan.target?.name ?? 'result'}`, operator, splits, id);
  }

  /** The writer of the rows that come to this worker: none come where another has them all. */
  async #writer(plan: SinkNode, id: string): Promise<SinkWriter> {
    // A query's rows go to the program, which waits for the end of every worker.
    if (this.#env.worker === undefined || plan.target === undefined) return openSink(plan, this.#env, id, ALONE);
    const isSingle = this.#partitionings!.isSingle(plan);
    const subtask = this.#subtask(isSingle);
    return subtask === undefined ? new NoWriter() : openSink(plan, this.#env, id, subtask);
  }

  /** The same whenever the plan is built. */
  #idOf(plan: PlanNode): string {
    return this.#described.idOf.get(plan)!;
  }

  #open(name: string, operator: Operator, splits: Splits, id: string): OperatorNode {
    const unique = `${this.#nodes.length}_${name}`;
    const node = new OperatorNode(unique, operator, id);
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
      channels: this.#channels,
      exchanges: this.#exchanges,
      refusals: this.#refusals,
      markers: this.#markers,
      singleIds: this.#singleIds,
      nodes: this.#nodes,
      sinks: this.#sinks,
      planned: { sources: scans, sinks: this.#sinks.filter((sink) => !this.#deadLetterSinks.includes(sink)) },
      state: this.#state,
      described: this.#described,
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
    for (const { reader } of this.#channels) await attempt(() => reader.close());
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
