import { choose, findState, readSavedJobs, type SavedJob, type StateName } from '../../connectors/state/saved-jobs.ts';
import type { Schema } from '../../data/schema.ts';
import { types } from '../../data/types/sql-type.ts';
import { readHeader } from '../../state/memory/group-bytes.ts';
import type { Messages } from '../messages.ts';
import { openProcessSession } from '../script/open-session.ts';
import { runSql } from '../script/run-sql.ts';
import type { CommonOptions } from './common-options.ts';

/** One thing that a checkpoint keeps. */
interface Entry {
  readonly job: string;
  readonly operator: string;
  readonly state: string;
  /** What people call the operator. */
  readonly of: string;
  /** Undefined for what is no table. */
  readonly rows: bigint | undefined;
  readonly bytes: bigint;
  readonly value?: unknown;
}

const LIST: Schema = {
  fields: [
    ...['job', 'operator', 'state', 'of'].map((name) => ({ name, type: types.string(false) })),
    { name: 'rows', type: types.bigint() },
    { name: 'bytes', type: types.bigint(false) },
  ],
};

/** `millstream state PATH [OPERATOR [STATE]]`: lists what is kept, or prints it: rows of a table, or a value as JSON. */
export async function state(path: string, name: StateName, options: CommonOptions, messages: Messages): Promise<void> {
  const jobs = await readSavedJobs(path);
  const entries = (name.job === undefined ? jobs : [choose(jobs, name.job, (job) => job.name, 'job')]).flatMap(entriesOf);
  if (name.operator === undefined) return list(entries, options, messages);
  const value = entries.find(
    ({ rows, operator, state: own }) => rows === undefined && operator === name.operator && own === (name.state ?? own),
  );
  const isTable = entries.some(
    ({ rows, operator, state: own }) => rows !== undefined && operator === name.operator && own === (name.state ?? own),
  );
  if (value !== undefined && !isTable) {
    process.stdout.write(`${JSON.stringify(value.value)}\n`);
    return;
  }
  const found = findState(jobs, name);
  const names = { connector: 'state', path, operator: found.operator.id, state: found.state.name, job: found.job.name };
  const settings = Object.entries(names).map(([key, text]) => `'${key}' = '${text.replaceAll("'", "''")}'`);
  const text = `CREATE TABLE state WITH (${settings.join(', ')}); SELECT * FROM state`;
  const { state: _, from: __, checkpointInterval: ___, ...rest } = options;
  await runSql({ name: '<state>', text }, rest, messages);
}

async function list(entries: readonly Entry[], options: CommonOptions, messages: Messages): Promise<void> {
  const { state: _, from: __, checkpointInterval: ___, ...rest } = options;
  const { presenter, output } = await openProcessSession(rest, messages);
  presenter.rows(
    LIST,
    entries.map(({ job, operator, state: own, of, rows, bytes }) => [job, operator, own, of, rows, bytes]),
  );
  await output.drained();
}

function entriesOf({ name: job, checkpoint }: SavedJob): Entry[] {
  const { plan, subtasks } = checkpoint;
  const operators = subtasks.flatMap((subtask) => subtask.operators);
  const sources = subtasks.flatMap((subtask) => subtask.sources);
  const sinks = subtasks.flatMap((subtask) => subtask.sinks);
  const json = (operator: string, of: string, state: string, value: unknown): Entry => ({
    job,
    operator,
    state,
    of,
    rows: undefined,
    bytes: BigInt(JSON.stringify(value)?.length ?? 0),
    value,
  });
  const tables = plan.operators.flatMap(({ id, label, states }) => {
    const groups = operators.filter((one) => one.id === id).flatMap((one) => one.groups);
    return states.map(({ name }): Entry => {
      const own = groups.filter((group) => group.name === name && group.bytes.length > 0);
      const rows = own.reduce((sum, { bytes }) => sum + readHeader(bytes).header.rowCount, 0);
      return {
        job,
        operator: id,
        state: name,
        of: label,
        rows: BigInt(rows),
        bytes: BigInt(own.reduce((sum, { bytes }) => sum + bytes.length, 0)),
      };
    });
  });
  const labelOf = (id: string): string => plan.operators.find((one) => one.id === id)?.label ?? id;
  return [
    ...sources.map(({ id, position, ended }) => json(id, labelOf(id), 'position', { position, ended })),
    ...tables,
    ...operators.flatMap(({ id, values }) => values.map(({ name, value }) => json(id, labelOf(id), name, value))),
    ...sinks.map(({ id, prepared }) => json(id, labelOf(id), 'prepared', prepared)),
  ];
}
