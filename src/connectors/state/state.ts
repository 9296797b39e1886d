import type { Options } from '../../catalog/option-spec.ts';
import type { Connector } from '../connector.ts';
import { findState, readSavedJobs, type StateName } from './saved-jobs.ts';
import { StateReader } from './state-reader.ts';
import { columnsOfState } from './state-scan.ts';

/** A table of an operator's state, out of a checkpoint or a savepoint. */
export const state: Connector = {
  descriptor: {
    name: 'state',
    doc: 'Reads what an operator keeps, out of the newest complete checkpoint of a state folder (whose job may be running) or out of a savepoint: a row for each key, with the slots of its aggregates. A table that declares no columns gets them from there.',
    options: [
      { name: 'path', kind: 'string', required: true, doc: "A state folder, a savepoint, or a checkpoint's manifest." },
      {
        name: 'operator',
        kind: 'string',
        doc: 'Id of the operator; may be left out where one keeps rows. `millstream state PATH` lists them.',
      },
      { name: 'state', kind: 'string', doc: "Name of one of the operator's tables; its main one by default." },
      { name: 'job', kind: 'string', doc: 'Name of the job, as `job-1`; may be left out where the operator is of one job only.' },
    ],
    formatted: false,
    source: {
      bounded: () => true,
      projection: true,
      replay: () =>
        'goes on where the checkpoint was made, as long as what it reads is there: a savepoint stays, a newest checkpoint does not',
    },
  },
  async inferColumns(options) {
    const path = options.get('path');
    if (path === undefined) return [];
    const name = { job: options.get('job'), operator: options.get('operator'), state: options.get('state') };
    return columnsOfState(findState(await readSavedJobs(path), name).state);
  },
  async openSource(context) {
    const { options } = context;
    return new StateReader(context, findState(await readSavedJobs(options.string('path')), nameOf(options)));
  },
};

function nameOf(options: Options): StateName {
  const text = (name: string): string | undefined => (options.get(name) === undefined ? undefined : options.string(name));
  return { job: text('job'), operator: text('operator'), state: text('state') };
}
