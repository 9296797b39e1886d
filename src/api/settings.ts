import type { OptionSpec } from '../catalog/option-spec.ts';
import { readOptions } from '../catalog/options.ts';
import { type Span, SqlError } from '../common/errors.ts';
import { didYouMean } from '../common/nearest.ts';
import { zoneRules } from '../data/values/time-zone.ts';
import { passes } from '../optimizer/optimizer.ts';
import { DEFAULT_MAX_PARALLELISM } from '../state/state-backend.ts';
import { accepted } from './accepted-setting.ts';
import { asyncSettingSpecs, checkAsyncSetting } from './async-settings.ts';
import { checkpointSettingSpecs } from './checkpoint-settings.ts';
import { checkRestartSetting, restartSettingSpecs } from './restart-settings.ts';

/** What SET takes: our own keys, and Flink's that are honoured, or accepted with a note that says why they change nothing. */
export const settingSpecs: readonly OptionSpec[] = [
  {
    name: 'millstream.changelog',
    kind: ['batch', 'record'],
    default: 'batch',
    doc: 'Whether an updating result changes once per batch or for each record, as in Flink.',
  },
  {
    name: 'millstream.optimizer.disabled',
    kind: 'string',
    default: '',
    doc: 'Names of optimizer passes to leave out, separated by commas.',
  },
  {
    name: 'table.local-time-zone',
    kind: 'string',
    default: 'default',
    doc: "The session's time zone: an IANA name or an offset; the default is the process's.",
  },
  { name: 'pipeline.name', kind: 'string', doc: 'Name of the jobs to come.' },
  {
    name: 'taskmanager.memory.managed.size',
    kind: 'memory',
    doc: 'What state may take of memory; the rest lies in a temporary file. Without it all state is in memory.',
  },
  { name: 'parallelism.default', kind: 'int', default: '1', doc: 'Workers of the jobs to come, 1 to 128: threads that share the keys.' },
  {
    name: 'execution.runtime-mode',
    kind: ['streaming', 'batch'],
    default: 'streaming',
    doc: 'streaming: an aggregate is a changelog. batch: all input must end, and an aggregate gives its final rows, once.',
  },
  accepted(
    'sql-client.execution.result-mode',
    ['table', 'changelog', 'tableau'],
    'How the SQL client shows results.',
    'use --changelog on the command line',
  ),
  accepted('sql-client.execution.max-table-result.rows', 'int', 'Rows the SQL client keeps.', 'it has no effect'),
  accepted('sql-client.display.max-column-width', 'int', 'Width of columns.', 'it has no effect'),
  accepted(
    'table.exec.mini-batch.enabled',
    'boolean',
    'Mini-batches.',
    "changes are consolidated per batch anyway; see 'millstream.changelog'",
  ),
  accepted('table.exec.mini-batch.allow-latency', 'duration', 'Mini-batches.', 'a batch never waits for rows'),
  accepted('table.exec.mini-batch.size', 'bigint', 'Mini-batches.', 'a batch has at most 4,096 rows'),
  accepted(
    'table.optimizer.agg-phase-strategy',
    ['AUTO', 'ONE_PHASE', 'TWO_PHASE'],
    'Two-phase aggregation.',
    'it has two phases where rows change the worker',
  ),
  accepted('table.optimizer.distinct-agg.split.enabled', 'boolean', 'Splitting of DISTINCT aggregates.', 'groups are not split'),
  {
    name: 'table.optimizer.reuse-sub-plan-enabled',
    kind: 'boolean',
    default: 'true',
    doc: 'Whether what a query or a statement set says several times is computed once: the pass share-sub-plans.',
  },
  {
    name: 'table.exec.state.ttl',
    kind: 'duration',
    default: '0 ms',
    doc: 'How long state is kept that is not written; 0: for ever. What comes for a key after that begins anew. Of no effect on windows, joins and rankings, and in batch mode.',
  },
  accepted('table.exec.source.idle-timeout', 'duration', 'Idle sources.', "set 'scan.watermark.idle-timeout' on the table"),
  {
    name: 'table.exec.resource.default-parallelism',
    kind: 'int',
    default: '-1',
    doc: 'As parallelism.default, and before it where it is above 0.',
  },
  accepted('table.exec.sink.not-null-enforcer', ['ERROR', 'DROP'], 'NOT NULL in sinks.', 'it has no effect'),
  accepted('table.exec.sink.upsert-materialize', ['NONE', 'AUTO', 'FORCE'], 'Upsert materialisation.', 'it has no effect'),
  accepted('table.dml-sync', 'boolean', 'Whether INSERT waits.', 'a bounded INSERT always ends before the next statement'),
  ...checkpointSettingSpecs,
  ...restartSettingSpecs,
  ...asyncSettingSpecs,
  accepted('state.backend.type', 'string', 'State backend.', 'state is kept in memory'),
  accepted('pipeline.object-reuse', 'boolean', 'Object reuse.', 'there are no row objects'),
  accepted('pipeline.max-parallelism', 'int', 'Key groups.', 'there are 128 key groups'),
];

/** Settings of a session: what SET changed, over the defaults. */
export class Settings {
  readonly #values = new Map<string, string>();

  /** Sets a key. Returns the note of a key that is accepted without effect. Throws MS1301 (unknown, with the nearest) and MS1303. */
  set(key: string, value: string, spans: { key?: Span; value?: Span } = {}): string | undefined {
    const spec = specOf(key, spans.key);
    readOptions([spec], new Map([[key, value]]), { what: 'SET', spanOf: () => spans.value });
    if (key === 'parallelism.default' || key === 'table.exec.resource.default-parallelism') checkParallelism(key, value, spans.value);
    checkAsyncSetting(key, value, spans.value);
    checkRestartSetting(key, value, spans.value);
    if (key === 'table.local-time-zone') checkZone(value, spans.value);
    if (key === 'millstream.optimizer.disabled') checkPasses(value, spans.value);
    this.#values.set(spec.name, value);
    return spec.note;
  }

  /** Takes a key, or all, back to the default. Throws MS1301 for a key that there is not. */
  reset(key?: string, span?: Span): void {
    if (key === undefined) this.#values.clear();
    else this.#values.delete(specOf(key, span).name);
  }

  get(key: string): string | undefined {
    return this.#values.get(key) ?? settingSpecs.find(({ name }) => name === key)?.default;
  }

  /** What has been set, by key. */
  entries(): [string, string][] {
    return [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Whether statements run in batch mode. */
  get batch(): boolean {
    return this.get('execution.runtime-mode')?.toUpperCase() === 'BATCH';
  }

  get timeZone(): string {
    const zone = this.get('table.local-time-zone') ?? 'default';
    return zone === 'default' ? hostZone() : zone;
  }
}

function specOf(key: string, span: Span | undefined): OptionSpec {
  const spec = settingSpecs.find(({ name, aliases }) => name === key || aliases?.includes(key));
  if (spec !== undefined) return spec;
  const names = settingSpecs.map(({ name }) => name);
  const hint = didYouMean(key, names) ?? 'SET without arguments lists what is set';
  throw new SqlError('MS1301', `there is no setting '${key}'`, { span, hint });
}

/** There are 128 key groups, and a worker without one would have nothing to do. */
function checkParallelism(key: string, value: string, span: Span | undefined): void {
  const workers = Number(value);
  if ((workers >= 1 && workers <= DEFAULT_MAX_PARALLELISM) || (workers === -1 && key !== 'parallelism.default')) return;
  throw new SqlError('MS1303', `'${key}' is ${value}, but must be between 1 and ${DEFAULT_MAX_PARALLELISM}`, { span });
}

function checkPasses(value: string, span: Span | undefined): void {
  const names = passes.map(({ name }) => name);
  const unknown = value
    .split(',')
    .map((name) => name.trim())
    .find((name) => name !== '' && !names.includes(name));
  if (unknown === undefined) return;
  const hint = didYouMean(unknown, names) ?? `there are: ${names.join(', ')}`;
  throw new SqlError('MS1303', `the optimizer has no pass '${unknown}'`, { span, hint });
}

function checkZone(zone: string, span: Span | undefined): void {
  if (zone === 'default') return;
  try {
    zoneRules(zone);
  } catch {
    throw new SqlError('MS1303', `'${zone}' is no time zone`, {
      span,
      hint: "take an IANA name such as 'Europe/Berlin', 'UTC', or an offset such as '+01:00'",
    });
  }
}

let knownHostZone: string | undefined;

/**
 * The host's time zone. Asking Intl loads its tables, which takes longer than a small query: a host without offset in winter and in
 * summer is not asked.
 */
function hostZone(): string {
  knownHostZone ??= [0, 6].every((month) => new Date(2026, month, 1).getTimezoneOffset() === 0)
    ? 'UTC'
    : Intl.DateTimeFormat().resolvedOptions().timeZone;
  return knownHostZone;
}
